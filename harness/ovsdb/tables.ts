import type { ColumnValue, DatabaseName } from '../look/evidence.ts'

/** What a column is to us; `strings`, `numbers` and `booleans` are sets, optional columns among them. */
interface Kinds {
  string: string
  number: number
  boolean: boolean
  strings: string[]
  numbers: number[]
  booleans: boolean[]
  map: Record<string, string>
}
export type Kind = keyof Kinds
type Columns = Record<string, Kind>

/** The value a column has for us where the server's release does not know it. */
export const EMPTY: Record<Kind, ColumnValue> = {
  string: '',
  number: 0,
  boolean: false,
  strings: [],
  numbers: [],
  booleans: [],
  map: {},
}

/*
 * The columns judging needs, and no more: counters and timestamps (statistics, nb_cfg_timestamp, cur_cfg…)
 * change by themselves and would wake everything that waits for a change.
 */

/** ovn-nb(5). UUIDs of other rows are strings. */
const northbound = {
  NB_Global: { name: 'string', options: 'map', external_ids: 'map' },
  Logical_Switch: {
    name: 'string',
    ports: 'strings',
    acls: 'strings',
    load_balancer: 'strings',
    other_config: 'map',
    external_ids: 'map',
  },
  Logical_Switch_Port: {
    name: 'string',
    type: 'string',
    addresses: 'strings',
    dynamic_addresses: 'strings',
    port_security: 'strings',
    options: 'map',
    up: 'booleans',
    enabled: 'booleans',
    parent_name: 'strings',
    tag: 'numbers',
    tag_request: 'numbers',
    dhcpv4_options: 'strings',
    dhcpv6_options: 'strings',
    external_ids: 'map',
  },
  Logical_Router: {
    name: 'string',
    ports: 'strings',
    static_routes: 'strings',
    nat: 'strings',
    load_balancer: 'strings',
    enabled: 'booleans',
    options: 'map',
    external_ids: 'map',
  },
  Logical_Router_Port: {
    name: 'string',
    mac: 'string',
    networks: 'strings',
    gateway_chassis: 'strings',
    enabled: 'booleans',
    peer: 'strings',
    options: 'map',
    external_ids: 'map',
  },
  Logical_Router_Static_Route: {
    ip_prefix: 'string',
    nexthop: 'string',
    policy: 'strings',
    output_port: 'strings',
  },
  Gateway_Chassis: { name: 'string', chassis_name: 'string', priority: 'number' },
  ACL: {
    name: 'strings',
    priority: 'number',
    direction: 'string',
    match: 'string',
    action: 'string',
    external_ids: 'map',
  },
  Address_Set: { name: 'string', addresses: 'strings', external_ids: 'map' },
  Port_Group: { name: 'string', ports: 'strings', acls: 'strings', external_ids: 'map' },
  DHCP_Options: { cidr: 'string', options: 'map', external_ids: 'map' },
  NAT: {
    type: 'string',
    external_ip: 'string',
    external_mac: 'strings',
    external_port_range: 'string',
    logical_ip: 'string',
    logical_port: 'strings',
    options: 'map',
    external_ids: 'map',
  },
  Load_Balancer: { name: 'string', vips: 'map', protocol: 'strings', options: 'map', external_ids: 'map' },
} as const satisfies Record<string, Columns>

/** ovn-sb(5). */
const southbound = {
  SB_Global: { options: 'map', external_ids: 'map' },
  Chassis: {
    name: 'string',
    hostname: 'string',
    encaps: 'strings',
    other_config: 'map',
    external_ids: 'map',
  },
  Chassis_Private: { name: 'string', chassis: 'strings', external_ids: 'map' },
  Encap: { type: 'string', ip: 'string', options: 'map', chassis_name: 'string' },
  Datapath_Binding: { tunnel_key: 'number', external_ids: 'map' },
  Port_Binding: {
    logical_port: 'string',
    type: 'string',
    options: 'map',
    datapath: 'string',
    tunnel_key: 'number',
    mac: 'strings',
    chassis: 'strings',
    up: 'booleans',
    parent_port: 'strings',
    tag: 'numbers',
    nat_addresses: 'strings',
    external_ids: 'map',
  },
  MAC_Binding: { logical_port: 'string', ip: 'string', mac: 'string', datapath: 'string' },
} as const satisfies Record<string, Columns>

/** ovs-vswitchd.conf.db(5). */
const openVSwitch = {
  Open_vSwitch: {
    bridges: 'strings',
    external_ids: 'map',
    other_config: 'map',
    ovs_version: 'strings',
    datapath_types: 'strings',
    iface_types: 'strings',
  },
  Bridge: {
    name: 'string',
    ports: 'strings',
    datapath_type: 'string',
    fail_mode: 'strings',
    stp_enable: 'boolean',
    rstp_enable: 'boolean',
    mirrors: 'strings',
    protocols: 'strings',
    other_config: 'map',
    external_ids: 'map',
  },
  Port: {
    name: 'string',
    interfaces: 'strings',
    tag: 'numbers',
    trunks: 'numbers',
    vlan_mode: 'strings',
    protected: 'boolean',
    other_config: 'map',
    external_ids: 'map',
  },
  Interface: {
    name: 'string',
    type: 'string',
    options: 'map',
    external_ids: 'map',
    other_config: 'map',
    admin_state: 'strings',
    link_state: 'strings',
    error: 'strings',
    ofport: 'numbers',
    mac: 'strings',
    mac_in_use: 'strings',
    mtu: 'numbers',
  },
} as const satisfies Record<string, Columns>

const known = { OVN_Northbound: northbound, OVN_Southbound: southbound, Open_vSwitch: openVSwitch }

/** The tables and columns we ask a database for. */
export const knownTables = (database: DatabaseName): Record<string, Columns> => known[database]

/** What our own pings, and other people's, change by themselves: kept up to date, but wakes nobody. */
export const QUIET_TABLES: ReadonlySet<string> = new Set(['MAC_Binding'])

type RowOf<C extends Columns> = { _uuid: string } & { -readonly [Name in keyof C]: Kinds[C[Name]] }

export type LogicalSwitch = RowOf<typeof northbound.Logical_Switch>
export type LogicalSwitchPort = RowOf<typeof northbound.Logical_Switch_Port>
export type Acl = RowOf<typeof northbound.ACL>
export type AddressSet = RowOf<typeof northbound.Address_Set>
export type LoadBalancer = RowOf<typeof northbound.Load_Balancer>
export type LogicalRouterPort = RowOf<typeof northbound.Logical_Router_Port>
export type PortGroup = RowOf<typeof northbound.Port_Group>
export type Chassis = RowOf<typeof southbound.Chassis>
export type Encap = RowOf<typeof southbound.Encap>
export type PortBinding = RowOf<typeof southbound.Port_Binding>
export type OpenVSwitch = RowOf<typeof openVSwitch.Open_vSwitch>
export type Bridge = RowOf<typeof openVSwitch.Bridge>
export type Port = RowOf<typeof openVSwitch.Port>
export type Interface = RowOf<typeof openVSwitch.Interface>
