import { type Text, text } from '../../harness/core/text.ts'
import type { PingSeen, Traffic } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { type Break, bracket } from '../heard/bracket.ts'
import { locate } from '../locate/locate.ts'
import { andThen } from '../nouns/phrases.ts'
import { ECHO_HEADS_BYTES, USUAL_BYTES } from '../nouns/wanted.ts'
import type { Route } from '../route/route.ts'

/** How many bytes IPv4 has room for at most (RFC 791). */
const PACKET_BYTES_MAX = 65_535

/** How many bytes the largest echo over IPv4 carries that a link has room for; undefined where the usual one is the largest already. */
export function largestBytes(mtu: number): number | undefined {
  const bytes = Math.min(mtu, PACKET_BYTES_MAX) - ECHO_HEADS_BYTES
  return bytes > USUAL_BYTES ? bytes : undefined
}

/**
 * The place where the largest packets are lost on a path that passes small ones. Those that left for a machine outside, and
 * came back by nothing that anybody heard, say nothing of the path: how large a packet it answers is its own choice.
 */
export async function tooLarge(
  lab: Lab,
  route: Route,
  traffic: Traffic,
  ping: PingSeen,
): Promise<{ broken: Break; found: BrokenLink } | undefined> {
  const broken = bracket(route, traffic, ping)
  if (!broken) return undefined
  const found = await locate(lab, route, broken)
  return broken.place.kind === 'outside' && !found.cause ? undefined : { broken, found }
}

/** What came of small packets, and of large ones; a stack that may send none of them has counted none. */
export function onlySmall(small: PingSeen, { sent, received, bytes = 0 }: PingSeen): Text {
  const size = bytes + ECHO_HEADS_BYTES
  return andThen(
    text(
      `of small packets, ${small.received} of ${small.sent} were answered`,
      `小封包送出 ${small.sent} 個，收到 ${small.received} 個回應`,
    ),
    sent > 0
      ? text(
          `of those of ${size} bytes, ${received} of ${sent}`,
          `${size} 位元組的封包送出 ${sent} 個，收到 ${received} 個回應`,
        )
      : text(`of ${size} bytes, none could be sent`, `${size} 位元組的封包連一個都送不出去`),
  )
}
