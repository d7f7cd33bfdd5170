import { expect, it } from 'vitest'
import type { NftRule } from '../../harness/look/evidence.ts'
import { chain, DROP, field, match, PING } from '../testing/nft.ts'
import { whatDropsSome } from './nft-choosy.ts'

const dropped = (rules: NftRule[], more: { policy?: string } = {}) =>
  whatDropsSome(chain('ip', 'input', rules, more), { packet: PING, device: 'eth0', way: 'in' }, 1500)
/** A packet that is one of several pieces. */
const pieces = match({ '&': [{ payload: { protocol: 'ip', field: 'frag-off' } }, 0x3fff] }, 0, '!=')
const ACCEPT = { accept: null }
/** Bits behind the header of IP. */
const data = (offset: number, right: unknown, op?: string) =>
  match({ payload: { base: 'th', offset, len: 32 } }, right, op)

it.each<[string, NftRule[], string]>([
  ['sizes between', [[field('ip', 'length', { range: [300, 310] }), DROP]], 'ip length 300'],
  ['those above a size', [[field('ip', 'length', 1400, '>'), DROP]], 'ip length 1401'],
  ['sizes as the kernel counts them', [[match({ meta: { key: 'length' } }, 700), DROP]], 'ip length 700'],
  ['a class of service', [[field('ip', 'dscp', 'af41'), DROP]], 'ip dscp af41'],
  ['all but the usual class', [[field('ip', 'dscp', 'cs0', '!='), DROP]], 'ip dscp ef'],
  ['what may tell of congestion', [[field('ip', 'ecn', 'ect0'), DROP]], 'ip ecn ect0'],
  ['a long series', [[field('icmp', 'sequence', 25, '>'), DROP]], 'icmp sequence 26'],
  [
    'those that none came of yet',
    [[field('icmp', 'sequence', 25, '>'), { counter: { packets: 0 } }, DROP]],
    'icmp sequence 26',
  ],
  ['some ids', [[field('icmp', 'id', { set: [{ range: [100, 200] }] }), DROP]], 'icmp id 100'],
  [
    'times to live that it does not name',
    [[field('ip', 'ttl', { set: [32, 64, 128] }, '!='), DROP]],
    'ip ttl 31',
  ],
  [
    'a long connection',
    [[match({ ct: { key: 'packets', dir: 'original' } }, 60, '>'), DROP]],
    'ct packets 61',
  ],
  ['some data', [[data(192, 0x10111213), DROP]], '@th,192,32 269554195'],
  [
    'what it does not let pass before',
    [
      [field('icmp', 'sequence', 25, '<='), ACCEPT],
      [field('ip', 'protocol', 'icmp'), DROP],
    ],
    'icmp sequence 26',
  ],
])('drops %s', (_, rules, of) => {
  expect(dropped(rules)).toMatchObject({ of })
})

it.each<[string, NftRule[]]>([
  ['no size that the link has room for', [[field('ip', 'length', 1500, '>'), DROP]]],
  ['smaller than usual alone', [[field('ip', 'length', 60, '<'), DROP]]],
  ['what is congested', [[field('ip', 'ecn', 'ce'), DROP]]],
  ['others’ packets', [[field('ip', 'saddr', '10.9.9.9'), field('ip', 'length', 300, '>'), DROP]]],
  ['of another protocol', [[field('tcp', 'dport', 23), field('ip', 'length', 300, '>'), DROP]]],
  ['perhaps', [[field('ip', 'length', 300, '>'), match({ ct: { key: 'state' } }, 'established'), DROP]]],
  [
    'above a rate',
    [[field('ip', 'length', 300, '>'), { limit: { rate: 9, per: 'second', inv: true } }, DROP]],
  ],
  ['what it knows by its header in bits', [[data(32, 0x10111213), DROP]]],
  ['all but some data', [[data(192, 0x10111213, '!='), DROP]]],
  ['above a quota', [[field('ip', 'length', 300, '>'), { quota: { val: 9, inv: true } }, DROP]]],
  ['what has come a long way', [[field('ip', 'ttl', 5, '<'), DROP]]],
  ['pieces, which the stack has put together before', [[pieces, DROP]]],
  [
    'every ping',
    [
      [field('ip', 'length', 300, '<'), DROP],
      [field('ip', 'length', 300, '>='), DROP],
    ],
  ],
])('is not told where it drops %s', (_, rules) => {
  expect(dropped(rules)).toBeUndefined()
})

it('drops pieces where they are not put together before', () => {
  const of = (family: string, hook: string, ...more: NftRule[]) =>
    whatDropsSome(
      chain(family, hook, [[pieces, DROP], ...more]),
      { packet: PING, device: 'eth0', way: 'in' },
      1500,
    )?.of
  expect(of('ip', 'prerouting')).toBe('ip frag-off 8192')
  expect(of('netdev', 'ingress')).toBe('ip frag-off 8192')
  expect(of('ip', 'prerouting', [match({ ct: { key: 'state' } }, 'invalid'), DROP])).toBeUndefined()
})

it('drops pieces of IPv6, which bear a header of their own', () => {
  const packet = { ...PING, source: '2001:db8::1', destination: '2001:db8::2' }
  const of = (hook: string, isThere: boolean) =>
    whatDropsSome(
      chain('ip6', hook, [[match({ exthdr: { name: 'frag' } }, isThere), DROP]]),
      { packet, device: 'eth0', way: 'in' },
      1500,
    )?.of
  expect(of('prerouting', true)).toBe('exthdr frag 1')
  expect(of('input', true)).toBeUndefined()
  // Whole ones do not pass it.
  expect(of('prerouting', false)).toBeUndefined()
})

it('drops connections begun from some ports', () => {
  const packet = { ...PING, kind: 'tcp-request' as const, tcpPort: 80 }
  const of = (rule: NftRule) =>
    whatDropsSome(chain('ip', 'input', [rule]), { packet, device: 'eth0', way: 'in' }, 1500)?.of
  expect(of([field('tcp', 'dport', 80), field('tcp', 'sport', 32_768, '<'), DROP])).toBe('tcp sport 32767')
  expect(of([field('tcp', 'dport', 22), field('tcp', 'sport', 32_768, '<'), DROP])).toBeUndefined()
})

it('does not take what a filter closes to others for a port that a client is answered at', () => {
  const packet = { ...PING, kind: 'tcp-reply' as const, tcpPort: 80 }
  const of = (right: unknown) =>
    whatDropsSome(
      chain('ip', 'input', [[field('tcp', 'dport', right), DROP]]),
      { packet, device: 'eth0', way: 'in' },
      1500,
    )?.of
  expect(of({ set: [22, 3306, 8080] })).toBeUndefined()
  expect(of(40_001)).toBe('tcp dport 40001')
})

it('drops what ordinary users send, and lets root send', () => {
  const sent = (right: unknown, op: string, way: 'in' | 'out' = 'out') =>
    whatDropsSome(
      chain('ip', way === 'out' ? 'output' : 'input', [[match({ meta: { key: 'skuid' } }, right, op), DROP]]),
      { packet: PING, device: 'eth0', way },
      1500,
    )?.of
  expect(sent(0, '!=')).toBe('meta skuid 5000')
  expect(sent({ range: [1_000, 60_000] }, '==')).toBe('meta skuid 5000')
  // One user is shut out, and nobody else.
  expect(sent(33, '==')).toBeUndefined()
  // Nobody knows who has sent what comes in.
  expect(sent(0, '!=', 'in')).toBeUndefined()
})
