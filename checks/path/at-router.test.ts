import { expect, it } from 'vitest'
import { ttlSpent } from './at-router.ts'
import type { Break } from './place.ts'
import type { Route } from './route.ts'
import { NS1, NS2 } from './testing/heard.ts'

const routed: Route = {
  from: NS2,
  to: NS1,
  address: NS1.address,
  posts: [],
  routed: { from: { joints: [] } },
}
const lost = (source: string, ttl?: number) =>
  ({
    packet: { kind: 'echo-reply', source },
    frame: ttl === undefined ? undefined : { ttl },
  }) as unknown as Break

it('names the end whose packets no router may forward', () => {
  expect(ttlSpent(routed, lost(NS1.address, 1))?.where).toBe('controller · netns ns1 · ip_default_ttl')
  expect(ttlSpent(routed, lost(NS2.address, 1))?.where).toBe('hypervisor · netns ns2 · ip_default_ttl')
})

it.each([
  ['has a TTL left', routed, 2],
  ['shows none', routed, undefined],
  ['crosses no router', { ...routed, routed: undefined } as unknown as Route, 1],
])('says nothing of what %s', (_, route, ttl) => {
  expect(ttlSpent(route, lost(NS1.address, ttl))).toBeUndefined()
})
