import { Contradiction } from '../../harness/core/errors.ts'
import { text } from '../../harness/core/text.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { Crossing } from '../heard/carried.ts'
import { firstOf } from '../nouns/first-of.ts'
import type { Route } from '../route/route.ts'
import { leadingRule } from './leading-rule.ts'

/**
 * Beside a bridge, nothing leads its packets from one plug of the path to another, or back: in a network that works they would
 * arrive twice. Where a rule does so, nobody can say which of the two carried them: Contradiction.
 */
export async function assertNotLedBeside(lab: Lab, { posts }: Route, crossings: Crossing[]): Promise<void> {
  const plugs = posts.filter(({ kind, netns }) => kind === 'plug' && netns === undefined)
  const rule = await firstOf(crossings, async ({ station, next }) => {
    const { node } = station.post
    const facts = await unlessBlind(lab.arp(node, undefined))
    const own = plugs.filter(post => post.node === node).flatMap(({ links }) => links)
    const ways = [
      ...station.post.links.map(name => ({ node, name, way: 'in' as const })),
      ...next.post.links.map(name => ({ node, name, way: 'out' as const })),
    ]
    return firstOf(ways, device => leadingRule(facts, device, station.wanted, to => own.includes(to)))
  })
  if (!rule) return
  throw new Contradiction(
    text(
      `${rule.saw.en}, past the bridge: it is not known which of the two carried them`,
      `${rule.saw['zh-TW']}，繞過 bridge：無法確定是由哪一個載送`,
    ),
    { where: rule.where, help: rule.tryThis },
  )
}
