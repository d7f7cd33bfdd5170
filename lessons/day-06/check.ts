import {
  acceptsUnknown,
  bridgeHolds,
  crossesNoTunnel,
  crossesPlain,
  type Endpoint,
  type Experiment,
  eventually,
  hasLocalnetPort,
  localnetCarriedSouth,
  mapsLocalnet,
  type Proofs,
  patchedByOvn,
  reaches,
  reachesOutside,
} from '../../checks/index.ts'
import { binding, logicalSwitch, machines, namespaces } from '../_course/proofs.ts'

const ns1: Endpoint = { node: 'controller', netns: 'ns1', address: '192.168.10.100', prefixLength: 24 }
const ns2: Endpoint = { node: 'hypervisor', netns: 'ns2', address: '192.168.10.200', prefixLength: 24 }
const both = [ns1, ns2]
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
  ...machines,
  ...namespaces(ns1, ns2),
  ...logicalSwitch(ns1, ns2),

  'localnet-port': lab => hasLocalnetPort(lab, both),
  'localnet-unknown': lab => acceptsUnknown(lab, both),
  'localnet-southbound': eventually(lab => localnetCarriedSouth(lab, both)),

  ...binding(ns1, ns2),

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
