import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import { echoHeadsBytes, USUAL_BYTES } from '../nouns/wanted.ts'

/** How many bytes IPv4 has room for at most (RFC 791). */
const PACKET_BYTES_MAX = 65_535

/** How many bytes the largest echo to an address carries where so much room is; undefined where the usual one is the largest already. */
export function largestBytes(mtu: number, to: string): number | undefined {
  const bytes = Math.min(mtu, PACKET_BYTES_MAX) - echoHeadsBytes(to)
  return bytes > USUAL_BYTES ? bytes : undefined
}

/**
 * The largest packet, in bytes, that a namespace sends to an address by its link in one piece. Of IPv6 that may be less than the
 * link has room for: a router may have advertised an MTU, which hosts take as theirs from 1280 up to that of the link, and pass
 * over otherwise (RFC 4861, sections 4.6.4 and 6.3.4). Such a host sends nothing larger, and no packet of it is lost.
 */
export async function roomTo(
  lab: Lab,
  { node, netns }: { node: string; netns: string | undefined },
  link: { name: string; mtu: number } | undefined,
  to: string,
): Promise<number> {
  if (!link) return 0
  if (netns === undefined || !to.includes(':')) return link.mtu
  const facts = await unlessBlind(lab.autoconf(node, netns))
  return Math.min(link.mtu, facts?.settings[link.name]?.mtu ?? link.mtu)
}
