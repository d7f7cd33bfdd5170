import { expect, it } from 'vitest'
import { jointWith, type Side } from './routed.ts'

it('a router is the gateway by an address of its port, or by what its MAC address makes of fe80::/64', () => {
  const port = { mac: '02:00:00:00:6a:01', networks: ['2001:db8:a::1/64'] }
  const side = { joints: [{ port }] } as unknown as Side
  expect(jointWith(side, '2001:db8:a::1')).toBeDefined()
  expect(jointWith(side, 'fe80::ff:fe00:6a01')).toBeDefined()
  expect(jointWith(side, 'fe80::ff:fe00:6a02')).toBeUndefined()
  expect(jointWith(side, undefined)).toBeUndefined()
})
