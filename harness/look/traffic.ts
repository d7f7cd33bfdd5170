import type { Blind } from '../core/blind.ts'

/** What pings and captures bring home: an experiment, as it was asked for and as it went. */

/** Where a ping starts. Without `netns`: the node's own namespace. */
export interface PingFrom {
  node: string
  netns?: string
}

/** What one ping came to. */
export interface PingSeen {
  from: PingFrom
  to: string
  /** 32 hex digits: the payload this ping, and no other traffic, carries. */
  token: string
  sent: number
  received: number
  /** How many answers came beside those, for the second time. */
  duplicates?: number
  /** Of one that was made after a silence: its first echo was not answered, and others were. */
  isFirstLost?: true
  /** How many bytes each echo carried, in one piece that nobody on the way may cut (ping(8), -s and -M do). */
  bytes?: number
  /** As many bytes as the link it is sent by has room for; where the sender's own routes have less, it cuts them itself (-M want). */
  isLargest?: true
  /** Each echo was a ping of its own, of another size and header; what was made once more was sent several times. */
  variants?: Variant[]
  /** It was no ping, but the start of TCP connections to this port; as many of them were refused, which is an answer. */
  tcpPort?: number
  refused?: number
  /** The last line ping said where it could not even send for a reason of the network (no such namespace, no route). */
  complaint?: string
  /** Ping itself could not do its work, so its numbers say nothing: it was killed, is missing, knows other options. */
  blind?: Blind
}

/** An echo that differs from the usual ones. */
export interface Variant {
  bytes: number
  /** Type of service, or traffic class (ping(8), -Q). */
  tos: number
  /** Routers may cut it (-M dont). */
  isFragmentable?: true
  /** Time to live, or hop limit, where it is not the usual one (ping(8), -t). */
  ttl?: number
  /** None of it was answered. */
  isLost?: true
}

/** Tunnel keys of the logical ports a packet came from and goes to, as OVN's option of Geneve tells them; 0 where it does not know yet. */
export interface LogicalPortKeys {
  ingress: number
  egress: number
}

/** Where a packet was heard on a wire, and how the frame was made. */
interface Framed {
  sourceMac: string
  destinationMac: string
  /** 802.1Q tag, if the frame bore one. */
  vlan?: number
  /** Set when it was found inside a Geneve packet (RFC 8926). */
  geneve?: {
    vni: number
    outerSource: string
    outerDestination: string
    /** The frame that bore the tunnel's packet: absent in older recordings. */
    outerLink?: Pick<Framed, 'sourceMac' | 'destinationMac' | 'vlan'>
    ports?: LogicalPortKeys
  }
  /** Of an IP packet: time to live or hop limit, and type of service or traffic class where that is not 0. */
  ttl?: number
  tos?: number
  /** How many of its kind were heard; an echo heard twice under one sequence number counts once. */
  count: number
  /** How many of them came in to the node by this link, and were not sent out by it; absent where that is not known. */
  incoming?: number
  /** When the first was heard: ms since the epoch by the node's own clock, to the µs. */
  firstMs: number
}

/** ICMP echoes of one ping that were heard alike; of TCP, SYN is the request, and SYN with ACK or RST the reply. */
export interface HeardPacket extends Framed {
  token: string
  icmp: 'echo-request' | 'echo-reply'
  source: string
  destination: string
  /** Of an answer of TCP: which it is, by its flags SYN, RST and ACK (RFC 9293); absent in older recordings. */
  tcpFlags?: number
}

/** ARP packets that were heard alike (RFC 826), of addresses that the experiment is about. */
export interface HeardArp extends Framed {
  arp: 'request' | 'reply'
  /** Who speaks, and whom it asks for or answers. */
  source: string
  destination: string
  /** The MAC it says belongs to `source`. */
  saysMac: string
}

/** Frames that carry a token of ours in some other way than as ICMP or as ICMP in Geneve on its own port. */
export interface CarriedOtherwise {
  token: string
  /** In the field's own words, such as `UDP 10.0.0.1 > 10.0.0.2 port 6082`. */
  how: string
  count: number
  /** As of other packets that were heard. */
  incoming?: number
  /** It is a later piece of an ICMP message, and inside Geneve. */
  isInGeneve?: true
}

