import {
  boundToItsChassis,
  eventually,
  hasAddress,
  hasSwitchOfItsOwn,
  hasSwitchPort,
  type Proofs,
  pluggedIn,
  portsCarriedSouth,
  type Routed,
  shareOneSwitch,
  throughRouter,
} from '../../checks/index.ts'
import { machines } from '../_course/proofs.ts'

const here = { node: 'controller', prefixLength: 24 }
const ns1: Routed = { ...here, netns: 'ns1', address: '192.168.1.1', gateway: '192.168.1.254' }
const ns2: Routed = { ...here, netns: 'ns2', address: '192.168.1.2', gateway: '192.168.1.254' }
const ns3: Routed = { ...here, netns: 'ns3', address: '10.10.0.1', gateway: '10.10.0.254' }
const path = throughRouter(ns1, ns2, ns3)
/** On the other node, behind the gateway of ns3: of the extra stage. */
const ns4: Routed = { ...ns3, node: 'hypervisor', netns: 'ns4', address: '10.10.0.2' }
const far = throughRouter(ns1, ns4)

export default {
  ...machines,

  'ns1-address': lab => hasAddress(lab, ns1),
  'ns2-address': lab => hasAddress(lab, ns2),
  'ns3-address': lab => hasAddress(lab, ns3),
  'route-ns1': path.hasRoute(ns1),
  'route-ns2': path.hasRoute(ns2),
  'route-ns3': path.hasRoute(ns3),

  'port-ns1': lab => hasSwitchPort(lab, ns1, [ns1, ns2, ns3]),
  'port-ns2': lab => hasSwitchPort(lab, ns2, [ns1, ns2, ns3]),
  'port-ns3': lab => hasSwitchPort(lab, ns3, [ns1, ns2, ns3]),
  'one-switch': lab => shareOneSwitch(lab, [ns1, ns2]),
  'other-switch': lab => hasSwitchOfItsOwn(lab, ns3, [ns1, ns2]),
  'southbound-ports': eventually(lab => portsCarriedSouth(lab, [ns1, ns2])),
  'southbound-port-ns3': eventually(lab => portsCarriedSouth(lab, [ns3])),

  'iface-ns1': eventually(lab => pluggedIn(lab, ns1, [ns1, ns2])),
  'iface-ns2': eventually(lab => pluggedIn(lab, ns2, [ns1, ns2])),
  'iface-ns3': eventually(lab => pluggedIn(lab, ns3, [ns3])),
  'bound-ns1': eventually(lab => boundToItsChassis(lab, ns1, [ns1, ns2])),
  'bound-ns2': eventually(lab => boundToItsChassis(lab, ns2, [ns1, ns2])),
  'bound-ns3': eventually(lab => boundToItsChassis(lab, ns3, [ns3])),

  'router-port-ls0': path.hasRouterPort(ns1),
  'router-port-ls1': path.hasRouterPort(ns3),
  'peer-ls0': path.joinedToRouter(ns1),
  'peer-ls1': path.joinedToRouter(ns3),
  'one-router': path.sharesOneRouter(),
  'southbound-router': eventually(path.routerCarriedSouth()),

  'gateway-ns1': path.gatewayAnswers(ns1),
  'gateway-ns2': path.gatewayAnswers(ns2),
  'gateway-ns3': path.gatewayAnswers(ns3),
  'ping-ns1-ns3': path.reaches(ns1, ns3),
  'ping-ns3-ns1': path.reaches(ns3, ns1),
  'ping-ns2-ns3': path.reaches(ns2, ns3),
  'ping-ns3-ns2': path.reaches(ns3, ns2),

  'ttl-ns1-ns3': path.crossesRouter(ns1, ns3),
  'ttl-ns3-ns1': path.crossesRouter(ns3, ns1),
  'stays-on-controller': path.staysOnNode(),

  'ns4-address': lab => hasAddress(lab, ns4),
  'route-ns4': far.hasRoute(ns4),
  'port-ns4': lab => hasSwitchPort(lab, ns4, [ns1, ns2, ns3, ns4]),
  'beside-ns3': lab => shareOneSwitch(lab, [ns3, ns4]),
  'southbound-port-ns4': eventually(lab => portsCarriedSouth(lab, [ns4])),
  'iface-ns4': eventually(lab => pluggedIn(lab, ns4, [ns3, ns4])),
  'bound-ns4': eventually(lab => boundToItsChassis(lab, ns4, [ns3, ns4])),
  'gateway-ns4': far.gatewayAnswers(ns4),
  'ping-ns1-ns4': far.reaches(ns1, ns4),
  'ping-ns4-ns1': far.reaches(ns4, ns1),
  'ttl-ns1-ns4': far.crossesRouter(ns1, ns4),
  'geneve-controller': far.crossesTunnel(ns1, ns4, 'controller'),
  'geneve-hypervisor': far.crossesTunnel(ns1, ns4, 'hypervisor'),
} satisfies Proofs
