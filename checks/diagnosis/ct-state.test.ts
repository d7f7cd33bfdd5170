import { expect, it } from 'vitest'
import type { NftRule } from '../../harness/look/evidence.ts'
import { chain, DROP, field, match, PING } from '../testing/nft.ts'
import { whatDropsInet6 } from './nft-icmp6.ts'
import { whatDrops, whatSurelyDrops } from './nft-verdict.ts'

const state = (right: unknown, op = 'in') => match({ ct: { key: 'state' } }, right, op)
const ACCEPT = { accept: null }
/** What is often written in front of the rules that let something in. */
const USUAL: NftRule[] = [
  [state('invalid'), DROP],
  [state(['established', 'related']), ACCEPT],
  [field('tcp', 'dport', 22), ACCEPT],
]
const guarded = (rules: NftRule[], more = {}) => chain('inet', 'input', rules, { policy: 'drop', ...more })
const SYN = { ...PING, kind: 'tcp-request' as const, tcpPort: 80 }
const into = (packet: Parameters<typeof whatDrops>[1]['packet']) => ({
  packet,
  device: 'eth0',
  way: 'in' as const,
})

it('is the policy that drops what nobody lets in, and not the rule for what is invalid', () => {
  expect(whatSurelyDrops(guarded(USUAL), into(SYN))).toBe('inet t c: policy drop')
  expect(whatDrops(guarded(USUAL), into(PING))).toBe('inet t c: policy drop')
  expect(whatDropsInet6(guarded(USUAL), { type: 'nd-router-advert', device: 'eth0', way: 'in' })).toBe(
    'inet t c: policy drop',
  )
})

it.each<[string, NftRule, { kind: typeof PING.kind | 'echo-reply' } | typeof SYN, string | undefined]>([
  ['begins', [state('new'), DROP], SYN, 'ct state in new drop'],
  ['is known', [state(['established', 'related']), DROP], SYN, undefined],
  ['may be known', [state(['established', 'related']), DROP], PING, 'ct state in established,related drop'],
  ['answers', [state('new'), DROP], { kind: 'echo-reply' }, undefined],
  ['is in a set', [state({ set: ['new', 'invalid'] }), DROP], SYN, 'ct state in { new, invalid } drop'],
])('what may drop a packet that %s', (_, rule, packet, words) => {
  const found = whatDrops(chain('inet', 'input', [rule]), into({ ...PING, ...packet }))
  expect(found).toBe(words && `inet t c: ${words}`)
})

it.each<[string, string, number | undefined, boolean]>([
  ['inet', 'prerouting', -300, true],
  ['inet', 'prerouting', -150, false],
  ['inet', 'prerouting', undefined, true],
  ['inet', 'input', -300, false],
  ['netdev', 'ingress', 0, true],
])('may be invalid before it is tracked: %s %s %s', (family, hook, prio, isMaybe) => {
  const rules = chain(family, hook, [[state('invalid'), DROP]], prio === undefined ? {} : { prio })
  expect(whatDrops(rules, into(PING)) !== undefined).toBe(isMaybe)
})
