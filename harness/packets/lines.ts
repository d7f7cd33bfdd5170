import { type Lang, text } from '../core/text.ts'
import { withUnseen } from '../core/unseen.ts'
import type { Packet } from './packet.ts'

/** Packets as lines, in the order of their time: when, where, not encapsulated or in Geneve, and what. */
export function packetLines(packets: readonly Packet[], leftOut: number, lang: Lang): string[] {
  const plain = text('not encapsulated', '未經封裝')[lang]
  const lines = packets.map(({ atMs, node, link, netns, words, vni }) => {
    const place = withUnseen([node, netns, link].filter(Boolean).join(' · '))
    const how = vni === undefined ? plain : `Geneve vni ${vni}`
    return `  ${atMs.toFixed(3).padStart(9)} ms  ${place}  ${how}  ${words}`
  })
  const head = text(
    `${packets.length} packets of the last probe, each with the time of its node’s own clock`,
    `最後一次探測的 ${packets.length} 個封包，時間以各節點自己的時鐘為準`,
  )
  const rest = text(`  ${leftOut} more were not kept`, `  另有 ${leftOut} 個沒有保留`)
  return [head[lang], ...lines, ...(leftOut > 0 ? [rest[lang]] : [])]
}
