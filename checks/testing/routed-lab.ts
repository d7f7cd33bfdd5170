import type {
  HeardPacket,
  KernelFacts,
  NetworkStack,
  Request,
  TraceSeen,
  Traffic,
} from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import type {
  LogicalRouter,
  LogicalRouterPort,
  LogicalSwitch,
  LogicalSwitchPort,
  MacBinding,
  PortBinding,
} from '../../harness/ovsdb/tables.ts'
import type { Routed } from '../state/router-ports.ts'
import { throughRouter } from '../traffic/through.ts'
import { captureOn, type Node, type OvsTables, recordedIn } from './recorded.ts'

/** Two real machines that had day 05 solved: a router between two switches, and all of it on controller. */

const here = { node: 'controller', prefixLength: 24 }
export const ns1: Routed = { ...here, netns: 'ns1', address: '192.168.1.1', gateway: '192.168.1.254' }
export const ns2: Routed = { ...here, netns: 'ns2', address: '192.168.1.2', gateway: '192.168.1.254' }
export const ns3: Routed = { ...here, netns: 'ns3', address: '10.10.0.1', gateway: '10.10.0.254' }
const isToGateway = ({ flow }: { flow: string }) =>
  [ns1.gateway, ns3.gateway].some(gateway => flow.includes(`_dst=${gateway},`))
export const path = throughRouter(ns1, ns2, ns3)

const { found, common, labWith } = recordedIn('day-05/recordings/solved.json')

/** What was seen, ready to be changed. */
export interface Evidence {
  kernel: Record<Node, KernelFacts>
  northbound: {
    Logical_Switch: LogicalSwitch[]
    Logical_Switch_Port: LogicalSwitchPort[]
    Logical_Router: LogicalRouter[]
    Logical_Router_Port: LogicalRouterPort[]
  }
  southbound: { Port_Binding: PortBinding[]; MAC_Binding: MacBinding[] }
  ovs: Record<Node, OvsTables>
  traffic: Traffic
  /** What the kernel of a namespace answers instead, where it is asked for its routes. */
  stacks: Record<string, Partial<NetworkStack>>
  /** What a trace of a ping to a gateway tells instead. */
  gatewayTrace?: TraceSeen
}
export type Edit = (evidence: Evidence) => void

/** The solved lab, with what the edits make of it. */
export function routedLab(...edits: Edit[]): Lab {
  const evidence: Evidence = {
    ...common(),
    northbound: found('database', 'controller', 'OVN_Northbound'),
    southbound: found('database', 'controller', 'OVN_Southbound'),
    stacks: {},
  }
  for (const edit of edits) edit(evidence)
  return labWith(request => answerTo(request, evidence))
}

function answerTo(request: Request, evidence: Evidence): unknown {
  const { kernel, northbound, southbound, traffic, stacks, gatewayTrace } = evidence
  if (request.look === 'traffic') return traffic
  if (gatewayTrace && request.look === 'traces' && request.packets.some(isToGateway))
    return request.packets.map(() => gatewayTrace)
  if (request.look === 'kernel') return kernel[request.node as Node]
  if (request.look === 'routes') return stacks[request.netns ?? '']?.routes
  if (request.look === 'stack') return stacks[request.netns ?? '']
  if (request.look === 'database' && request.database === 'OVN_Northbound') return northbound
  return request.look === 'database' && request.database === 'OVN_Southbound' ? southbound : undefined
}

/** An edit: each packet of the ping from ns1 to ns3 that a veth of controller heard, as `change` makes it; gone without. */
export const onPlug =
  (link: string, change: (packet: HeardPacket) => HeardPacket | undefined): Edit =>
  evidence => {
    const { pings } = evidence.traffic
    const own = pings.find(({ from, to }) => from.netns === 'ns1' && to === ns3.address)
    const capture = captureOn(evidence, 'controller', link)
    capture.heard = capture.heard.flatMap(packet =>
      packet.token === own?.token ? (change(packet) ?? []) : [packet],
    )
  }
