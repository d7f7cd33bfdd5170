import { joined, same, type Text, text } from '../core/text.ts'
import { aclsOf } from '../look/acls.ts'
import type { Northbound } from '../look/lab.ts'
import type { LogicalRouter, LogicalSwitch } from '../ovsdb/tables.ts'
import { type Detail, rowDetail } from './model.ts'

/** What is told beside a switch's name: its subnet, and how much there is that packets meet in it. */
export function switchFacts(north: Northbound, one: LogicalSwitch): Text[] {
  const { subnet } = one.other_config
  return [
    ...(subnet === undefined ? [] : [text(`subnet ${subnet}`, `網段 ${subnet}`)]),
    ...counted('ACL', aclsOf(north, one).length),
    ...counted('QoS', one.qos_rules.length),
    ...balancerFacts(north, one.load_balancer),
  ]
}

/** The rows behind these. */
export const besideOf = (north: Northbound, one: LogicalSwitch): Detail[] => [
  ...aclsOf(north, one).map(row => rowDetail('OVN_Northbound · ACL', row)),
  ...balancersOf(north, one.load_balancer),
]

export const policyFacts = ({ policies }: LogicalRouter): Text[] => counted('policy', policies.length)

export const balancerFacts = ({ loadBalancers }: Northbound, ids: readonly string[]): Text[] =>
  loadBalancers
    .filter(({ _uuid }) => ids.includes(_uuid))
    .map(({ name, vips }) =>
      joined(
        [text(`load balancer ${name}`, `load balancer ${name}`), ...Object.keys(vips).map(same)],
        same(' '),
      ),
    )

export const balancersOf = ({ loadBalancers }: Northbound, ids: readonly string[]): Detail[] =>
  loadBalancers
    .filter(({ _uuid }) => ids.includes(_uuid))
    .map(row => rowDetail('OVN_Northbound · Load_Balancer', row))

const counted = (what: string, count: number): Text[] =>
  count === 0 ? [] : [same(count === 1 ? `1 ${what}` : `${count} ${what.replace(/y$/, 'ie')}s`)]
