import { same, type Text, text } from '../../harness/core/text.ts'
import { plugs } from '../../harness/look/integration-bridge.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import type { Break, Place } from '../heard/bracket.ts'
import { list, on } from '../nouns/phrases.ts'
import type { Route } from '../route/route.ts'
import { lostUnheard } from './unexplained.ts'

/** Where nobody could listen to the link that leads out, it is not known whether anything left by it. */
export const unheardOutside = (
  { address, posts }: Route,
  { post }: Extract<Place, { kind: 'outside' }>,
  broken: Break,
): BrokenLink => {
  const exit = posts.at(-1) ?? post
  return {
    where: `${post.node} · ${post.links.join(', ')} → ${exit.links.join(', ')} → ${address}`,
    saw: lostUnheard(broken),
    tryThis: on(exit.node, `sudo tcpdump -n -e -i ${exit.links[0]} host ${address}`),
  }
}

/** Packets left by the link that leads out, and nothing came back. */
export async function outside(
  lab: Lab,
  { address }: Route,
  { post }: Extract<Place, { kind: 'outside' }>,
  { before, by }: Break,
): Promise<BrokenLink> {
  const link = by ?? post.links[0]!
  const member = await memberOf(lab, post.node, link)
  return {
    where: `${post.node} · ${link} → ${address}`,
    saw: text(
      `${before} packets for ${address} left ${post.node} through ${link}${member.en}, and nothing came back: no machine there answers`,
      `給 ${address} 的封包有 ${before} 個從 ${post.node} 的 ${link}${member['zh-TW']} 送出，但沒有收到任何回應：那裡沒有機器回應`,
    ),
    tryThis: on(post.node, `sudo tcpdump -n -e -i ${link} host ${address}`),
  }
}

/** Of a bond it is one member that sends; that it is this one, and not another, may be the mistake. */
export async function memberOf(lab: Lab, node: string, link: string): Promise<Text> {
  const ovs = await unlessBlind(lab.ovs(node))
  const own = ovs ? plugs(ovs) : []
  const bond = own.find(({ iface }) => iface.name === link)?.port
  const others = own.filter(({ port, iface }) => port.name === bond?.name && iface.name !== link)
  if (!bond || others.length === 0) return same('')
  const names = list(others.map(({ iface }) => iface.name))
  return text(
    `, the member that the bond ${bond.name} uses, and not ${names.en}`,
    `（bond ${bond.name} 使用的是這個成員，不是 ${names['zh-TW']}）`,
  )
}
