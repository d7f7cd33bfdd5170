import type { RawRow, Tables } from '../core/rows.ts'
import type {
  Acl,
  AddressSet,
  Bfd,
  Bridge,
  Chassis,
  ChosenChassis,
  DatapathBinding,
  DhcpOptions,
  Encap,
  FlowTable,
  HaChassisGroup,
  Interface,
  LoadBalancer,
  LogicalRouter,
  LogicalRouterPort,
  LogicalSwitch,
  LogicalSwitchPort,
  MacBinding,
  Mirror,
  MulticastGroup,
  Nat,
  OpenVSwitch,
  Port,
  PortBinding,
  PortGroup,
  StaticRoute,
} from '../ovsdb/tables.ts'

/** The tables of OVN_Northbound that claims are about (ovn-nb(5)). */
export interface Northbound {
  switches: LogicalSwitch[]
  ports: LogicalSwitchPort[]
  acls: Acl[]
  portGroups: PortGroup[]
  dhcpOptions: DhcpOptions[]
  addressSets: AddressSet[]
  loadBalancers: LoadBalancer[]
  routers: LogicalRouter[]
  routerPorts: LogicalRouterPort[]
  nats: Nat[]
  staticRoutes: StaticRoute[]
  bfds: Bfd[]
  gatewayChassis: ChosenChassis[]
  haChassis: ChosenChassis[]
  haChassisGroups: HaChassisGroup[]
}

/** The tables of OVN_Southbound that claims are about (ovn-sb(5)). */
export interface Southbound {
  bindings: PortBinding[]
  datapaths: DatapathBinding[]
  chassis: Chassis[]
  encaps: Encap[]
  multicastGroups: MulticastGroup[]
  macBindings: MacBinding[]
}

/** A node's own Open_vSwitch database (ovs-vswitchd.conf.db(5)). */
export interface OvsDatabase {
  openVSwitch: OpenVSwitch
  bridges: Bridge[]
  ports: Port[]
  interfaces: Interface[]
  mirrors: Mirror[]
  flowTables: FlowTable[]
}

const NORTHBOUND: Record<keyof Northbound, string> = {
  switches: 'Logical_Switch',
  ports: 'Logical_Switch_Port',
  acls: 'ACL',
  portGroups: 'Port_Group',
  dhcpOptions: 'DHCP_Options',
  addressSets: 'Address_Set',
  loadBalancers: 'Load_Balancer',
  routers: 'Logical_Router',
  routerPorts: 'Logical_Router_Port',
  nats: 'NAT',
  staticRoutes: 'Logical_Router_Static_Route',
  bfds: 'BFD',
  gatewayChassis: 'Gateway_Chassis',
  haChassis: 'HA_Chassis',
  haChassisGroups: 'HA_Chassis_Group',
}

const SOUTHBOUND: Record<keyof Southbound, string> = {
  bindings: 'Port_Binding',
  datapaths: 'Datapath_Binding',
  chassis: 'Chassis',
  encaps: 'Encap',
  multicastGroups: 'Multicast_Group',
  macBindings: 'MAC_Binding',
}

const OPEN_V_SWITCH: Record<Exclude<keyof OvsDatabase, 'openVSwitch'>, string> = {
  bridges: 'Bridge',
  ports: 'Port',
  interfaces: 'Interface',
  mirrors: 'Mirror',
  flowTables: 'Flow_Table',
}

/** The rows of a database, under the nouns that claims use. */
export const northboundFrom = (tables: Tables) => underNouns(tables, NORTHBOUND) as unknown as Northbound
export const southboundFrom = (tables: Tables) => underNouns(tables, SOUTHBOUND) as unknown as Southbound
export const ovsFrom = (tables: Tables) =>
  whenAsked(
    underNouns(tables, OPEN_V_SWITCH),
    'openVSwitch',
    () => tables.Open_vSwitch?.[0] ?? EMPTY_OPEN_V_SWITCH,
  ) as unknown as OvsDatabase

const underNouns = (tables: Tables, nouns: Record<string, string>) => {
  const all = {}
  for (const [noun, table] of Object.entries(nouns))
    whenAsked(all, noun, () => [...(tables[table] ?? [])].sort(byName))
  return all
}

/** Read only when somebody asks for it: which tables a claim depends on is seen by what it reads. */
function whenAsked<Of extends object>(all: Of, noun: string, read: () => unknown): Of {
  const get = () => {
    const value = read()
    Object.defineProperty(all, noun, { value, enumerable: true })
    return value
  }
  return Object.defineProperty(all, noun, { get, enumerable: true, configurable: true })
}

/** A server hands out rows in the order of their random UUIDs; what is told of them must be the same in every lab. */
const byName = (one: RawRow, other: RawRow) => {
  const nameOf = ({ hostname = '', logical_port = '', name = '' }: RawRow) =>
    `${hostname}${logical_port}${name}`
  return nameOf(one) < nameOf(other) ? -1 : nameOf(one) > nameOf(other) ? 1 : 0
}

/** A database that was never initialised has no such row; it has no settings either. */
const EMPTY_OPEN_V_SWITCH = { _uuid: '', bridges: [], external_ids: {}, other_config: {} }
