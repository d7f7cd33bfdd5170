import type {
  ArpFacts,
  FdbEntry,
  HeardPacket,
  KernelFacts,
  Link,
  NetworkStack,
  Request,
  Traffic,
} from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import type { Endpoint } from '../nouns/endpoint.ts'
import type { Manner } from '../traffic/manner.ts'
import type { Experiment } from '../traffic/traffic.ts'
import { captureOn, type Node, type OvsTables, recordedIn } from './recorded.ts'

/** Machines that are at day 02: a Linux bridge with two namespaces of controller, or OVN in its place. */

export const ns1: Endpoint = { node: 'controller', netns: 'ns1', address: '192.168.1.1', prefixLength: 24 }
export const ns2: Endpoint = { ...ns1, netns: 'ns2', address: '192.168.1.2' }

/** What was seen, ready to be changed. */
export interface Evidence {
  kernel: Record<Node, KernelFacts>
  ovs: Record<Node, OvsTables>
  northbound: object
  traffic: Traffic
  /** What the node's own stack would say, where it is asked. */
  stack: Partial<NetworkStack>
  /** Where its Linux bridges take MAC addresses to be. */
  fdb: FdbEntry[]
  /** What it would say of who asks for MAC addresses, and who is asked. */
  arp: Partial<ArpFacts>
}
export type Edit = (evidence: Evidence) => void

const of = (name: string) => {
  const { common, found, labWith } = recordedIn(`day-02/recordings/${name}.json`)
  const experiment: Experiment = {
    endpoints: [ns1, ns2],
    physical: 'eth2',
    underlay: 'eth1',
    isTunnelled: true,
    hearsBridges: true,
    pings: found<Traffic>('traffic').pings.map(({ from, to, bytes, isLargest }) => ({
      from,
      to,
      ...(bytes !== undefined && { bytes }),
      ...(isLargest && { isLargest }),
    })),
    markers: [],
  }
  /** The lab as it was, with what the edits make of it. */
  const lab = (...edits: Edit[]): Lab => {
    const northbound = found<object>('database', 'controller', 'OVN_Northbound')
    const evidence: Evidence = { ...common(), northbound, stack: {}, fdb: [], arp: {} }
    for (const edit of edits) edit(evidence)
    return labWith(request => answerTo(request, evidence))
  }
  /** The MAC address of a namespace of controller. */
  const macOf = (netns: string): string =>
    common().kernel.controller.netns[netns]!.find(({ name }) => name === 'eth0')!.mac
  return { experiment, lab, macOf }
}

/** The Linux bridge br0 holds both; and: br-int does. */
export const bridged = of('bridge')
export const switched = of('solved')

function answerTo(
  request: Request,
  { kernel, ovs, northbound, traffic, stack, fdb, arp }: Evidence,
): unknown {
  if (request.look === 'traffic') return traffic
  if (request.look === 'fdb') return fdb
  if (request.look === 'kernel') return kernel[request.node as Node]
  if (request.look === 'arp')
    return { ...{ neighbours: [], chains: [], solicits: {} }, ...(request.netns === undefined && arp) }
  if (request.look === 'stack')
    return { ...{ chains: [], qdiscs: [], filters: [], xdp: [] }, ...(request.netns === undefined && stack) }
  if (request.look !== 'database' || request.database === 'OVN_Southbound') return undefined
  return request.database === 'Open_vSwitch' ? ovs[request.node as Node] : northbound
}

/** The link of controller of that name. */
export const linkIn = ({ kernel }: Evidence, name: string): Link =>
  kernel.controller.links.find(link => link.name === name)!

/** An edit: a Linux bridge of controller that holds these links, and what a capture on it heard. */
export const bridgeWith =
  (name: string, holds: string[], heard: HeardPacket[] = [], heardMarker = true): Edit =>
  evidence => {
    const { links } = evidence.kernel.controller
    links.push({ ...linkIn(evidence, 'veth-ns1-br'), name, kind: 'bridge', index: 900 })
    for (const port of holds) linkIn(evidence, port).master = name
    const quiet = { heardMarker, packetsTotal: 1, droppedByKernel: 0, arps: [], otherwise: [] }
    evidence.traffic.captures.push({ node: 'controller', link: name, heard, ...quiet })
  }

/** An edit: what ns2 sends to ns1 in a manner is answered by nobody, and heard as requests on these links only. */
export const lostAfter =
  (links: string[], { isLargest }: Manner = {}): Edit =>
  evidence => {
    const ping = evidence.traffic.pings.find(one => one.from.netns === 'ns2' && one.isLargest === isLargest)!
    ping.received = 0
    for (const { link } of evidence.traffic.captures.filter(one => one.node === 'controller')) {
      const capture = captureOn(evidence, 'controller', link)
      capture.heard = capture.heard.filter(
        ({ token, icmp }) => token !== ping.token || (icmp === 'echo-request' && links.includes(link)),
      )
    }
  }