/** What one capture heard between its start and its stop. */
export interface CaptureHeard {
  node: string
  link: string
  netns?: string
  wireOf?: WireOf
  /** The marker sent after the pings was heard in this same capture: it was not deaf. Undefined when the link has no marker. */
  heardMarker?: boolean
  /** How many packets of any kind it took in; > 0 shows it was not deaf either. */
  packetsTotal: number
  droppedByKernel: number
  heard: HeardPacket[]
  arps: HeardArp[]
  otherwise: CarriedOtherwise[]
}

/** A capture: what it heard, or why it could not listen. */
export type CaptureSeen = CaptureHeard | (ListenAt & { blind: Blind })

/** One experiment: pings made while captures listened, then markers, then the end. */
export interface Traffic {
  pings: PingSeen[]
  captures: CaptureSeen[]
  /** By node, the flows of its datapath that carried packets meanwhile; a node that could not be asked is left out. */
  carried?: Record<string, CarriedFlow[]>
  /** By node, how many packets its datapath looked up meanwhile; unlike flows, a counter is not forgotten. */
  lookups?: Record<string, number>
  /** Nodes whose connection tracking was told to put no pieces of packets together. */
  joinsNoPieces?: string[]
  /** What the kernels of those who ping have sent by themselves meanwhile; one that could not be asked is left out. */
  ownAnswers?: OwnAnswers[]
}

/** What the kernel of a namespace has sent by itself; what it only forwards is not in it (/proc/net/snmp, RFC 4293). */
export interface OwnAnswers {
  node: string
  netns?: string
  /** Answers to pings, of IPv4 and of IPv6. */
  echoReplies: number
  echoReplies6?: number
  /** Packets of IPv4 of any kind. */
  packets: number
}

/** A flow of a node's datapath, by what it takes in and where it puts that (`dpctl/dump-flows`, ovs-vswitchd(8)). */
export interface CarriedFlow {
  /** The number of the port in the datapath. */
  inPort: number
  /** How many. */
  packets?: number
  /** MACs are absent where the flow does not look at them, or only at a part of them. */
  sourceMac?: string
  destinationMac?: string
  /** The IPv4 addresses it is for, ADDRESS/LENGTH; absent where it does not look at them. */
  destination?: string
  /** Ports it sends to, and perhaps other numbers of its actions; absent where the flow alone does not tell. */
  outPorts?: number[]
}

/** Where to listen: a link of a node, or of a namespace on it. */
export interface ListenAt {
  node: string
  link: string
  netns?: string
  /** Hear every frame, whatever it is, and look for tokens in all of them: for a link that must not carry any. */
  everything?: true
  /** Of those, tell how many came in to the node, too. */
  tellsInward?: true
  /** The link is a Linux bridge: hear what it passes from port to port as well. */
  isBridge?: true
  /** The link is a port of the lab's own wires: the other end of this link of this node. */
  wireOf?: WireOf
}

/** Which end of the lab's own wires: that of a link of a node. */
export interface WireOf {
  node: string
  link: string
}

/** The name that the lab's own wires are looked at by; it is none of the lab's nodes. */
export const WIRES = 'wires'

export interface Marker {
  link: string
  from: PingFrom
  to: string
  /** A broadcast of ours on the lab's own wires, which nobody answers: only captures there must hear it. */
  onWires?: true
  /** A broadcast that leaves its node by `link`, which need have no address: only captures on that link of it must hear it. */
  isBroadcast?: true
}

/** Longer than a flow lives that Open vSwitch has learnt for a second: it looks for what is idle now and then only. */
export const FORGOTTEN_MS = 2_500

export interface TrafficRequest {
  look: 'traffic'
  pings: Pick<PingSeen, 'from' | 'to' | 'tcpPort' | 'bytes' | 'isLargest'>[]
  /** So long nobody pings before each turn of one who pings. */
  apartMs?: number
  /** Captures to hold open meanwhile. */
  listen: ListenAt[]
  /** Pings sent after the others, that every capture on a link named `link`, or on its wire, must hear. */
  markers: Marker[]
}
