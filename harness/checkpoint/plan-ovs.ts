import { commandOf } from './shell-words.ts'
import type { NodeState, SavedTable } from './state.ts'

/** Columns that people set (ovs-vswitchd.conf.db(5)); the others are what Open vSwitch reports. */
const CONFIGURED: Record<string, string[]> = {
  Bridge: [
    ...['datapath_type', 'fail_mode', 'stp_enable', 'rstp_enable', 'mcast_snooping_enable', 'protocols'],
    ...['flood_vlans', 'external_ids', 'other_config'],
  ],
  Port: [
    ...['tag', 'trunks', 'vlan_mode', 'cvlans', 'bond_mode', 'bond_updelay', 'bond_downdelay', 'lacp'],
    ...['protected', 'mac', 'external_ids', 'other_config'],
  ],
  Interface: [
    ...['type', 'options', 'mac', 'mtu_request', 'ofport_request', 'ingress_policing_rate'],
    ...['ingress_policing_burst', 'bfd', 'external_ids', 'other_config'],
  ],
  Open_vSwitch: ['external_ids', 'other_config'],
}
/** Keys of maps that OVN, or the machine, writes by itself. */
const NOT_TYPED =
  /^(ct-zone-|ovn-startup-ts$|ovn-nb-cfg|ovn-installed|ovn-chassis-idx-|system-id$|hostname$|rundir$)/
/** A port with one of these was made by ovn-controller, and will be again. */
const OF_OVN = ['ovn-localnet-port', 'ovn-l3gateway-port', 'ovn-l2gateway-port', 'ovn-chassis-id']

type Datum = unknown
type Row = Record<string, Datum>

/** The bridges of a node, with their ports and the interfaces of these, without what OVN makes by itself. */
interface Bridges {
  rows: Map<string, Row>
  ports: Map<string, { bridge: string; row: Row; interfaces: Row[] }>
}

/** Commands that make Open vSwitch what it was, from what it is; none where it is that. */
export function planOvs(saved: NodeState, now: NodeState): string[] {
  const [wanted, there] = [bridgesOf(saved.ovs), bridgesOf(now.ovs)]
  const removed = [
    ...[...there.ports]
      .filter(([name, { bridge }]) => wanted.ports.get(name)?.bridge !== bridge && there.rows.has(bridge))
      .map(([name, { bridge }]) => commandOf('ovs-vsctl', '--if-exists', 'del-port', bridge, name)),
    ...[...there.rows.keys()]
      .filter(name => !wanted.rows.has(name))
      .map(name => commandOf('ovs-vsctl', '--if-exists', 'del-br', name)),
  ]
  const bridges = [...wanted.rows].flatMap(([name, row]) => {
    const before = there.rows.get(name)
    const columns = changed('Bridge', name, row, before ?? {})
    const adding = before ? [] : ['--', '--may-exist', 'add-br', name]
    return transaction([...adding, ...columns])
  })
  const ports = [...wanted.ports].flatMap(([name, { bridge, row, interfaces }]) => {
    const before = there.ports.get(name)
    const isThere = before?.bridge === bridge
    const names = interfaces.map(one => String(one.name))
    const adding = isThere
      ? []
      : [
          '--',
          '--may-exist',
          ...(names.length > 1 ? ['add-bond', bridge, name, ...names] : ['add-port', bridge, name]),
        ]
    return transaction([
      ...adding,
      ...changed('Port', name, row, (isThere && before.row) || {}),
      ...interfaces.flatMap(one =>
        changed(
          'Interface',
          String(one.name),
          one,
          (isThere && before.interfaces.find(other => other.name === one.name)) || {},
        ),
      ),
    ])
  })
  const [own, ownNow] = [rowsOf(saved.ovs, 'Open_vSwitch')[0] ?? {}, rowsOf(now.ovs, 'Open_vSwitch')[0] ?? {}]
  const whole = [...mapChanges(own, ownNow, 'external_ids'), ...mapChanges(own, ownNow, 'other_config')]
  const managers = (state: NodeState) =>
    rowsOf(state.ovs, 'Manager')
      .map(row => String(row.target))
      .sort()
  const hasOther = managers(saved).join(' ') !== managers(now).join(' ')
  const manager = hasOther
    ? [
        commandOf(
          'ovs-vsctl',
          ...(managers(saved).length > 0 ? ['set-manager', ...managers(saved)] : ['del-manager']),
        ),
      ]
    : []
  const flows = Object.entries(saved.flows)
    .filter(([bridge, text]) => flowsIn(text) !== flowsIn(now.flows[bridge] ?? NORMAL))
    .map(
      ([bridge, text]) =>
        `printf '%s' ${commandOf(flowsIn(text))} | ovs-ofctl replace-flows ${commandOf(bridge)} -`,
    )
  const byHand = (saved.flowsByHand ?? [])
    .filter(line => !now.flowsByHand?.includes(line))
    .map(line => commandOf('ovs-ofctl', 'add-flow', 'br-int', line))
  return [...removed, ...bridges, ...ports, ...whole, ...manager, ...flows, ...byHand]
}

/** The one flow of a new bridge. */
const NORMAL = ' priority=0 actions=NORMAL\n'
const flowsIn = (text: string) =>
  text
    .split('\n')
    .map(line => line.trim())
    .filter(Boolean)
    .sort()
    .map(line => `${line}\n`)
    .join('')

