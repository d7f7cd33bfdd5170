import type { LogicalFlow, RawRow, TraceStep } from '../../harness/look/evidence.ts'
import type { Lab, OvsDatabase } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import { NO_FLOW } from '../diagnosis/bridge-ports.ts'

/** What a flow that a traced packet met is: made by OVN for a row, made by OVN for all, or by somebody else. */
export type Origin =
  | { kind: 'logical'; flow: LogicalFlow; row?: FoundRow }
  | { kind: 'southbound'; table: string; row: RawRow }
  | { kind: 'default' }
  | { kind: 'foreign' }

/** A row of a database, found by the first digits of its UUID. */
export interface FoundRow {
  table: string
  row: RawRow
}

/**
 * Where each step of a trace through the integration bridge comes from, in the same order. A flow of ovn-controller bears
 * in its cookie the first 32 bits of the southbound row it was made from: Logical_Flow (lflow.c), Port_Binding or
 * Multicast_Group (physical.c). Of those without one it makes defaults (priority 0), what comes out of a tunnel, and steps that match or
 * fill its own registers.
 */
export async function originsOf(
  lab: Lab,
  ovs: OvsDatabase,
  steps: TraceStep[],
  looking = { again: false },
): Promise<Origin[]> {
  const [southbound, northbound] = await Promise.all([
    lab.tables('OVN_Southbound'),
    lab.tables('OVN_Northbound'),
  ])
  const [inSouthbound, inNorthbound] = [byFirstDigits(southbound), byFirstDigits(northbound)]
  const cookies = [...new Set(steps.map(({ cookie }) => cookie))].filter(
    cookie => cookie !== '0' && !rowOf(inSouthbound, cookie),
  )
  const flows = cookies.length > 0 ? await unlessBlind(lab.logicalFlows(cookies.sort(), looking)) : []
  return steps.map(step => {
    const { cookie, flow } = step
    if (isCopied(step, flows)) return { kind: 'foreign' }
    const made = cookie === '0' ? undefined : rowOf(inSouthbound, cookie)
    if (made) return { kind: 'southbound', ...made }
    const logical = flows?.find(({ uuid }) => startsWith(uuid, cookie))
    if (logical?.table) return { kind: 'southbound', table: logical.table, row: { _uuid: logical.uuid } }
    if (logical) {
      const row = logical.hint === undefined ? undefined : rowOf(inNorthbound, logical.hint)
      return { kind: 'logical', flow: logical, ...(row && { row }) }
    }
    const isDefault = /^(?:.*, )?priority 0\b/.test(flow) || flow === NO_FLOW
    const isMade =
      isDefault || inSouthbound.has(firstDigits(cookie)) || isOvns(step, ovs, flows === undefined)
    return { kind: isMade ? 'default' : 'foreign' }
  })
}

/**
 * A flow that bears the cookie of a row, but is not what ovn-controller makes of it: the pipelines only hand on to further
 * tables (table 0 to the first), and a flow of Logical_Flow has the row's priority.
 */
function isCopied({ table, cookie, flow, actions }: TraceStep, flows: LogicalFlow[] | undefined): boolean {
  if (cookie === '0') return false
  const logical = flows?.find(({ uuid, table: other }) => other === undefined && startsWith(uuid, cookie))
  if (!logical && table !== 0) return false
  const priority = Number(/\bpriority (\d+)/.exec(flow)?.[1])
  return (
    actions.some(action => /^(output:|NORMAL|LOCAL|IN_PORT|FLOOD|ALL\b)/.test(action)) ||
    (logical !== undefined && (table === 0 || (priority >= 0 && logical.priority !== priority)))
  )
}

/** A cookie, or a hint, as a UUID begins: leading zeros are not written in either. */
const firstDigits = (hint: string) => hint.padStart(8, '0')

const startsWith = (uuid: string, cookie: string) => uuid.startsWith(firstDigits(cookie))

/** Every row of a database, by the first digits of its UUID. */
function byFirstDigits(tables: Record<string, RawRow[]>): Map<string, FoundRow[]> {
  const rows = new Map<string, FoundRow[]>()
  for (const [table, all] of Object.entries(tables))
    for (const row of all) {
      const digits = row._uuid.slice(0, 8)
      rows.set(digits, [...(rows.get(digits) ?? []), { table, row }])
    }
  return rows
}

/** Two rows whose UUIDs begin alike cannot be told apart: then none is named. */
function rowOf(rows: Map<string, FoundRow[]>, hint: string): FoundRow | undefined {
  const [found, ...others] = rows.get(firstDigits(hint)) ?? []
  return others.length === 0 ? found : undefined
}

const TUNNELS = ['geneve', 'vxlan', 'stt']

/** A flow without a row that ovn-controller makes all the same. One with an odd cookie is its own only where rows could not be read. */
function isOvns(
  { table, flow, cookie, actions }: TraceStep,
  { interfaces }: OvsDatabase,
  isUnread: boolean,
): boolean {
  if (cookie !== '0') return isUnread
  if (table === 0) {
    // What came out of one is taken in by the switch that its VNI names.
    const tunnels = interfaces.filter(({ type }) => TUNNELS.includes(type)).flatMap(({ ofport }) => ofport)
    return (
      tunnels.some(port => new RegExp(`\\bin_port=${port}\\b`).test(flow)) &&
      actions.some(action => /metadata/i.test(action))
    )
  }
  return (
    /\b(x*reg\d+|metadata|ct_\w+|tun_\w+)=|\+trk/.test(flow) ||
    actions.some(action => /\b(move|load|set_field):.*reg\d/i.test(action))
  )
}

/** The column of a northbound row that makes flows; for a table not named here the row itself is meant. */
const COLUMNS: Record<string, string> = {
  ACL: 'match',
  QoS: 'bandwidth',
  Load_Balancer: 'vips',
  NAT: 'external_ip',
  Logical_Router_Static_Route: 'nexthop',
  Logical_Router_Policy: 'match',
  Logical_Router_Port: 'networks',
  DHCP_Options: 'options',
  Forwarding_Group: 'vip',
  Logical_Switch_Port: 'options',
  Logical_Switch: 'other_config',
}

/**
 * Table and column of a row, as `where` names them. A router port takes packets to its addresses, and lets none in from them;
 * else it takes those to its MAC.
 */
export function whereOf({ table, row }: FoundRow, ...addresses: string[]): string {
  const networks = JSON.stringify(row.networks ?? '')
  const isForMac =
    table === 'Logical_Router_Port' && !addresses.some(address => networks.includes(`"${address}/`))
  return ['OVN_Northbound', table, isForMac ? 'mac' : COLUMNS[table]].filter(Boolean).join(' · ')
}

/** What tells a row from others, in few words. */
export function rowInWords({ table, row }: FoundRow): string {
  const { name, priority, direction, match, action, vips, bandwidth } = row
  const { ip_prefix, nexthop, nexthops, external_ip, logical_ip } = row
  const hops = [...new Set([nexthop, nexthops].flat().filter(Boolean))]
  const words = [
    name,
    direction,
    priority,
    match && JSON.stringify(match),
    typeof action === 'object' ? JSON.stringify(action) : action,
    vips && JSON.stringify(vips),
    bandwidth && JSON.stringify(bandwidth),
    ip_prefix,
    hops.length > 0 ? `via ${hops.join(', ')}` : '',
    external_ip && `${row.type} ${external_ip} <-> ${logical_ip}`,
  ]
  return `${table} ${words.filter(word => word !== undefined && word !== '' && word !== '{}' && !(Array.isArray(word) && word.length === 0)).join(' ')}`
}
