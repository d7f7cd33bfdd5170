import {
  acceptsUnknown,
  boundToItsChassis,
  bridgeHolds,
  crossesNoTunnel,
  crossesPlain,
  type Endpoint,
  type Experiment,
  eventually,
  hasAddress,
  hasLocalnetPort,
  hasSwitchPort,
  isChassis,
  localnetCarriedSouth,
  mapsLocalnet,
  type Proofs,
  patchedByOvn,
  pluggedIn,
  portsCarriedSouth,
  reaches,
  reachesOutside,
  runs,
  shareOneSwitch,
} from '../../checks/index.ts'

const ns1: Endpoint = { node: 'controller', netns: 'ns1', address: '192.168.10.100', prefixLength: 24 }
const ns2: Endpoint = { node: 'hypervisor', netns: 'ns2', address: '192.168.10.200', prefixLength: 24 }
const both = [ns1, ns2]
const central = '192.168.33.10'
const physical = '192.168.10.1'

/** Made once, judged by all claims about traffic. The marker shows that the captures on eth1 were not deaf. */
const pings: Experiment = {
  endpoints: both,
  physical: 'eth2',
  underlay: 'eth1',
  pings: [
    { from: { node: ns2.node, netns: ns2.netns }, to: ns1.address },
    { from: { node: ns1.node, netns: ns1.netns }, to: ns2.address },
    { from: { node: ns1.node, netns: ns1.netns }, to: physical },
    { from: { node: ns2.node, netns: ns2.netns }, to: physical },
  ],
  markers: [{ link: 'eth1', from: { node: 'controller' }, to: '192.168.33.20' }],
}

export default {
  northd: lab => runs(lab, 'controller', 'ovn-northd'),
  'chassis-controller': eventually(lab => isChassis(lab, { node: 'controller', encapIp: central, central })),
  'chassis-hypervisor': eventually(lab =>
    isChassis(lab, { node: 'hypervisor', encapIp: '192.168.33.20', central }),
  ),

  'ns1-address': lab => hasAddress(lab, ns1),
  'ns2-address': lab => hasAddress(lab, ns2),

  'port-ns1': lab => hasSwitchPort(lab, ns1, both),
  'port-ns2': lab => hasSwitchPort(lab, ns2, both),
  'one-switch': lab => shareOneSwitch(lab, both),
  'southbound-ports': eventually(lab => portsCarriedSouth(lab, both)),

  'localnet-port': lab => hasLocalnetPort(lab, both),
  'localnet-unknown': lab => acceptsUnknown(lab, both),
  'localnet-southbound': eventually(lab => localnetCarriedSouth(lab, both)),

  'iface-ns1': eventually(lab => pluggedIn(lab, ns1, both)),
  'iface-ns2': eventually(lab => pluggedIn(lab, ns2, both)),
  'bound-ns1': eventually(lab => boundToItsChassis(lab, ns1, both)),
  'bound-ns2': eventually(lab => boundToItsChassis(lab, ns2, both)),

  'bridge-controller': eventually(lab => bridgeHolds(lab, 'controller', 'eth2')),
  'bridge-hypervisor': eventually(lab => bridgeHolds(lab, 'hypervisor', 'eth2')),
  'mapping-controller': lab => mapsLocalnet(lab, both, 'controller', 'eth2'),
  'mapping-hypervisor': lab => mapsLocalnet(lab, both, 'hypervisor', 'eth2'),

  'patch-controller': eventually(lab => patchedByOvn(lab, both, 'controller', 'eth2')),
  'patch-hypervisor': eventually(lab => patchedByOvn(lab, both, 'hypervisor', 'eth2')),

  'ping-ns2-ns1': lab => reaches(lab, pings, ns2, ns1.address),
  'ping-ns1-ns2': lab => reaches(lab, pings, ns1, ns2.address),
  'ping-ns1-physical': lab => reachesOutside(lab, pings, ns1, physical),
  'ping-ns2-physical': lab => reachesOutside(lab, pings, ns2, physical),

  'plain-controller': lab => crossesPlain(lab, pings, [ns2, ns1], 'controller'),
  'plain-hypervisor': lab => crossesPlain(lab, pings, [ns2, ns1], 'hypervisor'),
  'no-geneve-controller': lab => crossesNoTunnel(lab, pings, [ns1, ns2], 'controller'),
  'no-geneve-hypervisor': lab => crossesNoTunnel(lab, pings, [ns1, ns2], 'hypervisor'),
} satisfies Proofs
