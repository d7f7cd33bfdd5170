import { expect, it } from 'vitest'
import { chain, field, match, PING } from '../testing/nft.ts'
import { whatDropsSome } from './nft-choosy.ts'

const mangle = (key: object, value: unknown) => ({ mangle: { key, value } })
const payload = (protocol: string, name: string, value: unknown) =>
  mangle({ payload: { protocol, field: name } }, value)
const mark = (value: number) => mangle({ meta: { key: 'mark' } }, value)

const dropsSome = (statement: Record<string, unknown>, refused: number[] = [], packet: object = PING) =>
  whatDropsSome(
    chain('ip', 'input', [[field('ip', 'length', { range: [300, 310] }), statement]]),
    { packet: packet as typeof PING, device: 'eth0', way: 'in' },
    1500,
    refused,
  )?.of

it('tells a rule that damages packets of some sizes, or marks them so that routing refuses them', () => {
  for (const spoils of [
    payload('ip', 'protocol', 253),
    payload('ip', 'daddr', '192.168.10.99'),
    payload('icmp', 'type', 17),
    payload('ip', 'ttl', 1),
  ])
    expect(dropsSome(spoils), JSON.stringify(spoils)).toBe('ip length 300')
  expect(dropsSome(mark(9), [9])).toBe('ip length 300')
})

it('says nothing of a class of service, a longer life, or a mark that leads the usual way', () => {
  for (const harmless of [payload('ip', 'dscp', 'cs1'), payload('ip', 'ttl', 64), mark(9), { counter: {} }])
    expect(dropsSome(harmless), JSON.stringify(harmless)).toBeUndefined()
})

it('tells large segments of TCP, and sizes of pings of IPv6', () => {
  const tcp = {
    kind: 'tcp-request',
    source: PING.source,
    destination: PING.destination,
    token: '',
    tcpPort: 80,
  }
  expect(dropsSome({ drop: null }, [], tcp)).toBe('ip length 300')
  const inet6 = chain('ip6', 'input', [
    [match({ payload: { protocol: 'ip6', field: 'length' } }, { range: [300, 310] }), { drop: null }],
  ])
  const packet = { ...PING, source: '2001:db8::2', destination: '2001:db8::1' }
  expect(whatDropsSome(inet6, { packet, device: 'eth0', way: 'in' }, 1500)?.of).toBe('ip6 length 300')
})
