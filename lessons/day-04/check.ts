import {
  connects,
  crossesTunnel,
  type Endpoint,
  type Experiment,
  eventually,
  fits,
  type Proofs,
  reaches,
  staysInTunnel,
  type TunnelEnd,
  tunnelledByOvn,
} from '../../checks/index.ts'
import { binding, logicalSwitch, machines, namespaces } from '../_course/proofs.ts'

const ns1: Endpoint = { node: 'controller', netns: 'ns1', address: '192.168.1.1', prefixLength: 24 }
const ns2: Endpoint = { node: 'hypervisor', netns: 'ns2', address: '192.168.1.2', prefixLength: 24 }
const both = [ns1, ns2]
const controller: TunnelEnd = { node: 'controller', encapIp: '192.168.33.10' }
const hypervisor: TunnelEnd = { node: 'hypervisor', encapIp: '192.168.33.20' }
/** As large as a packet of a namespace can be, and what nobody has to listen on: a refusal is an answer as well. */
const [fullBytes, port] = [1500, 80]

const ways = [
  { from: { node: ns2.node, netns: ns2.netns }, to: ns1.address },
  { from: { node: ns1.node, netns: ns1.netns }, to: ns2.address },
]
/** Made once, judged by all claims about traffic. The marker shows that the captures on eth1 were not deaf. */
const pings: Experiment = {
  endpoints: both,
  physical: 'eth2',
  underlay: 'eth1',
  isTunnelled: true,
  pings: [
    ...ways,
    ...ways.map(way => ({ ...way, bytes: fullBytes - 28 })),
    ...ways.map(way => ({ ...way, tcpPort: port })),
  ],
  markers: [{ link: 'eth1', from: { node: 'controller' }, to: hypervisor.encapIp }],
}

export default {
  ...machines,
  ...namespaces(ns1, ns2),
  ...logicalSwitch(ns1, ns2),
  ...binding(ns1, ns2),

  'tunnel-controller': eventually(lab => tunnelledByOvn(lab, controller, hypervisor)),
  'tunnel-hypervisor': eventually(lab => tunnelledByOvn(lab, hypervisor, controller)),

  'ping-ns2-ns1': lab => reaches(lab, pings, ns2, ns1.address),
  'ping-ns1-ns2': lab => reaches(lab, pings, ns1, ns2.address),
  'full-ns2-ns1': lab => fits(lab, pings, ns2, ns1.address, fullBytes),
  'full-ns1-ns2': lab => fits(lab, pings, ns1, ns2.address, fullBytes),
  'tcp-ns2-ns1': lab => connects(lab, pings, ns2, ns1.address, port),
  'tcp-ns1-ns2': lab => connects(lab, pings, ns1, ns2.address, port),

  'geneve-controller': lab => crossesTunnel(lab, pings, [ns2, ns1], 'controller'),
  'geneve-hypervisor': lab => crossesTunnel(lab, pings, [ns2, ns1], 'hypervisor'),
  'only-geneve-controller': lab => staysInTunnel(lab, pings, [ns1, ns2], 'controller'),
  'only-geneve-hypervisor': lab => staysInTunnel(lab, pings, [ns1, ns2], 'hypervisor'),
} satisfies Proofs
