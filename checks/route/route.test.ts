import { expect, it } from 'vitest'
import { across, captureOf, heardOn, NS1, NS2, TOKEN } from '../testing/heard.ts'
import { heardAt, type Route } from './route.ts'

const twoLinks: Route = {
  ...across,
  posts: across.posts.map(post => (post.kind === 'exit' ? { ...post, links: ['eth2', 'mm0'] } : post)),
}
const wanted = { kind: 'echo-request' as const, source: NS2.address, destination: NS1.address, token: TOKEN }

it('counts a packet once where a second link of a place hears its copy', () => {
  const traffic = heardOn(twoLinks, { request: [20, 20, 20, 20] })
  const [original, copy] = ['eth2', 'mm0'].map(link => captureOf(traffic, 'hypervisor', link))
  copy!.heard.push(...original!.heard)
  expect(heardAt(traffic, twoLinks.posts[1]!, wanted)).toMatchObject({ count: 20, links: ['eth2', 'mm0'] })
})
