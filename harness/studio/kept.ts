import type { KeptFrames } from '../capture/kept-frames.ts'
import type { Lang } from '../core/text.ts'
import { packetsOf } from '../packets/packet.ts'
import { pcapngOf } from '../packets/pcapng.ts'
import type { ToPage } from '../studio-page/protocol.ts'
import type { AppOptions } from './app.ts'

/** So many packets are listed; a file of them has all. */
const LISTED_MAX = 200

/** What the last probe heard, for a page; undefined where nothing is kept. */
export function packetsSaid(kept: KeptFrames | undefined): Extract<ToPage, { say: 'packets' }> | undefined {
  if (!kept) return undefined
  const { frames, leftOut } = kept
  return {
    say: 'packets',
    packets: packetsOf(frames.slice(0, LISTED_MAX)),
    more: Math.max(0, frames.length - LISTED_MAX),
    notKept: leftOut,
  }
}

/** The files that a page can save: the map, and the packets of the last probe. */
export const downloadsOf = (
  { kept }: { kept?: KeptFrames },
  svg: (lang: Lang) => string | undefined,
): NonNullable<AppOptions['downloads']> => ({
  async 'map.svg'(lang) {
    const drawn = svg(lang)
    return drawn === undefined
      ? undefined
      : { type: 'image/svg+xml', name: 'map.svg', body: Buffer.from(drawn) }
  },
  async 'packets.pcapng'() {
    if (!kept || kept.frames.length === 0) return undefined
    return { type: 'application/x-pcapng', name: 'packets.pcapng', body: pcapngOf(kept.frames) }
  },
})
