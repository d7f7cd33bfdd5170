import { expect, it } from 'vitest'
import { askedBy } from './routing-rule.ts'

it('makes questions of what rules of routing choose packets by', () => {
  expect(
    askedBy([
      '100: from all ipproto tcp lookup 77',
      '101: from all ipproto udp dport 53-60 lookup 77',
      '102: from all sport 1000 lookup 77',
      '103: from all uidrange 1000-60000 lookup 77',
      '104: from all tos lowdelay blackhole',
    ]),
  ).toEqual([
    { protocol: 'tcp' },
    { protocol: 'udp', port: 53 },
    { protocol: 'tcp', sourcePort: 1000 },
    { uid: 1000 },
    { tos: 16 },
  ])
})

it('leaves rules for others, for marks, for addresses alone, and for protocols that the kernel tells no way of', () => {
  expect(
    askedBy([
      '100: from 10.0.0.9 lookup 77',
      '101: from all fwmark 0x9 ipproto tcp lookup 77',
      '102: not from all ipproto tcp lookup 77',
      '103: from all iif eth1 ipproto tcp lookup 77',
      '104: from all ipproto gre lookup 77',
    ]),
  ).toEqual([])
})
