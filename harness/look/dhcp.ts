import type { Link } from './evidence.ts'

/** Who has an address for a time only, and who may have given it (RFC 2131). */
export interface LeaseFacts {
  /** IPv4 addresses of named namespaces that end by themselves (ip-address(8), valid_lft). */
  ending: { netns: string; device: string; address: string; seconds: number }[]
  /**
   * Programs that keep a lease, in named namespaces and in the node's own (an empty name): what they are called, the words they were started with, and what they call
   * with a lease where that is known to do nothing. One that is paused (SIGSTOP, or a frozen cgroup) renews nothing.
   */
  clients: { netns: string; program: string; words: string; idleScript?: string; isPaused?: true }[]
  /** Who listens on UDP port 67, as servers of DHCP do. */
  servers: DhcpServer[]
}

/** A socket on UDP port 67. */
export interface DhcpServer {
  /** The name of its namespace; absent for the node's own, and empty for one without a name. */
  netns?: string
  /** The links of that namespace. */
  links: Link[]
  /** The link it is bound to; absent where it hears all of them. */
  device?: string
  /** The address it is bound to, of one that is not bound to all or to that of broadcasts. */
  address?: string
  program?: string
}

/** A DISCOVER that is sent from a namespace, as its link's own. */
export interface DhcpQuestion {
  netns: string
  device: string
  index: number
  mac: string
}

/** What a DISCOVER came to: each message that belongs to it, wherever on the node it was heard. */
export interface DhcpSeen {
  /** How many were sent, until one was answered. */
  sent: number
  /** Why the kernel did not send it. */
  complaint?: string
  /** Frames that the kernel dropped for us unheard. */
  dropped: number
  heard: DhcpHeard[]
}

/** A message of DHCP in a frame. */
export interface DhcpMessage {
  /** `discover`, `offer`, …, or the number of another (RFC 2132, section 9.6). */
  message: string
  sourceMac: string
  source: string
  /** The address that is offered (yiaddr). */
  offered: string
  serverId?: string
  leaseSeconds?: number
  routers: string[]
}

/** A message of DHCP as it was heard on a link. */
export interface DhcpHeard extends DhcpMessage {
  /** Inside the namespace that asks; else in the node's own. */
  isInside: boolean
  link: string
  /** It left by that link; else it came in. */
  isOutgoing: boolean
  /** Of one that came in to the namespace: nothing that hooks in at the link kept it from who it is for. */
  isTaken?: boolean
}
