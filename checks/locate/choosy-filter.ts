import { text } from '../../harness/core/text.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { whatDropsSome } from '../diagnosis/nft-choosy.ts'
import { firstOf } from '../nouns/first-of.ts'
import type { Wanted } from '../nouns/wanted.ts'
import type { End } from '../route/hop.ts'
import type { Route } from '../route/route.ts'
import { filterOf } from './stack-rules.ts'

/**
 * A packet filter at one of the ends of a path that lets the pings of a check pass and surely drops others between the same
 * two, for their size, class of service, id or number. What nobody could look at says nothing.
 */
export async function choosyFilter(lab: Lab, { from, to, address }: Route): Promise<BrokenLink | undefined> {
  const request: Wanted = { kind: 'echo-request', source: from.address, destination: address, token: '' }
  const reply: Wanted = { ...request, kind: 'echo-reply', source: address, destination: from.address }
  return (
    (await unlessBlind(dropsSome(lab, from, { leaving: request, arriving: reply }))) ??
    (to && lab.nodes.includes(to.node)
      ? await unlessBlind(dropsSome(lab, to, { leaving: reply, arriving: request }))
      : undefined)
  )
}

async function dropsSome(
  lab: Lab,
  end: End,
  packets: { leaving: Wanted; arriving: Wanted },
): Promise<BrokenLink | undefined> {
  const { node, netns, device } = end
  if (netns === undefined) return undefined
  const [facts, { chains }] = await Promise.all([lab.kernel(node), lab.arp(node, netns)])
  const { mtu = 0 } = facts.netns[netns]?.find(({ name }) => name === device) ?? {}
  return firstOf(
    [
      { packet: packets.arriving, device, way: 'in' as const },
      { packet: packets.leaving, device, way: 'out' as const },
    ],
    crossing => {
      const found = whatDropsSome(chains, crossing, mtu)
      if (!found) return undefined
      const told = filterOf(end, found.words)
      const { saw } = told
      return {
        ...told,
        saw: text(
          `others than these are dropped, such as those with ${found.of}: ${saw.en}`,
          `別的封包會被丟棄，例如 ${found.of}：${saw['zh-TW']}`,
        ),
      }
    },
  )
}
