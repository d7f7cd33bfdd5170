import type {
  Acl,
  AddressSet,
  Bridge,
  Chassis,
  ChosenChassis,
  DatapathBinding,
  DhcpOptions,
  Encap,
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
}
