import type {
  AutoconfFacts,
  KernelFacts,
  LeaseFacts,
  RaSeen,
  Request,
  RouteAnswer,
  RouterSocket,
  TraceSeen,
} from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import type { LogicalRouterPort, LogicalSwitchPort, PortBinding } from '../../harness/ovsdb/tables.ts'
import type { Guest } from '../nouns/guest.ts'
import { autoconfiguring } from '../traffic/autoconfigured.ts'
import { type Node, recordedIn } from './recorded.ts'

/** Two real machines that had day 03 solved with its extra stage: OVN advertises a prefix to two namespaces on controller. */

export const ns1: Guest = { node: 'controller', netns: 'ns1' }
export const ns2: Guest = { node: 'controller', netns: 'ns2' }
export const inet6 = autoconfiguring('2001:db8:3::/64', ns1, ns2)

const { found, ofNodes, byNamespace, common, labWith } = recordedIn('day-03/recordings/advertised.json')

/** What was seen, ready to be changed. */
export interface Evidence {
  kernel: Record<Node, KernelFacts>
  northbound: { Logical_Router_Port: LogicalRouterPort[]; Logical_Switch_Port: LogicalSwitchPort[] }
  southbound: { Port_Binding: PortBinding[] }
  leases: Record<Node, LeaseFacts>
  sockets: Record<Node, RouterSocket[]>
  /** By namespace. */
  ra: Record<string, RaSeen>
  autoconf: Record<string, AutoconfFacts>
  /** Where the namespaces send what is for elsewhere in IPv6. */
  routes: Record<string, RouteAnswer[]>
  /** What a trace of any packet tells instead. */
  trace?: TraceSeen
}
export type Edit = (evidence: Evidence) => void

/** The solved lab, with what the edits make of it. */
export function advertisedLab(...edits: Edit[]): Lab {
  const evidence: Evidence = {
    kernel: common().kernel,
    northbound: found('database', 'controller', 'OVN_Northbound'),
    southbound: found('database', 'controller', 'OVN_Southbound'),
    leases: ofNodes(node => found('leases', node)),
    sockets: ofNodes(node => found('router-sockets', node)),
    ra: byNamespace<RaSeen>('ra'),
    autoconf: byNamespace<AutoconfFacts>('autoconf'),
    routes: byNamespace<RouteAnswer[]>('routes'),
  }
  for (const edit of edits) edit(evidence)
  return labWith(request => answerTo(request, evidence))
}

const isOfInet6 = (request: Request) => request.look === 'routes' && request.routes[0]?.to.includes(':')

function answerTo(request: Request, evidence: Evidence): unknown {
  const { kernel, northbound, southbound, leases, sockets, ra, autoconf, routes, trace } = evidence
  switch (request.look) {
    case 'kernel':
      return kernel[request.node as Node]
    case 'leases':
      return leases[request.node as Node]
    case 'router-sockets':
      return sockets[request.node as Node]
    case 'ra':
      return ra[request.netns]
    case 'autoconf':
      return autoconf[request.netns]
    case 'routes':
      return isOfInet6(request) ? routes[request.netns ?? ''] : undefined
    case 'traces':
      return trace && request.packets.map(() => trace)
    case 'database':
      if (request.database === 'OVN_Northbound') return northbound
      return request.database === 'OVN_Southbound' ? southbound : undefined
    default:
      return undefined
  }
}
