// Every verb a lesson can say about an OVN network. The only module a lesson's check.ts imports.
export { eventually, type Proofs } from '../harness/judge/proof.ts'
export type { Endpoint } from './nouns/endpoint.ts'
export { boundToItsChassis } from './state/bound.ts'
export { portsCarriedSouth } from './state/carried-south.ts'
export { isChassis } from './state/chassis.ts'
export { hasAddress } from './state/has-address.ts'
export { hasSwitchPort } from './state/has-switch-port.ts'
export { hasSwitchOfItsOwn, shareOneSwitch } from './state/one-switch.ts'
export { pluggedIn } from './state/plugged-in.ts'
export type { Routed } from './state/router-ports.ts'
export { runs } from './state/runs.ts'
export {
  throughPhysical,
  throughRouter,
  throughTunnel,
  /** @public */
  withinNode,
} from './traffic/through.ts'
