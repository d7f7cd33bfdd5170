import type { Columns, RowOf } from './columns.ts'

/** ovn-nb(5). UUIDs of other rows are strings. */
export const northbound = {
  NB_Global: { name: 'string', nb_cfg: 'number', sb_cfg: 'number', options: 'map', external_ids: 'map' },
  Connection: {
    target: 'string',
    is_connected: 'boolean',
    inactivity_probe: 'numbers',
    status: 'map',
  },
  Logical_Switch: {
    name: 'string',
    ports: 'strings',
    acls: 'strings',
    qos_rules: 'strings',
    load_balancer: 'strings',
    load_balancer_group: 'strings',
    forwarding_groups: 'strings',
    dns_records: 'strings',
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
    ha_chassis_group: 'strings',
    mirror_rules: 'strings',
    external_ids: 'map',
  },
  Logical_Router: {
    name: 'string',
    ports: 'strings',
    static_routes: 'strings',
    policies: 'strings',
    nat: 'strings',
    load_balancer: 'strings',
    load_balancer_group: 'strings',
    enabled: 'booleans',
    options: 'map',
    external_ids: 'map',
  },
  Logical_Router_Port: {
    name: 'string',
    mac: 'string',
    networks: 'strings',
    gateway_chassis: 'strings',
    ha_chassis_group: 'strings',
    enabled: 'booleans',
    peer: 'strings',
    options: 'map',
    ipv6_ra_configs: 'map',
    external_ids: 'map',
  },
  Logical_Router_Static_Route: {
    ip_prefix: 'string',
    nexthop: 'string',
    policy: 'strings',
    output_port: 'strings',
    route_table: 'string',
    bfd: 'strings',
    options: 'map',
    external_ids: 'map',
  },
  BFD: { logical_port: 'string', dst_ip: 'string', status: 'strings' },
  Logical_Router_Policy: {
    priority: 'number',
    match: 'string',
    action: 'string',
    nexthops: 'strings',
    options: 'map',
    external_ids: 'map',
  },
  HA_Chassis_Group: { name: 'string', ha_chassis: 'strings' },
  HA_Chassis: { chassis_name: 'string', priority: 'number' },
  Gateway_Chassis: { name: 'string', chassis_name: 'string', priority: 'number' },
  ACL: {
    name: 'strings',
    priority: 'number',
    tier: 'number',
    direction: 'string',
    match: 'string',
    action: 'string',
    meter: 'strings',
    external_ids: 'map',
  },
  QoS: {
    priority: 'number',
    direction: 'string',
    match: 'string',
    action: 'numberMap',
    bandwidth: 'numberMap',
    external_ids: 'map',
  },
  Copp: { name: 'string', meters: 'map', external_ids: 'map' },
  Meter: { name: 'string', unit: 'string', bands: 'strings', fair: 'booleans', external_ids: 'map' },
  Meter_Band: { action: 'string', rate: 'number', burst_size: 'number', external_ids: 'map' },
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
    match: 'string',
    allowed_ext_ips: 'strings',
    exempted_ext_ips: 'strings',
    gateway_port: 'strings',
    options: 'map',
    external_ids: 'map',
  },
  Load_Balancer_Group: { name: 'string', load_balancer: 'strings' },
  Forwarding_Group: {
    name: 'string',
    vip: 'string',
    vmac: 'string',
    liveness: 'boolean',
    child_port: 'strings',
    external_ids: 'map',
  },
  Mirror: {
    name: 'string',
    filter: 'string',
    sink: 'string',
    type: 'string',
    index: 'number',
    external_ids: 'map',
  },
  Static_MAC_Binding: { logical_port: 'string', ip: 'string', mac: 'string' },
  Load_Balancer: { name: 'string', vips: 'map', protocol: 'strings', options: 'map', external_ids: 'map' },
} as const satisfies Record<string, Columns>

export type LogicalSwitch = RowOf<typeof northbound.Logical_Switch>
export type LogicalSwitchPort = RowOf<typeof northbound.Logical_Switch_Port>
export type Acl = RowOf<typeof northbound.ACL>
export type AddressSet = RowOf<typeof northbound.Address_Set>
export type DhcpOptions = RowOf<typeof northbound.DHCP_Options>
export type LoadBalancer = RowOf<typeof northbound.Load_Balancer>
export type LogicalRouter = RowOf<typeof northbound.Logical_Router>
export type LogicalRouterPort = RowOf<typeof northbound.Logical_Router_Port>
export type StaticRoute = RowOf<typeof northbound.Logical_Router_Static_Route>
export type Bfd = RowOf<typeof northbound.BFD>
export type Nat = RowOf<typeof northbound.NAT>
/** A chassis that a router port may leave by, of a row of Gateway_Chassis or of HA_Chassis. */
export type ChosenChassis = RowOf<typeof northbound.HA_Chassis>
export type HaChassisGroup = RowOf<typeof northbound.HA_Chassis_Group>
export type PortGroup = RowOf<typeof northbound.Port_Group>
