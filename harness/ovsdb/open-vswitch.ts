import type { Columns, RowOf } from './columns.ts'

/** ovs-vswitchd.conf.db(5). */
export const openVSwitch = {
  Open_vSwitch: {
    bridges: 'strings',
    external_ids: 'map',
    other_config: 'map',
    manager_options: 'strings',
    next_cfg: 'number',
    cur_cfg: 'number',
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
    mcast_snooping_enable: 'boolean',
    flood_vlans: 'numbers',
    controller: 'strings',
    mirrors: 'strings',
    protocols: 'strings',
    flow_tables: 'map',
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
    qos: 'strings',
    bond_mode: 'strings',
    lacp: 'strings',
    status: 'map',
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
    ifindex: 'numbers',
    mac: 'strings',
    mac_in_use: 'strings',
    mtu: 'numbers',
    ingress_policing_rate: 'number',
    lldp: 'map',
    cfm_fault: 'booleans',
    bfd_status: 'map',
    status: 'map',
    link_resets: 'numbers',
  },
  Controller: { target: 'string', connection_mode: 'strings', is_connected: 'boolean', role: 'strings' },
  Manager: { target: 'string', is_connected: 'boolean' },
  Mirror: {
    name: 'string',
    select_all: 'boolean',
    select_src_port: 'strings',
    select_dst_port: 'strings',
    select_vlan: 'numbers',
    output_port: 'strings',
    output_vlan: 'numbers',
    external_ids: 'map',
  },
  QoS: { type: 'string', queues: 'map', other_config: 'map', external_ids: 'map' },
  Flow_Table: { flow_limit: 'numbers', overflow_policy: 'strings' },
  Queue: { other_config: 'map', external_ids: 'map' },
} as const satisfies Record<string, Columns>

export type OpenVSwitch = RowOf<typeof openVSwitch.Open_vSwitch>
export type Bridge = RowOf<typeof openVSwitch.Bridge>
export type Port = RowOf<typeof openVSwitch.Port>
export type Mirror = RowOf<typeof openVSwitch.Mirror>
export type Interface = RowOf<typeof openVSwitch.Interface>
export type FlowTable = RowOf<typeof openVSwitch.Flow_Table>
