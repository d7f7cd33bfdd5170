import { type Text, text } from '../../harness/core/text.ts'
import type { PingSeen, Traffic } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { type Break, bracket } from '../heard/bracket.ts'
import { locate } from '../locate/locate.ts'
import { andThen } from '../nouns/phrases.ts'
import { echoHeadsBytes } from '../nouns/wanted.ts'
import type { Route } from '../route/route.ts'

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
export function onlySmall(small: PingSeen, { sent, received, to, bytes = 0 }: PingSeen): Text {
  const size = bytes + echoHeadsBytes(to)
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
