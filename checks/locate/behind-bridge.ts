import { text } from '../../harness/core/text.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { arePair } from '../../harness/look/veth.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { list, on } from '../nouns/phrases.ts'
import type { Wanted } from '../nouns/wanted.ts'
import type { End } from '../route/hop.ts'
import { heldAt } from './device.ts'
import { filtered, keptByPorts } from './in-linux-bridge.ts'

/** What keeps packets of an end in the bridge of the node that its cable is in, which is to lead to its plug. */
export async function keptBehind(
  lab: Lab,
  end: End,
  packet: Wanted,
  way: 'in' | 'out',
): Promise<BrokenLink | undefined> {
  const { node, behind, plug } = end
  const { links } = await lab.kernel(node)
  const bridge = links.find(({ name, kind }) => name === behind?.bridge && kind === 'bridge')
  if (!behind || !bridge) return undefined
  const { netns: _, ...here } = { ...end, device: bridge.name }
  const leads = links.filter(({ master }) => master === bridge.name).map(({ name }) => name)
  const isJoined = links.some(
    one => leads.includes(one.name) && links.some(it => it.name === plug && arePair(one, it)),
  )
  if (isJoined)
    return (
      (await heldAt(lab, { node, name: bridge.name, way }, packet)) ??
      (await keptByPorts(lab, here, links, packet, way)) ??
      filtered(lab, node, bridge.name, packet)
    )
  return {
    where: `${node} · ${bridge.name}`,
    saw: text(
      `the cable of ${end.netns ?? end.device} is in ${bridge.name}, and no port of ${bridge.name} (${list(leads).en}) is the other end of ${plug}`,
      `${end.netns ?? end.device} 的線接在 ${bridge.name}，但 ${bridge.name} 的 port（${list(leads)['zh-TW']}）都不是 ${plug} 的另一端`,
    ),
    tryThis: on(node, 'bridge link show'),
  }
}
