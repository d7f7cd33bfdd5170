import { text } from '../../harness/core/text.ts'
import type { PingSeen } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { andThen, on } from '../nouns/phrases.ts'
import type { Route } from '../route/route.ts'

/**
 * Every answer of a ping came at least twice (ping(8), "Duplicate and Damaged Packets"): something beside the path carries its
 * packets as well. Captures tell packets apart by their numbers, so they do not show it. What copies frames at the plug of an
 * end is named, if it is nftables.
 */
export async function answeredTwice(
  lab: Lab,
  { from, to }: Route,
  { received, duplicates = 0, tcpPort }: PingSeen,
): Promise<BrokenLink | undefined> {
  if (tcpPort !== undefined || received === 0 || duplicates < received) return undefined
  const saw = text(
    `${duplicates} more answers came than were asked for: something carries these packets a second time`,
    `多收到 ${duplicates} 個重複的回應：有別的東西也在轉送這些封包`,
  )
  const plugs = [from, ...(to ? [to] : [])].flatMap(({ node, plug }) => (plug ? [{ node, plug }] : []))
  for (const { node, plug } of plugs) {
    const stack = await unlessBlind(lab.stack(node, undefined, []))
    const chain = stack?.chains.find(
      ({ family, devices, rules }) =>
        family === 'netdev' && devices.includes(plug) && /"(fwd|dup)"/.test(JSON.stringify(rules)),
    )
    if (!chain) continue
    const { table, name, hook } = chain
    return {
      where: `${node} · ${plug} · nftables`,
      saw: andThen(
        saw,
        text(
          `the chain netdev ${table} ${name} forwards or copies frames at ${plug} (${hook})`,
          `netdev ${table} ${name} 這個 chain 在 ${plug}（${hook}）轉送或複製訊框`,
        ),
      ),
      tryThis: on(node, 'sudo nft list ruleset'),
    }
  }
  const [first] = plugs
  if (!first) return undefined
  return {
    where: `${first.node} · ${first.plug}`,
    saw,
    tryThis: on(first.node, `sudo tcpdump -n -e -i ${first.plug} icmp`),
  }
}
