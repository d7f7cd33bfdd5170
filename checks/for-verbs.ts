// What a verb is made of that one lesson has for itself, in a file beside its check.ts. A lesson outside of this checkout
// can import only this module, checks/index.ts and lessons/_course/proofs.ts of ours.
export { CannotLook, Unmet } from '../harness/core/errors.ts'
export { type Text, text } from '../harness/core/text.ts'
export type { Proof } from '../harness/judge/proof.ts'
export type { Lab } from '../harness/look/lab.ts'
export { linkOf } from './nouns/endpoint.ts'
export { list, on, quoted } from './nouns/phrases.ts'
export { plugsOf } from './nouns/plug-of.ts'
export { portsOf } from './nouns/ports-of.ts'
export { connects } from './traffic/connects.ts'
export { assertNotDeaf } from './traffic/not-deaf.ts'
export { experimentOf } from './traffic/through.ts'
export { probeOf } from './traffic/traffic.ts'
