import { expect, it } from 'vitest'
import type { NftChain, NftRule } from '../../harness/look/evidence.ts'
import type { Route } from '../route/route.ts'
import { withLook } from '../testing/diagnostics.ts'
import { across } from '../testing/heard.ts'
import { chain, DROP, field } from '../testing/nft.ts'
import { ns1, solvedLab } from '../testing/solved-lab.ts'
import { broughtBeside } from './brought-beside.ts'

const PING = { token: 'ab' } as Parameters<typeof broughtBeside>[2]
/** Who answers has such a filter. */
const found = (chains: NftChain[], route: Route = across) => {
  const lab = solvedLab(
    withLook({ look: 'arp', node: ns1.node, netns: ns1.netns }, { neighbours: [], solicits: {}, chains }),
  )
  return broughtBeside(lab, route, PING)
}
const input = (...rules: NftRule[]) => chain('ip', 'input', rules)

it('names a filter that drops what was answered all the same', async () => {
  expect(await found(input([field('ip', 'saddr', across.from.address), DROP]))).toMatchObject({
    where: 'controller · netns ns1 · nftables',
  })
})

it('does not take for a drop what a program decides about, or a target of iptables that only its name is known of', async () => {
  expect(await found(input([{ queue: { num: 0 } }]))).toBeUndefined()
  expect(await found(input([{ xt: { type: 'target', name: 'TEE' } }]))).toBeUndefined()
})

it('believes a filter about the addresses that packets have behind NAT', async () => {
  const floating = '203.0.113.40'
  const posts = across.posts.map((post, at) =>
    at === 3 ? { ...post, bears: { [floating]: ns1.address } } : post,
  )
  const translated = { ...across, address: floating, posts }
  const others = input([field('ip', 'daddr', ns1.address, '!='), DROP])
  expect(await found(others, translated)).toBeUndefined()
  expect(await found(input([field('ip', 'daddr', ns1.address), DROP]), translated)).toBeDefined()
})
