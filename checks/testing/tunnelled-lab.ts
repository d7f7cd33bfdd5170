import type {
  CaptureHeard,
  HeardPacket,
  KernelFacts,
  NetworkStack,
  PingSeen,
  Request,
  TraceSeen,
  Traffic,
} from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { cannotLook } from '../../harness/look/recording.ts'
import type { Chassis, Encap, Interface, Port } from '../../harness/ovsdb/tables.ts'
import type { Endpoint } from '../nouns/endpoint.ts'
import type { Manner } from '../traffic/manner.ts'
import type { Experiment } from '../traffic/traffic.ts'
import { captureOn, type Node, type OvsTables, recordedIn } from './recorded.ts'

/** Two real machines that had day 04 solved: one switch over both, Geneve on eth1. */

export const ns1: Endpoint = { node: 'controller', netns: 'ns1', address: '192.168.1.1', prefixLength: 24 }
export const ns2: Endpoint = { node: 'hypervisor', netns: 'ns2', address: '192.168.1.2', prefixLength: 24 }

const { recorded, found, common, labWith } = recordedIn('day-04/recordings/solved.json')

/** What was seen, ready to be changed. */
export interface Evidence {
  kernel: Record<Node, KernelFacts>
  ovs: Record<Node, OvsTables>
  southbound: { Chassis: Chassis[]; Encap: Encap[] }
  traffic: Traffic
  /** What a node's own stack would say, where it is asked. */
  stacks: Partial<Record<Node, NetworkStack>>
}
export type Edit = (evidence: Evidence) => void

export const tunnelledEvidence = (): Evidence => ({
  ...common(),
  southbound: found('database', 'controller', 'OVN_Southbound'),
  stacks: {},
})

/** The experiment the recording has the outcome of. */
export const pings: Experiment = {
  endpoints: [ns1, ns2],
  physical: 'eth2',
  underlay: 'eth1',
  isTunnelled: true,
  pings: tunnelledEvidence().traffic.pings.map(({ from, to, bytes, tcpPort }) => ({
    from,
    to,
    ...(bytes !== undefined && { bytes }),
    ...(tcpPort !== undefined && { tcpPort }),
  })),
  markers: [],
}

/** The solved lab, with what the edits make of it. */
export function tunnelledLab(...edits: Edit[]): Lab {
  const evidence = tunnelledEvidence()
  for (const edit of edits) edit(evidence)
  return labWith(request => answerTo(request, evidence))
}

/** What Open vSwitch of a node said of a packet, whichever it was asked about beside it. */
function tracedOn(node: string, flow: string): TraceSeen {
  for (const answer of recorded.answers) {
    const { request } = answer
    if (request.look !== 'traces' || request.node !== node || !('evidence' in answer)) continue
    const at = request.packets.findIndex(packet => packet.flow === flow)
    if (at >= 0) return (answer.evidence as TraceSeen[])[at]!
  }
  throw cannotLook({ reason: { en: `no trace of ${flow}`, 'zh-TW': '沒有 trace' } })
}

function answerTo(request: Request, { kernel, ovs, southbound, traffic, stacks }: Evidence): unknown {
  if (request.look === 'traffic') return traffic
  if (request.look === 'kernel') return kernel[request.node as Node]
  if (request.look === 'traces') return request.packets.map(({ flow }) => tracedOn(request.node, flow))
  if (request.look === 'stack' && request.netns === undefined) return stacks[request.node as Node]
  if (request.look !== 'database') return undefined
  if (request.database === 'Open_vSwitch') return ovs[request.node as Node]
  return request.database === 'OVN_Southbound' ? southbound : undefined
}

/** The ping from one namespace to the other, in the manner asked for. */
export function pingOf(
  { traffic }: Evidence,
  from: 'ns1' | 'ns2',
  { bytes, tcpPort }: Manner = {},
): PingSeen {
  const found = traffic.pings.find(
    ping => ping.from.netns === from && ping.bytes === bytes && ping.tcpPort === tcpPort,
  )
  if (!found) throw new Error(`No such ping from ${from}`)
  return found
}

/** An edit: each packet of the ping from ns2 to ns1 that eth1 of a node heard, as `change` makes it; gone without. */
export const onEth1 =
  (node: Node, change: (packet: HeardPacket) => HeardPacket | undefined, isWire = false): Edit =>
  evidence => {
    const { token } = pingOf(evidence, 'ns2')
    const capture = captureOn(evidence, node, 'eth1', isWire)
    capture.heard = capture.heard.flatMap(packet => {
      const changed = packet.token === token ? change(packet) : packet
      return changed ? [changed] : []
    })
  }

/** An edit: eth2 of a node is up, and a capture there heard its marker and what else it is given. */
export const eth2Up =
  (node: Node, heard: Partial<CaptureHeard> = {}): Edit =>
  ({ kernel, traffic }) => {
    for (const link of kernel[node].links) if (link.name === 'eth2') link.isUp = true
    const silent = {
      heardMarker: true,
      packetsTotal: 1,
      droppedByKernel: 0,
      heard: [],
      arps: [],
      otherwise: [],
    }
    traffic.captures.push({ node, link: 'eth2', ...silent, ...heard })
  }

/** The port that ovn-controller of a node made for the other one, with its interface. */
export function tunnelOf({ ovs }: Evidence, node: Node): { port: Port; iface: Interface } {
  const iface = ovs[node].Interface.find(({ type }) => type === 'geneve')!
  return { iface, port: ovs[node].Port.find(({ interfaces }) => interfaces.includes(iface._uuid))! }
}

/** An edit: a key of a node's external_ids has another value. */
export const setting =
  (node: Node, key: string, value: string): Edit =>
  ({ ovs }) => {
    ovs[node].Open_vSwitch[0].external_ids[key] = value
  }

/** An edit: nothing came of the pings of ns2 in that manner, and only its own plug heard them. */
export const lost =
  (manner: Manner): Edit =>
  evidence => {
    const ping = pingOf(evidence, 'ns2', manner)
    ping.received = 0
    for (const seen of evidence.traffic.captures)
      if ('heard' in seen && seen.link !== 'veth-ns2-br')
        seen.heard = seen.heard.filter(({ token }) => token !== ping.token)
  }
