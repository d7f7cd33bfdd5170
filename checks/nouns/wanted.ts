export type Kind = 'echo-request' | 'echo-reply' | 'tcp-request' | 'tcp-reply' | 'arp-request' | 'arp-reply'

/** One kind of packet between two addresses. */
export interface Wanted {
  kind: Kind
  source: string
  destination: string
  /** For echoes: the payload of the ping. */
  token: string
  /** For TCP: the port that a connection is begun to. */
  tcpPort?: number
  /** For echoes of another than the usual size: how many bytes each carries. */
  bytes?: number
  /** Its sender may cut it where its own routes say so. */
  mayBeCut?: boolean
  /** A question for a MAC address that goes to nobody but the one who is known to have it (arp(7), ucast_solicit), or its answer. */
  isUnicast?: true
  /** It is in a tunnel: the port of UDP that it is addressed to, and how many bytes stand around it. */
  udpPort?: number
  aroundBytes?: number
}

/** How many bytes an echo of the usual size carries (ping(8), -s). */
export const USUAL_BYTES = 56

/** What stands before the bytes of an echo over IPv4: 20 of IPv4 (RFC 791) and 8 of ICMP (RFC 792). */
export const ECHO_HEADS_BYTES = 28

/** What IPv6 has more of: 40 bytes instead of 20 (RFC 8200, section 3). */
const MORE_OF_IPV6_BYTES = 20

/** What stands before the bytes of an echo to an address. */
export const echoHeadsBytes = (to: string): number =>
  ECHO_HEADS_BYTES + (to.includes(':') ? MORE_OF_IPV6_BYTES : 0)

/** A ping between two addresses and its answer, or what begins and accepts a connection to a port. */
export function exchangeOf(
  source: string,
  destination: string,
  tcpPort?: number,
): { request: Wanted; reply: Wanted } {
  const isTcp = tcpPort !== undefined
  const about = { token: '', ...(isTcp && { tcpPort }) }
  return {
    request: { kind: isTcp ? 'tcp-request' : 'echo-request', source, destination, ...about },
    reply: { kind: isTcp ? 'tcp-reply' : 'echo-reply', source: destination, destination: source, ...about },
  }
}