/** The name of a node's chassis (ovn-controller(8)). */
export const systemIdOf = ({ ovs }: NodeState): string | undefined =>
  pairsOf(rowsOf(ovs, 'Open_vSwitch')[0]?.external_ids).find(([key]) => key === 'system-id')?.[1]

/** Names of tables that have rows which are not kept. */
export const tablesLost = ({ ovs }: NodeState): string[] =>
  ['QoS', 'Queue', 'Mirror', 'NetFlow', 'sFlow', 'IPFIX'].filter(table => rowsOf(ovs, table).length > 0)

/** The links that Open vSwitch makes: internal ports, and those of bridges. */
export const linksOfOvs = ({ ovs }: NodeState): Set<string> =>
  new Set([
    ...['ovs-system', 'ovs-netdev', 'genev_sys_6081'],
    ...rowsOf(ovs, 'Interface')
      .filter(({ type }) => type === 'internal')
      .map(({ name }) => String(name)),
  ])

const transaction = (words: string[]): string[] =>
  words.length > 0 ? [commandOf('ovs-vsctl', '--timeout=20', ...words)] : []

function rowsOf(tables: SavedTable[], name: string): Row[] {
  const table = tables.find(({ caption }) => caption === `${name} table`)
  return (table?.data ?? []).map(row =>
    Object.fromEntries(table!.headings.map((heading, at) => [heading, row[at]])),
  )
}

const setOf = (datum: Datum): Datum[] =>
  Array.isArray(datum) && datum[0] === 'set' ? (datum[1] as Datum[]) : [datum]
const pairsOf = (datum: Datum): [string, string][] =>
  Array.isArray(datum) && datum[0] === 'map' ? (datum[1] as [string, string][]) : []
const idOf = (datum: Datum): string => (Array.isArray(datum) && datum[0] === 'uuid' ? String(datum[1]) : '')

function bridgesOf(tables: SavedTable[]): Bridges {
  const byId = (name: string) => new Map(rowsOf(tables, name).map(row => [idOf(row._uuid), row]))
  const [allPorts, allInterfaces] = [byId('Port'), byId('Interface')]
  const among = (rows: Map<string, Row>, datum: Datum) =>
    setOf(datum).flatMap((id): Row[] => {
      const row = rows.get(idOf(id))
      return row ? [row] : []
    })
  const bridges: Bridges = { rows: new Map(), ports: new Map() }
  for (const row of rowsOf(tables, 'Bridge')) {
    const bridge = String(row.name)
    bridges.rows.set(bridge, row)
    for (const port of among(allPorts, row.ports)) {
      const isOfOvn = pairsOf(port.external_ids).some(([key]) => OF_OVN.includes(key))
      // A bridge's own port comes with it.
      if (isOfOvn || port.name === bridge) continue
      const interfaces = among(allInterfaces, port.interfaces)
      bridges.ports.set(String(port.name), { bridge, row: port, interfaces })
    }
  }
  return bridges
}

/** Words of ovs-vsctl that set the columns which differ. */
function changed(table: string, name: string, row: Row, before: Row): string[] {
  const assignments = CONFIGURED[table]!.flatMap(column => {
    if (row[column] === undefined) return []
    const [wanted, there] = [
      written(row[column]),
      before[column] === undefined ? EMPTY : written(before[column]),
    ]
    const isDefault = [EMPTY, '{}', 'false', '0', '""'].includes(wanted)
    if (wanted === there || (before[column] === undefined && isDefault)) return []
    return [`${column}=${wanted}`]
  })
  return assignments.length > 0 ? ['--', 'set', table, name, ...assignments] : []
}

const EMPTY = '[]'

/** A value as ovs-vsctl reads it (“Database Values”), without what nobody types. */
function written(datum: Datum): string {
  if (Array.isArray(datum) && datum[0] === 'map') {
    const pairs = pairsOf(datum).filter(([key]) => !NOT_TYPED.test(String(key)))
    return `{${pairs
      .map(pair => pair.map(atom).join('='))
      .sort()
      .join(',')}}`
  }
  if (Array.isArray(datum) && datum[0] === 'set')
    return `[${(datum[1] as Datum[]).map(atom).sort().join(',')}]`
  return atom(datum)
}
const atom = (value: Datum) => (typeof value === 'string' ? JSON.stringify(value) : String(value))

/** The one row of Open_vSwitch: keys of ours come and go, those of the machine stay. */
function mapChanges(row: Row, before: Row, column: string): string[] {
  const keys = (of: Row) => new Map(pairsOf(of[column]).filter(([key]) => !NOT_TYPED.test(key)))
  const [wanted, there] = [keys(row), keys(before)]
  const gone = [...there.keys()].filter(key => !wanted.has(key))
  const set = [...wanted].filter(([key, value]) => there.get(key) !== value)
  return [
    ...(gone.length > 0
      ? [commandOf('ovs-vsctl', 'remove', 'Open_vSwitch', '.', column, ...gone.map(atom))]
      : []),
    ...(set.length > 0
      ? [
          commandOf(
            'ovs-vsctl',
            'set',
            'Open_vSwitch',
            '.',
            ...set.map(([key, value]) => `${column}:${atom(key)}=${atom(value)}`),
          ),
        ]
      : []),
  ]
}
