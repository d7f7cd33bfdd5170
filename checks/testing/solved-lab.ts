import type {
  DiagnosticRequest,
  KernelFacts,
  Link,
  LogicalFlow,
  Request,
  TracePacket,
  TraceSeen,
  Traffic,
  TrafficRequest,
} from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { cannotLook } from '../../harness/look/recording.ts'
import type {
  Chassis,
  DatapathBinding,
  LogicalSwitch,
  LogicalSwitchPort,
  PortBinding,
} from '../../harness/ovsdb/tables.ts'
import type { Endpoint } from '../nouns/endpoint.ts'
import type { Experiment } from '../traffic/traffic.ts'
import { type Node, type OvsTables, recordedIn } from './recorded.ts'

/** What was seen on two real machines that had day 06 solved, ready to be changed. */
export interface Evidence {
  kernel: Record<Node, KernelFacts>
  northbound: { Logical_Switch: LogicalSwitch[]; Logical_Switch_Port: LogicalSwitchPort[] }
  southbound: { Port_Binding: PortBinding[]; Chassis: Chassis[]; Datapath_Binding: DatapathBinding[] }
  ovs: Record<Node, OvsTables>
  traffic: Traffic
  /** What Open vSwitch said of packets it was asked about; of others it says nothing. */
  traces: { node: string; packet: TracePacket; seen: TraceSeen }[]
  /** The rows of Logical_Flow that are known; others are not there. */
  logicalFlows: LogicalFlow[]
  /** What looks that are taken only on failure would have seen. Those that are not here cannot look. */
  diagnostics: { request: DiagnosticRequest; evidence: unknown }[]
}

/** Changes evidence in place. */
export type Edit = (evidence: Evidence) => void

export const ns1: Endpoint = {
  node: 'controller',
  netns: 'ns1',
  address: '192.168.10.100',
  prefixLength: 24,
}
export const ns2: Endpoint = {
  node: 'hypervisor',
  netns: 'ns2',
  address: '192.168.10.200',
  prefixLength: 24,
}
export const both = [ns1, ns2]

const { recorded, found, common, labWith } = recordedIn('day-06/recordings/mapping.json')

const asked = recorded.answers
  .map(({ request }) => request)
  .find((request): request is TrafficRequest => request.look === 'traffic')
if (!asked) throw new Error('The recording has no traffic')

/** The experiment the recording has the outcome of. */
export const pings: Experiment = {
  endpoints: both,
  physical: 'eth2',
  underlay: 'eth1',
  pings: asked.pings,
  markers: asked.markers,
}

/** The solved lab, with what the edits make of it. */
export function solvedLab(...edits: Edit[]): Lab {
  const evidence = solvedEvidence()
  for (const edit of edits) edit(evidence)
  return labWith(request => answerTo(request, evidence), evidence.diagnostics)
}

/** Looks whose request depends on what was seen before are answered by what they are about. */
function answerTo(request: Request, evidence: Evidence): unknown {
  const { kernel, ovs, northbound, southbound, traffic, traces, logicalFlows } = evidence
  switch (request.look) {
    case 'kernel':
      return kernel[request.node as Node]
    case 'database':
      if (request.database === 'Open_vSwitch') return ovs[request.node as Node]
      if (request.node !== 'controller') return undefined
      return request.database === 'OVN_Northbound' ? northbound : southbound
    case 'traffic':
      return traffic
    case 'traces':
      return request.packets.map(packet => {
        const isMeant = ({ bridge, flow }: TracePacket) => bridge === packet.bridge && flow === packet.flow
        const found = traces.find(one => one.node === request.node && isMeant(one.packet))
        if (!found) throw cannotLook({ reason: { en: `no trace of ${packet.flow}`, 'zh-TW': '沒有 trace' } })
        return found.seen
      })
    case 'flow-origins':
      return logicalFlows.filter(({ uuid }) =>
        request.cookies.some(cookie => uuid === cookie.padStart(8, '0')),
      )
    default:
      return undefined
  }
}

/**
 * A copy of the recorded evidence, for the values that differ from lab to lab (MAC addresses, tokens).
 * Rows are in the order of their names: that of the database is another one in each recording.
 */
export function solvedEvidence(): Evidence {
  const evidence: Evidence = {
    ...common(),
    northbound: found('database', 'controller', 'OVN_Northbound'),
    southbound: found('database', 'controller', 'OVN_Southbound'),
    ...recordedFlows(),
    diagnostics: [],
  }
  const { ovs, northbound, southbound } = evidence
  for (const tables of [northbound, southbound, ovs.controller, ovs.hypervisor])
    for (const rows of Object.values(tables)) rows.sort(byName)
  return evidence
}

/** What the recording has of traces and of rows of Logical_Flow. */
function recordedFlows(): Pick<Evidence, 'traces' | 'logicalFlows'> {
  const answers = structuredClone(recorded.answers)
  const traces = answers.flatMap(answer => {
    const { request } = answer
    if (request.look !== 'traces' || !('evidence' in answer)) return []
    const seen = answer.evidence as TraceSeen[]
    return request.packets.map((packet, at) => ({ node: request.node, packet, seen: seen[at]! }))
  })
  const logicalFlows = answers.flatMap(answer =>
    answer.request.look === 'flow-origins' && 'evidence' in answer ? (answer.evidence as LogicalFlow[]) : [],
  )
  return { traces, logicalFlows }
}

type AnyRow = { name?: string; logical_port?: string; hostname?: string }

function byName(one: AnyRow, other: AnyRow): number {
  const nameOf = ({ name = '', logical_port = '', hostname = '' }: AnyRow) => hostname + logical_port + name
  return nameOf(one) < nameOf(other) ? -1 : 1
}

/** The row, or link, of that name; an Error where the evidence has none, so that no edit misses its aim. */
export function named<Row extends { name: string }>(rows: Row[] | undefined, name: string): Row {
  const row = rows?.find(candidate => candidate.name === name)
  if (!row) throw new Error(`No ${name} among ${rows?.map(candidate => candidate.name)}`)
  return row
}

/** The Port_Binding of a logical port. */
export function bindingOf({ southbound }: Evidence, port: string): PortBinding {
  const binding = southbound.Port_Binding.find(row => row.logical_port === port)
  if (!binding) throw new Error(`No Port_Binding ${port}`)
  return binding
}

/** The link that carries an endpoint's address. */
export const innerLink = ({ kernel }: Evidence, { node, netns }: Endpoint): Link =>
  named(kernel[node as Node].netns[netns], 'eth0')

/** An edit: the loopback of an endpoint's namespace has an address as well. */
export const onLoopback =
  (endpoint: Endpoint, address: string): Edit =>
  evidence => {
    const addresses = [{ family: 'inet' as const, address, prefixLength: 32 }]
    const { node, netns } = endpoint
    evidence.kernel[node as Node].netns[netns]!.push({
      ...innerLink(evidence, endpoint),
      ...{ name: 'lo', index: 1, addresses },
    })
  }

/** Takes a port, with its interface, out of whatever bridge has it. */
export function unplug(ovs: OvsTables, name: string): void {
  const port = named(ovs.Port, name)
  for (const bridge of ovs.Bridge) bridge.ports = bridge.ports.filter(uuid => uuid !== port._uuid)
}
