import type { HeardPacket, KernelFacts, Request, TraceSeen, Traffic } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import type { LogicalSwitch, LogicalSwitchPort, PortBinding } from '../../harness/ovsdb/tables.ts'
import type { Endpoint } from '../nouns/endpoint.ts'
import { throughLocalport } from '../traffic/through-localport.ts'
import { captureOn, type Node, type OvsTables, recordedIn } from './recorded.ts'

/** Two real machines that had day 08 solved: ns1 and ns2 on one switch over both, and an ns3 beside each, behind a localport. */

export const ns1: Endpoint = { node: 'controller', netns: 'ns1', address: '10.0.1.10', prefixLength: 24 }
export const ns2: Endpoint = { node: 'hypervisor', netns: 'ns2', address: '10.0.1.20', prefixLength: 24 }
const ns3 = { netns: 'ns3', address: '10.0.1.30', prefixLength: 24, isLocal: true } as const
export const onController: Endpoint = { ...ns3, node: 'controller' }
export const onHypervisor: Endpoint = { ...ns3, node: 'hypervisor' }
export const path = throughLocalport([ns1, ns2], [onController, onHypervisor])

const { found, common, labWith } = recordedIn('day-08/recordings/solved.json')

/** What was seen, ready to be changed. */
export interface Evidence {
  kernel: Record<Node, KernelFacts>
  ovs: Record<Node, OvsTables>
  northbound: { Logical_Switch: LogicalSwitch[]; Logical_Switch_Port: LogicalSwitchPort[] }
  southbound: { Port_Binding: PortBinding[] }
  traffic: Traffic
  /** What Open vSwitch says of every packet, in place of what it said. */
  traced?: TraceSeen
  /** What a look tells that the recording does not have. */
  told?: (request: Request) => unknown
}
export type Edit = (evidence: Evidence) => void

/** The solved lab, with what the edits make of it. */
export function localportLab(...edits: Edit[]): Lab {
  const evidence: Evidence = {
    ...common(),
    northbound: found('database', 'controller', 'OVN_Northbound'),
    southbound: found('database', 'controller', 'OVN_Southbound'),
  }
  for (const edit of edits) edit(evidence)
  return labWith(request => answerTo(request, evidence))
}

function answerTo(request: Request, evidence: Evidence): unknown {
  const { kernel, ovs, northbound, southbound, traffic, traced } = evidence
  const told = evidence.told?.(request)
  if (told !== undefined) return told
  if (request.look === 'traffic') return traffic
  if (request.look === 'kernel') return kernel[request.node as Node]
  if (request.look === 'traces') return traced && request.packets.map(() => traced)
  if (request.look !== 'database') return undefined
  if (request.database === 'Open_vSwitch') return ovs[request.node as Node]
  return request.database === 'OVN_Northbound' ? northbound : southbound
}

/** An edit: columns of a logical switch port have other values. */
export const port =
  (name: string, columns: Partial<LogicalSwitchPort>): Edit =>
  ({ northbound }) => {
    const row = northbound.Logical_Switch_Port.find(one => one.name === name)
    if (!row) throw new Error(`No port ${name}`)
    Object.assign(row, columns)
  }

/** An edit: eth0 of ns3 on a node has another MAC address. */
export const mac =
  (node: Node, address: string): Edit =>
  ({ kernel }) => {
    for (const link of kernel[node].netns.ns3 ?? []) if (link.name === 'eth0') link.mac = address
  }

/** An edit: the interface of ns3 on a node has that iface-id, or none. */
export const label =
  (node: Node, id?: string): Edit =>
  ({ ovs }) => {
    for (const { name, external_ids } of ovs[node].Interface)
      if (name === 'veth-ns3-br') {
        delete external_ids['iface-id']
        if (id !== undefined) external_ids['iface-id'] = id
      }
  }

/** An edit: a capture on a node heard the requests of ns1 to ns3 as well. */
export const copied =
  (node: Node, link: string): Edit =>
  evidence => {
    const own = evidence.traffic.pings.find(({ from, to }) => from.netns === 'ns1' && to === ns3.address)
    const isOwn = ({ token, icmp }: HeardPacket) => token === own?.token && icmp === 'echo-request'
    const requests = captureOn(evidence, 'controller', 'veth-ns3-br').heard.filter(isOwn)
    captureOn(evidence, node, link).heard.push(...structuredClone(requests))
  }
