import type { Link } from './evidence.ts'

/** How a namespace comes to its addresses of IPv6 (RFC 4862), and what it learnt of routers (RFC 4861). */
export interface AutoconfFacts {
  addresses: {
    device: string
    address: string
    prefixLength: number
    /** It is not there for good, whatever its lifetime is: whoever types an address without an end gets one that is (ip-address(8)). */
    isDynamic: boolean
    /** Nobody else has it, as far as is known; false while that is being found out, and where somebody does. */
    isUsable: boolean
    /** Who made it, where the kernel tells: `kernel_ra` for its own work. */
    origin?: string
    /** Absent where it has no end. */
    validSeconds?: number
  }[]
  /** Default routes; `isLearnt`: the kernel made it of an advertisement. */
  routers: { device: string; address: string; isLearnt: boolean }[]
  /** By link: what the kernel does about IPv6 there (ip-sysctl, conf/INTERFACE). */
  settings: Record<string, Record<string, number>>
  /** By link: the last 64 bits that addresses are formed with there, in place of those of its MAC address (ip-token(8)). */
  tokens?: Record<string, string>
}

/** A socket that a process advertises a router by, or solicits one: a raw one of ICMPv6. */
export interface RouterSocket {
  /** The name of its namespace; absent for the node's own, and empty for one without a name. */
  netns?: string
  /** The links of that namespace. */
  links: Link[]
  program?: string
}

/** A Router Solicitation that is sent from a namespace by one of its links. */
export interface RaQuestion {
  netns: string
  device: string
  index: number
  mac: string
  /**
   * The address it is sent from, where a port lets no other one out: the kernel then takes the answer as it takes every
   * advertisement. Without it, it is sent from one that nobody has, and the answer changes nothing.
   */
  from?: string
}

/** What a Router Solicitation came to. */
export interface RaSeen {
  /** The address that the answer is for. */
  from: string
  /** How many were sent, until one was answered. */
  sent: number
  /** Why the kernel did not send it. */
  complaint?: string
  /** Frames that the kernel dropped for us unheard. */
  dropped: number
  heard: RaHeard[]
}

/** A Router Solicitation or a Router Advertisement in a frame (RFC 4861, sections 4.1 and 4.2). */
export interface RouterMessage {
  message: 'solicitation' | 'advertisement'
  sourceMac: string
  source: string
  destination: string
  /** Of an advertisement: for how long the sender is a default router; 0 where it is none. */
  lifetimeSeconds?: number
  /** Addresses are to be had by DHCPv6. */
  isManaged?: boolean
  prefixes?: AdvertisedPrefix[]
}

export interface AdvertisedPrefix {
  /** With its length. */
  prefix: string
  /** A host forms its address of it by itself. */
  isAutonomous: boolean
  /** Absent where it has no end. */
  validSeconds?: number
}

/** Such a message as it was heard on a link. */
export interface RaHeard extends RouterMessage {
  /** Inside the namespace that asks; else in the node's own. */
  isInside: boolean
  link: string
  /** It left by that link; else it came in. */
  isOutgoing: boolean
  /** Of one that came in to the namespace: nothing that hooks in at the link kept it from who it is for. */
  isTaken?: boolean
}
