export type { Hop, Trail } from '../../harness/look/hop.ts'

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
  /** The outer end: the interface that is in a bridge of Open vSwitch on the node. */
  plug?: string
  /** The iface-id of the plug. */
  logicalPort?: string
}

/** What is to be followed: a ping, or where a port is told the start of a TCP connection. */
export interface Journey {
  from: End
  to: End | { address: string }
  tcpPort?: number
}

/** How an end is called: by its namespace, else its port, else its interface, with its node; an address by itself. */
export function endName(end: Journey['to']): string {
  if (!('node' in end)) return end.address
  return `${end.netns ?? end.logicalPort ?? end.plug ?? end.device}@${end.node}`
}
