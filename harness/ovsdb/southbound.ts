import type { Columns, RowOf } from './columns.ts'

/** ovn-sb(5). */
export const southbound = {
  SB_Global: { nb_cfg: 'number', options: 'map', external_ids: 'map' },
  Connection: {
    target: 'string',
    is_connected: 'boolean',
    read_only: 'boolean',
    role: 'string',
    inactivity_probe: 'numbers',
    status: 'map',
  },
  Chassis: {
    name: 'string',
    hostname: 'string',
    encaps: 'strings',
    other_config: 'map',
    external_ids: 'map',
  },
  Chassis_Private: {
    name: 'string',
    chassis: 'strings',
    nb_cfg: 'number',
    nb_cfg_timestamp: 'number',
    external_ids: 'map',
  },
  Encap: { type: 'string', ip: 'string', options: 'map', chassis_name: 'string' },
  Datapath_Binding: { tunnel_key: 'number', nb_uuid: 'strings', external_ids: 'map' },
  Port_Binding: {
    logical_port: 'string',
    type: 'string',
    options: 'map',
    datapath: 'string',
    tunnel_key: 'number',
    mac: 'strings',
    chassis: 'strings',
    additional_chassis: 'strings',
    requested_chassis: 'strings',
    gateway_chassis: 'strings',
    ha_chassis_group: 'strings',
    up: 'booleans',
    parent_port: 'strings',
    tag: 'numbers',
    nat_addresses: 'strings',
    external_ids: 'map',
  },
  MAC_Binding: { logical_port: 'string', ip: 'string', mac: 'string', datapath: 'string' },
  Static_MAC_Binding: { logical_port: 'string', ip: 'string', mac: 'string', datapath: 'string' },
  FDB: { mac: 'string', dp_key: 'number', port_key: 'number' },
  Multicast_Group: { datapath: 'string', name: 'string', tunnel_key: 'number', ports: 'strings' },
  Port_Group: { name: 'string', ports: 'strings' },
  Load_Balancer: {
    name: 'string',
    vips: 'map',
    protocol: 'strings',
    datapaths: 'strings',
    options: 'map',
    external_ids: 'map',
  },
  Service_Monitor: {
    ip: 'string',
    port: 'number',
    protocol: 'strings',
    logical_port: 'string',
    src_ip: 'string',
    status: 'strings',
  },
} as const satisfies Record<string, Columns>

export type DatapathBinding = RowOf<typeof southbound.Datapath_Binding>
export type Chassis = RowOf<typeof southbound.Chassis>
export type Encap = RowOf<typeof southbound.Encap>
export type MacBinding = RowOf<typeof southbound.MAC_Binding>
export type MulticastGroup = RowOf<typeof southbound.Multicast_Group>
export type ServiceMonitor = RowOf<typeof southbound.Service_Monitor>
export type PortBinding = RowOf<typeof southbound.Port_Binding>
