import type { KernelFacts, Request, Traffic } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import type {
  Chassis,
  ChosenChassis,
  LogicalRouter,
  LogicalRouterPort,
  LogicalSwitchPort,
  Nat,
  PortBinding,
  StaticRoute,
} from '../../harness/ovsdb/tables.ts'
import type { Routed } from '../state/router-ports.ts'
import { throughGateway } from '../traffic/through-gateway.ts'
import { type Node, recordedIn } from './recorded.ts'

/** Two real machines that had day 07 solved: ns1 on controller, and the router's way out on hypervisor. */

export const ns1: Routed = {
  node: 'controller',
  netns: 'ns1',
  address: '192.168.100.100',
  prefixLength: 24,
  gateway: '192.168.100.254',
}
export const OUTER = '192.168.10.30'
export const FLOATING = '192.168.10.40'
export const path = throughGateway('eth2', ns1, {
  node: 'hypervisor',
  address: OUTER,
  prefixLength: 24,
  nextHop: '192.168.10.1',
  floating: FLOATING,
})

const { found, common, labWith } = recordedIn('day-07/recordings/solved.json')

/** What was seen, ready to be changed. */
export interface Evidence {
  kernel: Record<Node, KernelFacts>
  northbound: {
    Logical_Switch_Port: LogicalSwitchPort[]
    Logical_Router: LogicalRouter[]
    Logical_Router_Port: LogicalRouterPort[]
    Logical_Router_Static_Route: StaticRoute[]
    NAT: Nat[]
    Gateway_Chassis: ChosenChassis[]
  }
  southbound: { Port_Binding: PortBinding[]; Chassis: Chassis[] }
  traffic: Traffic
  /** What looks that are taken only on failure would have seen, whatever they ask. */
  looks: Partial<Record<Request['look'], unknown>>
}
export type Edit = (evidence: Evidence) => void

/** The solved lab, with what the edits make of it. */
export function gatewayLab(...edits: Edit[]): Lab {
  const evidence: Evidence = {
    ...common(),
    northbound: found('database', 'controller', 'OVN_Northbound'),
    southbound: found('database', 'controller', 'OVN_Southbound'),
    looks: {},
  }
  for (const edit of edits) edit(evidence)
  return labWith(request => answerTo(request, evidence))
}

function answerTo(request: Request, { kernel, northbound, southbound, traffic, looks }: Evidence): unknown {
  if (looks[request.look] !== undefined) return looks[request.look]
  if (request.look === 'traffic') return traffic
  if (request.look === 'kernel') return kernel[request.node as Node]
  if (request.look === 'database' && request.database === 'OVN_Northbound') return northbound
  return request.look === 'database' && request.database === 'OVN_Southbound' ? southbound : undefined
}
