import { expect, it } from 'vitest'
import type { NftChain } from '../../harness/look/evidence.ts'
import type { Wanted } from '../nouns/wanted.ts'
import { whatSurelyDrops } from './nft-verdict.ts'

const payload = (protocol: string, field: string) => ({ payload: { protocol, field } })
const frame = payload('ether', 'daddr')
const dropped = (way: 'in' | 'out' | 'through', packet: Partial<Wanted>, left: unknown, right: unknown) => {
  const chain = {
    ...{ family: 'netdev', table: 't', name: 'c', hook: way === 'out' ? 'egress' : 'ingress' },
    ...{ device: 'eth0', devices: ['eth0'], policy: 'accept', priority: 0 },
    rules: [[{ match: { op: '==', left, right } }, { drop: null }]],
  } as unknown as NftChain
  const question: Wanted = {
    ...{ kind: 'arp-request', source: '192.168.1.2', destination: '192.168.1.1', token: '' },
    ...packet,
  }
  return whatSurelyDrops([chain], { packet: question, device: 'eth0', way, isSupposed: true }) !== undefined
}
const inet6 = { source: 'fd00::2', destination: 'fd00::12:3456' }
const EVERYBODY = 'ff:ff:ff:ff:ff:ff'

it.each([
  ['everybody', {}, frame, EVERYBODY],
  ['its raw bits', {}, { payload: { base: 'll', offset: 0, len: 48 } }, 0xffff_ffff_ffff],
  ['the bit of a group', {}, { '&': [frame, '01:00:00:00:00:00'] }, '01:00:00:00:00:00'],
  ['the kind of frame', {}, { meta: { key: 'pkttype' } }, 'broadcast'],
  ['a group of IPv6', inet6, payload('ip6', 'daddr'), { prefix: { addr: 'ff00::', len: 8 } }],
  ['the MAC address of that', inet6, frame, '33:33:ff:12:34:56'],
] as const)('a question for a MAC address is dropped by a rule about %s', (_, packet, left, right) => {
  expect(dropped('in', packet, left, right)).toBe(true)
})

it('is not where it goes to one alone, or the rule is about others', () => {
  expect(dropped('in', { isUnicast: true }, frame, EVERYBODY)).toBe(false)
  expect(dropped('in', { kind: 'arp-reply' }, frame, EVERYBODY)).toBe(false)
  expect(dropped('in', {}, frame, '33:33:ff:12:34:56')).toBe(false)
  expect(dropped('in', {}, { '&': [frame, '02:00:00:00:00:00'] }, '00:00:00:00:00:00')).toBe(false)
  expect(dropped('out', {}, { meta: { key: 'pkttype' } }, 'broadcast')).toBe(false)
  expect(dropped('in', inet6, payload('ip6', 'daddr'), { prefix: { addr: 'fd00::', len: 16 } })).toBe(false)
})
