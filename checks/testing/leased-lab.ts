import type {
  DhcpSeen,
  KernelFacts,
  LeaseFacts,
  Request,
  RouteAnswer,
  TraceSeen,
} from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import type { DhcpOptions, LogicalSwitch, LogicalSwitchPort } from '../../harness/ovsdb/tables.ts'
import type { Guest } from '../nouns/guest.ts'
import { leasing } from '../traffic/leased.ts'
import { type Node, recordedIn } from './recorded.ts'

/** Two real machines that had day 03 solved: OVN gives two namespaces on controller their addresses. */

export const ns1: Guest = { node: 'controller', netns: 'ns1' }
export const ns2: Guest = { node: 'controller', netns: 'ns2' }
export const lan = leasing({ cidr: '10.0.0.0/24', router: '10.0.0.1' }, ns1, ns2)

const { found, ofNodes, byNamespace, common, labWith } = recordedIn('day-03/recordings/solved.json')

/** What was seen, ready to be changed. */
export interface Evidence {
  kernel: Record<Node, KernelFacts>
  northbound: {
    Logical_Switch: LogicalSwitch[]
    Logical_Switch_Port: LogicalSwitchPort[]
    DHCP_Options: DhcpOptions[]
  }
  leases: Record<Node, LeaseFacts>
  /** Where the namespaces send what is for elsewhere. */
  routes: Record<string, RouteAnswer[]>
  /** By namespace. */
  dhcp: Record<string, DhcpSeen>
  /** What a trace of any packet tells instead. */
  trace?: TraceSeen
}
export type Edit = (evidence: Evidence) => void

/** The solved lab, with what the edits make of it. */
export function leasedLab(...edits: Edit[]): Lab {
  const evidence: Evidence = {
    kernel: common().kernel,
    northbound: found('database', 'controller', 'OVN_Northbound'),
    leases: ofNodes(node => found('leases', node)),
    routes: byNamespace<RouteAnswer[]>('routes'),
    dhcp: byNamespace<DhcpSeen>('dhcp'),
  }
  for (const edit of edits) edit(evidence)
  return labWith(request => answerTo(request, evidence))
}

function answerTo(request: Request, { kernel, northbound, leases, routes, dhcp, trace }: Evidence): unknown {
  switch (request.look) {
    case 'kernel':
      return kernel[request.node as Node]
    case 'leases':
      return leases[request.node as Node]
    case 'routes':
      return routes[request.netns ?? '']
    case 'dhcp':
      return dhcp[request.netns]
    case 'traces':
      return trace && request.packets.map(() => trace)
    default:
      return request.look === 'database' && request.database === 'OVN_Northbound' ? northbound : undefined
  }
}
