import { type Endpoint, eventually, type Proofs, throughTunnel } from '../../checks/index.ts'
import { binding, logicalSwitch, machines, namespaces } from '../_course/proofs.ts'

const ns1: Endpoint = { node: 'controller', netns: 'ns1', address: '192.168.1.1', prefixLength: 24 }
const ns2: Endpoint = { node: 'hypervisor', netns: 'ns2', address: '192.168.1.2', prefixLength: 24 }
/** As large as a packet of a namespace can be, and what nobody has to listen on: a refusal is an answer as well. */
const path = throughTunnel(ns1, ns2, { fullBytes: 1500, tcpPort: 80 })

export default {
  ...machines,
  ...namespaces(ns1, ns2),
  ...logicalSwitch(ns1, ns2),
  ...binding(ns1, ns2),

  'tunnel-controller': eventually(path.tunnelledByOvn('controller', 'hypervisor')),
  'tunnel-hypervisor': eventually(path.tunnelledByOvn('hypervisor', 'controller')),

  'ping-ns2-ns1': path.reaches(ns2, ns1),
  'ping-ns1-ns2': path.reaches(ns1, ns2),
  'full-ns2-ns1': path.fits(ns2, ns1),
  'full-ns1-ns2': path.fits(ns1, ns2),
  'tcp-ns2-ns1': path.connects(ns2, ns1),
  'tcp-ns1-ns2': path.connects(ns1, ns2),

  'geneve-controller': path.crossesTunnel('controller'),
  'geneve-hypervisor': path.crossesTunnel('hypervisor'),
  'only-geneve-controller': path.staysInTunnel('controller'),
  'only-geneve-hypervisor': path.staysInTunnel('hypervisor'),
} satisfies Proofs
