import { WIRES } from '../../harness/look/traffic.ts'

export type { Hop, Trail } from '../../harness/core/hop.ts'

/** An end of a path: something of ours that has an address and hangs in a network of OVN, or is meant to. */
export interface End {
  node: string
  /** Absent where it is a link of the node itself. */
  netns?: string
  /** The inner link, in the namespace or on the node. */
  device: string
  mac: string
  address: string
  prefixLength: number
  /** Every address of the inner link: under which of them it speaks is its own choice. */
  speaksBy?: string[]
  /** What its address was told to be, where it speaks by another one. */
  toldAddress?: string
  /** The outer end: the interface that is in a bridge of Open vSwitch on the node, or has yet to be put there. */
  plug?: string
  /** What Open vSwitch calls the inner link, where that is not its name: it is an internal port that was renamed. */
  row?: string
  /** The iface-id of the plug. */
  logicalPort?: string
  /** What its own cable, `outer`, is in, where that is not the plug: a bridge of the node that leads to it. */
  behind?: { bridge: string; outer: string }
  /** The interface that claims its logical port for the node, or the port that one is nested in, where the plug does not; may be none (''). */
  claimedBy?: string
  /** Its packets bear a VLAN tag at the plug, which others share. */
  isTagged?: true
}

/** What is to be followed: a ping, or where a port is told the start of a TCP connection. */
export interface Journey {
  from: End
  to: End | { address: string }
  tcpPort?: number
}

/** Where the stack of an end is: in its namespace, else the node's own, told by its link. */
export const stackPlace = ({ node, netns, device }: End): string =>
  `${node} · ${netns === undefined ? device : `netns ${netns}`}`

/** How the stack of an end is called: as its namespace, else as its node. */
export const stackName = ({ node, netns }: End): string => netns ?? node

/** A command of ip about the stack of an end. */
export const ipIn = ({ netns }: End, words: string): string =>
  netns === undefined ? `ip ${words}` : `ip -n ${netns} ${words}`

/** How an end is called: by its namespace, else its port, else its interface, with its node; an address by itself. */
export function endName(end: Journey['to']): string {
  if (!('node' in end) || end.node === WIRES) return end.address
  return `${end.netns ?? end.logicalPort ?? end.plug ?? end.device}@${end.node}`
}
