/** One address of a link, as `ip -j addr` tells it. */
export interface LinkAddress {
  family: 'inet' | 'inet6'
  address: string
  prefixLength: number
}

/** One network interface of a node or of a namespace on it. */
export interface Link {
  name: string
  index: number
  mac: string
  /** Administratively up (`ip link set … up`). */
  isUp: boolean
  /** Layer 1 is there (LOWER_UP). */
  hasCarrier: boolean
  mtu: number
  /** `ip link set … arp off`: it neither asks nor answers who has an address. */
  hasNoArp?: true
  /** The queueing discipline of what leaves by it (tc(8)); absent where the system does not say. */
  qdisc?: string
  /** How many took all frames from it, a bridge that holds it among them; absent where the system does not say. */
  promiscuity?: number
  /** `veth`, `bridge`, `tun`, … ; absent for a physical interface. */
  kind?: string
  /** The bridge or ovs datapath it is enslaved to. */
  master?: string
  /** For one end of a veth pair: the ifindex of the other end (in the other end's namespace). */
  peerIndex?: number
  /** What it stands on: the ifindex of a VLAN's, a macvlan's or a tunnel's link (in that link's namespace). */
  lowerIndex?: number
  /** The number its own namespace has for the one where that other end, or lower link, is; absent where it is this one. */
  peerNetnsId?: number
  /** It takes all that comes in by its lower link, whatever MAC address it is for. */
  isPassthru?: true
  /** The 802.1Q tag of a VLAN's link. */
  vlan?: number
  /** Of a Linux bridge: what keeps it from passing every frame at once to every port (ip-link(8), type bridge). */
  bridge?: { hasSpanningTree: boolean; filtersVlans: boolean }
  /** Of a port of a Linux bridge: its state, and what of it is not as a new port has it (ip-link(8), bridge_slave). */
  bridgePort?: { state: string; unusual: string[] }
  addresses: LinkAddress[]
}

/** A MAC address that a bridge of Open vSwitch was told the place of, by its number there (ovs-vswitchd(8), fdb/add). */
export interface WrittenFdbEntry {
  port: string
  vlan: number
  mac: string
}

/** What a Linux bridge knows of where a MAC address is (bridge(8), fdb). */
export interface FdbEntry {
  mac: string
  port: string
  /** Somebody typed it: it does not age, and no frame moves it; `local`: the bridge itself takes what is for it. */
  typed?: 'static' | 'local'
}

/** What the kernel of a node says. */
export interface KernelFacts {
  /** Links of the node's own (root) network namespace. */
  links: Link[]
  /** Links of each named network namespace (`ip netns`). */
  netns: Record<string, Link[]>
  /** Names in `netns` that are but other names of the node's own namespace. */
  netnsOfNode?: string[]
  /** Names in the folder of namespaces on which none is mounted any more: files that are left (ip-netns(8)). */
  netnsGone?: string[]
  /** Links of each namespace without a name that a process of the node is in. */
  netnsUnnamed?: Link[][]
  /**
   * Names of the running OVN and OVS daemons, sorted: `ovn-controller`, `ovn-northd`, `ovs-vswitchd`, `ovsdb-server`.
   * Each is so called and is executed from a file so called (proc(5), comm and exe).
   */
  daemons: string[]
  /** What is only called like a daemon: the file it is executed from, by that name. */
  impostors?: Record<string, string>
  /** Those of them that are there, but were told to stop (signal(7), SIGSTOP) or frozen (cgroups(7)), and so do nothing. */
  paused?: string[]
  /** Those of them that are in another network namespace than the node itself: they see none of its interfaces. */
  elsewhere?: string[]
  /** What those that run say of themselves, by name; without one that did not answer. */
  answers?: Record<string, DaemonFacts>
  /** The ports of all bridges as ovs-vswitchd itself has them (`dpif/show`, ovs-vswitchd(8)); absent where it did not say. */
  datapath?: DatapathPort[]
  /** What the links are called now that ovs-vswitchd has made as taps, wherever they are (proc_pid_fdinfo(5)); absent where it has none. */
  taps?: string[]
  /**
   * Numbers of the node's links from which ovs-vswitchd itself receives, by packet sockets (packet(7)), as its datapath in user
   * space does; absent where the kernel did not say.
   */
  received?: number[]
}

/** A port that ovs-vswitchd has, whatever its database says. */
export interface DatapathPort {
  /** `system@ovs-system`: the kernel's datapath; `netdev@ovs-netdev`: the one in user space. */
  datapath: string
  bridge: string
  name: string
  ofport: number
  /** Its number in the datapath; absent for a patch port, which the datapath does not have. */
  number?: number
  /** `system`, `tap`, `internal`, `patch`, `geneve`, …; empty where it does not say. */
  type: string
  /** For a patch port: the name of its peer. */
  peer?: string
}

/** What a daemon says of itself (`ovn-appctl`, `ovs-appctl`; ovn-controller(8), ovn-northd(8)). */
export interface DaemonFacts {
  /** Its connection to the southbound database: `connected`, `not connected`; empty where it does not say. */
  southbound: string
  /** Of ovn-northd: its connection to the northbound database, in the same words; absent where it does not say. */
  northbound?: string
  /** ovn-northd: `active`, `standby` or `paused`; ovn-controller: `running` or `paused`; empty where it does not say. */
  status: string
  /** For how long it has run; absent where that is not known. */
  runsSeconds?: number
  /** Whom its machine has TCP connections with, ADDRESS:PORT; absent where that is not known. */
  peers?: string[]
  /** What a program of its machine serves to others of it at AT while it is connected to TO, AT>TO; absent where that is not known. */
  relays?: string[]
  /** Of ovn-controller: the sockets of bridges that its machine has (ovs-vswitchd(8), BRIDGE.mgmt), by name; absent where there is none. */
  bridgeSockets?: string[]
  /** Of ovn-northd: whose copy the southbound database of its machine was made (ovsdb-server(1), backup); absent where it is none. */
  copies?: string
}
