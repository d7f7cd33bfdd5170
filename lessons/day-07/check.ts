import {
  boundToItsChassis,
  eventually,
  hasAddress,
  hasSwitchPort,
  type Proofs,
  pluggedIn,
  portsCarriedSouth,
  type Routed,
  throughGateway,
} from '../../checks/index.ts'
import { machines } from '../_course/proofs.ts'

const ns1: Routed = {
  node: 'controller',
  netns: 'ns1',
  address: '192.168.100.100',
  prefixLength: 24,
  gateway: '192.168.100.254',
}
const path = throughGateway('eth2', ns1, {
  node: 'hypervisor',
  address: '192.168.10.30',
  prefixLength: 24,
  nextHop: '192.168.10.1',
  floating: '192.168.10.40',
})

export default {
  ...machines,

  'ns1-address': lab => hasAddress(lab, ns1),
  'route-ns1': path.hasRoute(),

  'port-ns1': lab => hasSwitchPort(lab, ns1, [ns1]),
  'southbound-ports': eventually(lab => portsCarriedSouth(lab, [ns1])),
  'iface-ns1': eventually(lab => pluggedIn(lab, ns1, [ns1])),
  'bound-ns1': eventually(lab => boundToItsChassis(lab, ns1, [ns1])),

  'router-port-inside': path.hasInnerPort(),
  'peer-inside': path.joinedInside(),
  'router-port-outside': path.hasOuterPort(),
  'peer-outside': path.joinedOutside(),
  'one-router': path.sharesOneRouter(),
  'southbound-router': eventually(path.routerCarriedSouth()),

  'localnet-port': path.hasLocalnetPort(),
  'localnet-unknown': path.acceptsUnknown(),
  'localnet-southbound': eventually(path.localnetCarriedSouth()),
  'bridge-hypervisor': path.bridgeHoldsLink(),
  'mapping-hypervisor': path.mapsLocalnet(),

  'gateway-chassis': path.choosesGateway(),
  'gateway-bound': eventually(path.gatewayBound()),
  'patch-hypervisor': eventually(path.patchedByOvn()),
  'way-out': path.hasWayOut(),

  'snat-rule': path.translatesSource(),
  'floating-rule': path.translatesDestination(),

  'ping-outside': path.reachesOutside(),
  'ping-beyond': path.reachesBeyond(),
  'ping-floating': path.outsideReaches(),

  'seen-outside': path.outsideSees(),
  'answers-floating': path.answersAs(),
  'only-hypervisor': path.leavesOnlyBy(),

  'bridge-controller': path.bridgeHoldsLink('controller'),
  'mapping-controller': path.mapsLocalnet('controller'),
  'second-chassis': path.standsBy('controller'),
  'patch-controller': eventually(path.patchedByOvn('controller')),
  'watch-controller': eventually(path.watches('controller', 'hypervisor')),
  'watch-hypervisor': eventually(path.watches('hypervisor', 'controller')),
} satisfies Proofs
