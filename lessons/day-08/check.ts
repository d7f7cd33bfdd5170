import {
  type Endpoint,
  eventually,
  hasAddress,
  type Proofs,
  pluggedIn,
  throughLocalport,
} from '../../checks/index.ts'
import { binding, logicalSwitch, machines, namespaces } from '../_course/proofs.ts'

const ns1: Endpoint = { node: 'controller', netns: 'ns1', address: '10.0.1.10', prefixLength: 24 }
const ns2: Endpoint = { node: 'hypervisor', netns: 'ns2', address: '10.0.1.20', prefixLength: 24 }
const ns3 = { netns: 'ns3', address: '10.0.1.30', prefixLength: 24, isLocal: true } as const
const onController: Endpoint = { ...ns3, node: 'controller' }
const onHypervisor: Endpoint = { ...ns3, node: 'hypervisor' }
const path = throughLocalport([ns1, ns2], [onController, onHypervisor])

export default {
  ...machines,
  ...namespaces(ns1, ns2),
  ...logicalSwitch(ns1, ns2),
  ...binding(ns1, ns2),

  localport: path.hasLocalport(),
  'southbound-localport': eventually(path.localportCarriedSouth()),

  'ns3-controller': lab => hasAddress(lab, onController),
  'ns3-hypervisor': lab => hasAddress(lab, onHypervisor),
  'mac-controller': path.bearsLocalportMac(onController),
  'mac-hypervisor': path.bearsLocalportMac(onHypervisor),
  'iface-ns3-controller': eventually(lab => pluggedIn(lab, onController, [ns1, ns2, onController])),
  'iface-ns3-hypervisor': eventually(lab => pluggedIn(lab, onHypervisor, [ns1, ns2, onHypervisor])),

  'ping-ns1-ns3': path.reaches(ns1, onController),
  'ping-ns3-ns1': path.reaches(onController, ns1),
  'ping-ns2-ns3': path.reaches(ns2, onHypervisor),
  'ping-ns3-ns2': path.reaches(onHypervisor, ns2),
  'answers-ns1': path.answeredBy(onController),
  'answers-ns2': path.answeredBy(onHypervisor),

  'stays-controller': path.staysOnNode(onController),
  'stays-hypervisor': path.staysOnNode(onHypervisor),
  'kept-controller': path.keptFrom(onController, ns2),
  'kept-hypervisor': path.keptFrom(onHypervisor, ns1),
  'ping-ns1-ns2': path.reaches(ns1, ns2),
  'ping-ns2-ns1': path.reaches(ns2, ns1),
  'geneve-controller': path.crossesTunnel('controller'),
  'geneve-hypervisor': path.crossesTunnel('hypervisor'),
} satisfies Proofs
