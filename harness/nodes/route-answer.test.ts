import { expect, test } from 'vitest'
import { routeFrom } from './route-answer.ts'

test('a next hop of the other family is a gateway as well', () => {
  const route = '[{"dst":"10.10.0.1","via":{"family":"inet6","host":"fe80::1"},"dev":"eth0","flags":[]}]'
  expect(routeFrom('10.10.0.1', route)).toEqual({ to: '10.10.0.1', device: 'eth0', gateway: 'fe80::1' })
})

test('so is one of several', () => {
  const told = '[{"dst":"10.10.0.1","gateway":"192.168.1.254","dev":"eth0"}]'
  const matched =
    '[{"dst":"default","nexthops":[{"gateway":"192.168.1.254","dev":"eth0"},{"via":{"family":"inet6","host":"fe80::1"},"dev":"eth0"}]}]'
  expect(routeFrom('10.10.0.1', `${told}\n${matched}`).hops).toEqual([
    { device: 'eth0', gateway: '192.168.1.254' },
    { device: 'eth0', gateway: 'fe80::1' },
  ])
})
