import {
  type Endpoint,
  inLinuxBridge,
  inNoLinuxBridge,
  type Proofs,
  shareOneLinuxBridge,
  withinNode,
} from '../../checks/index.ts'
import { binding, logicalSwitch, machines, namespaces } from '../_course/proofs.ts'

const ns1: Endpoint = { node: 'controller', netns: 'ns1', address: '192.168.1.1', prefixLength: 24 }
const ns2: Endpoint = { node: 'controller', netns: 'ns2', address: '192.168.1.2', prefixLength: 24 }
const path = withinNode(ns1, ns2)

export default {
  ...machines,
  ...namespaces(ns1, ns2),

  'bridge-ns1': lab => inLinuxBridge(lab, ns1),
  'bridge-ns2': lab => inLinuxBridge(lab, ns2),
  'one-bridge': lab => shareOneLinuxBridge(lab, [ns1, ns2]),
  'bridge-ping-ns2-ns1': path.reachesByBridge(ns2, ns1),
  'bridge-ping-ns1-ns2': path.reachesByBridge(ns1, ns2),
  'by-bridge': path.carriedByBridge(),

  ...logicalSwitch(ns1, ns2),
  unbridged: lab => inNoLinuxBridge(lab, [ns1, ns2]),
  ...binding(ns1, ns2),

  'ping-ns2-ns1': path.reaches(ns2, ns1),
  'ping-ns1-ns2': path.reaches(ns1, ns2),
  'by-ovn': path.carriedByOvn(),
  'stays-on-controller': path.staysOnNode(),
} satisfies Proofs
