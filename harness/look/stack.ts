/** Which way would a packet take? Without `from`, the kernel chooses it. With `by` it has come in by that device. */
export interface RouteQuestion {
  to: string
  from?: string
  by?: string
  /** It is a ping: rules of routing may choose by that (ip-rule(8), ipproto). */
  isPing?: true
  /** What else rules of routing choose by (ip-rule(8)): a protocol and its ports, a type of service, who sends it, the mark it bears. */
  protocol?: string
  sourcePort?: number
  port?: number
  tos?: number
  uid?: number
  mark?: number
}

/** What a network namespace, or a node's own, does with packets beyond its links and addresses. */
export interface NetworkStack {
  /** What the kernel answers to the question which way a packet would take, in the order asked (ip-route(8), `get`). */
  routes: RouteAnswer[]
  /** Rules of routing beside those every namespace has, as ip prints them (ip-rule(8)). */
  rules: string[]
  /** Of those, what this one lacks. */
  missingRules?: string[]
  /** Routes that refuse what they lead to, or end the search in their table (throw), of all tables (ip-route(8), TYPE). */
  refusing?: { type: string; prefix: string; table: string }[]
  /** What routes of type broadcast lead to that the kernel has not made of an address. */
  broadcasts?: string[]
  /** IPv4 neighbours, those written by hand (PERMANENT) and those learnt. */
  neighbours: { address: string; device: string; mac?: string; states: string[] }[]
  /** Parameters of IPv4 that differ from those of a namespace made at this moment, by name (ip-sysctl). */
  sysctls: Record<string, { value: string; usual: string }>
  /** How many connections it follows, and how many it may (nf_conntrack(5)); absent where it follows none at all. */
  conntrack?: { count: number; max: number }
  /** Chains of nftables that hook in somewhere, with their rules in order; iptables' are among them (nft(8)). */
  chains: NftChain[]
  /** Queueing disciplines by device (tc(8)). */
  qdiscs: { device: string; kind: string; drops: number }[]
  /**
   * Filters of tc on what comes in by a device or leaves by it, as tc prints them; `leadsTo`: where they send packets, or copies
   * of them (tc-mirred(8)).
   */
  filters: { device: string; way: 'ingress' | 'egress'; words: string; leadsTo?: string[] }[]
  /** IPsec policies that block (ip-xfrm(8)), as ip prints them. */
  blockingPolicies: string[]
  /** Links with a program of XDP on them (ip-link(8)). */
  xdp: string[]
}

/** What of a namespace decides whether it learns the MAC address of a neighbour it does not know yet (arp(7)). */
export interface ArpFacts extends Pick<NetworkStack, 'neighbours' | 'chains'> {
  /** How often it asks for a neighbour, by device: everybody on the link, the one it knew, or a daemon (`mcast_`, `ucast_`, `app_solicit`). */
  solicits: Record<string, { multicast: number; unicast: number; daemon: number }>
  /** Which questions for its own addresses it leaves unanswered, by device: `arp_ignore`, the larger of the device's own and that of all. */
  ignores?: Record<string, number>
  /** By which devices it may refuse a source to which no packet would go back that way: `rp_filter` and `arp_filter`. */
  judgesSources?: string[]
  /** Filters of tc, where there are any. */
  filters?: NetworkStack['filters']
  /** Rules of routing of IPv4 beside those every namespace has, as ip prints them, where there are any. */
  rules?: string[]
  /** Of a node that has Linux bridges: at which port they know a MAC address (bridge(8), fdb). */
  learnt?: { mac: string; port: string }[]
}

/** Who has an address, asked by ARP on a link of the node in nobody's name. */
export interface ArpQuestion {
  index: number
  mac: string
  address: string
}

/** The MACs that answered; none where nobody did. */
export interface ArpSeen {
  macs: string[]
}

/** Entries the kernel never asks about again: somebody wrote them (ip-neighbour(8), nud). */
export const isWrittenByHand = ({ states }: Pick<NetworkStack['neighbours'][number], 'states'>): boolean =>
  states.includes('PERMANENT') || states.includes('NOARP')

/** Where a packet to an address would go; `error` where nowhere. */
export interface RouteAnswer {
  to: string
  device?: string
  gateway?: string
  /** The address that the kernel would send from by itself; absent where it has none for this, or was asked for one. */
  source?: string
  /** All next hops, where the route has several: which of them a packet takes is drawn from its addresses (ip-route(8), nexthop). */
  hops?: { device?: string; gateway?: string }[]
  /** The table that told it, where it is not the main one. */
  table?: string
  /** How large a packet may be on this way, where the route says it; `isLearnt`: somebody on the way said so. */
  mtu?: { bytes: number; isLearnt?: true }
  /** The TTL that the route gives to packets which bring none of their own (ip-route(8), hoplimit). */
  hopLimit?: number
  error?: string
  /** The kernel takes the address for one of everybody: a prefix or an address says so (ip-address(8), broadcast). */
  isBroadcast?: true
}

/** A base chain of nftables with what it does, chains it jumps to included. */
export interface NftChain {
  family: string
  table: string
  name: string
  hook: string
  /** Its place among the chains of the hook; absent where that was not told. */
  priority?: number
  /** Of family netdev: the devices it is on; elsewhere empty. */
  devices: string[]
  policy: string
  rules: NftRule[]
}

/** The statements of one rule as `nft -j` prints them (libnftables-json(5)). */
export type NftRule = Record<string, unknown>[]
