import { joined, same, type Text, text } from '../../harness/core/text.ts'
import type { PingFrom, PingSeen, Traffic, Variant } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import type { Break } from '../heard/bracket.ts'
import { andThen } from '../nouns/phrases.ts'
import { echoHeadsBytes } from '../nouns/wanted.ts'
import type { Route } from '../route/route.ts'
import { tooLarge } from './too-large.ts'

/**
 * The place where echoes of some sizes or headers are lost on a path that passes the usual and the largest ones. Who loses one
 * of them each time it is sent loses those of everybody who sends such packets.
 */
export async function lostVariants(
  lab: Lab,
  route: Route,
  traffic: Traffic,
  ping: PingSeen,
): Promise<{ broken: Break; found: BrokenLink } | undefined> {
  const lost = (ping.variants ?? []).filter(({ isLost }) => isLost)
  return lost.length > 0 ? tooLarge(lab, route, traffic, ping) : undefined
}

/** The echoes of other sizes and headers from an endpoint to an address; undefined where there were none, or nobody knows what came of them. */
export const variedIn = ({ pings }: Traffic, from: PingFrom, to: string): PingSeen | undefined =>
  pings.find(ping => ping.variants !== undefined && isBetween(ping, from, to))

/** A ping from there to that address, of which it is known what came. */
const isBetween = (ping: PingSeen, from: PingFrom, to: string): boolean =>
  ping.blind === undefined && ping.from.node === from.node && ping.from.netns === from.netns && ping.to === to

/**
 * Whether those that were lost are just the ones above some size, on a path where packets of full size are lost as well: that is
 * what a claim about these is for, and not a matter of how large the others were drawn this time.
 */
export function isOnlyTooLarge({ pings }: Traffic, { from, to, variants = [] }: PingSeen): boolean {
  const full = pings.find(
    ping =>
      ping.bytes !== undefined &&
      ping.isLargest === undefined &&
      ping.tcpPort === undefined &&
      isBetween(ping, from, to),
  )
  const least = Math.min(...variants.flatMap(({ isLost, bytes }) => (isLost ? [bytes] : [])))
  return (
    full?.received === 0 &&
    variants.every(
      ({ isLost = false, isFragmentable = false, bytes }) => isLost === (!isFragmentable && bytes >= least),
    )
  )
}

/** What came of usual packets, and which others were lost. */
export function onlyUsual(usual: PingSeen, { variants = [], to }: PingSeen): Text {
  const lost = variants.filter(({ isLost }) => isLost)
  return andThen(
    text(
      `of usual packets, ${usual.received} of ${usual.sent} were answered`,
      `一般的封包送出 ${usual.sent} 個，收到 ${usual.received} 個回應`,
    ),
    joined(
      [
        text(
          `of ${variants.length} pings in packets of other kinds, ${lost.length} were lost: `,
          `另外用 ${variants.length} 種不同的封包 ping，遺失 ${lost.length} 種：`,
        ),
        joined(lost.map(one => kindOf(one, to))),
      ],
      same(''),
    ),
  )
}

const kindOf = ({ bytes, tos, ttl }: Variant, to: string): Text => {
  const size = bytes + echoHeadsBytes(to)
  const marks = [
    ...(tos === 0 ? [] : [{ name: 'TOS', value: hex(tos) }]),
    ...(ttl === undefined ? [] : [{ name: 'TTL', value: String(ttl) }]),
  ]
  if (marks.length === 0) return text(`${size} bytes`, `${size} 位元組`)
  return text(
    `${size} bytes with ${marks.map(({ name, value }) => `${name} ${value}`).join(', ')}`,
    `${size} 位元組、${marks.map(({ name, value }) => `${name} 為 ${value}`).join('、')}`,
  )
}
const hex = (tos: number) => `0x${tos.toString(16).padStart(2, '0')}`
