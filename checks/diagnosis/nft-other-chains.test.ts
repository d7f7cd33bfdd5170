import { describe, expect, it } from 'vitest'
import type { NftRule as Rule } from '../../harness/look/evidence.ts'
import { chainsFrom } from '../../harness/nodes/nft.ts'
import { DROP, field, PING } from '../testing/nft.ts'
import type { Crossing } from './nft-fields.ts'
import { whatDrops } from './nft-verdict.ts'

const arriving: Crossing = { packet: PING, device: 'eth0', way: 'in' }
const ACCEPT = { accept: null }

describe('the way through other chains', () => {
  /** A base chain, and the rules of the chain u. */
  const withChain = (base: Rule[], u: Rule[], policy = 'accept') => {
    const about = { family: 'ip', table: 't' }
    return chainsFrom(
      JSON.stringify({
        nftables: [
          { chain: { ...about, name: 'c', hook: 'input', policy } },
          ...base.map(expr => ({ rule: { ...about, chain: 'c', expr } })),
          ...u.map(expr => ({ rule: { ...about, chain: 'u', expr } })),
        ],
      }),
    )
  }
  const ICMP = field('ip', 'protocol', 'icmp')
  const JUMP = { jump: { target: 'u' } }
  const GOTO = { goto: { target: 'u' } }
  const vmap = (...set: [unknown, object][]) => ({
    vmap: { key: { payload: { protocol: 'ip', field: 'protocol' } }, data: { set } },
  })
  it.each<[string, Rule[], Rule[], string | undefined]>([
    ['drops in one it jumps to', [[ICMP, JUMP]], [[DROP]], 'ip protocol icmp drop'],
    ['comes back before the drop', [[JUMP]], [[ICMP, { return: null }], [DROP]], undefined],
    ['comes back to one', [[JUMP], [DROP]], [[ICMP, { return: null }]], 'drop'],
    ['never comes back from goto', [[GOTO], [DROP]], [[field('ip', 'protocol', 'tcp'), DROP]], undefined],
    ['is accepted there', [[JUMP], [DROP]], [[ICMP, ACCEPT]], undefined],
    ['is dropped by a map', [[vmap(['tcp', ACCEPT], ['icmp', DROP])]], [], 'ip protocol vmap'],
    ['is accepted by a map', [[vmap(['tcp', DROP], ['icmp', ACCEPT])], [DROP]], [], undefined],
    ['jumps by a map', [[vmap(['icmp', JUMP])]], [[DROP]], 'ip protocol vmap drop'],
    ['is not in a map', [[vmap(['tcp', DROP])]], [], undefined],
    [
      'is only copied',
      [[{ dup: { dev: 'eth1' } }], [{ flow: { op: 'add', flowtable: '@f' } }]],
      [],
      undefined,
    ],
    [
      'is outside of a range',
      [[field('ip', 'saddr', { range: ['10.0.0.1', '10.0.0.9'] }), DROP]],
      [],
      undefined,
    ],
    [
      'meets a match of iptables, and is accepted',
      [[{ xt: { type: 'match', name: 'comment' } }, ACCEPT]],
      [],
      undefined,
    ],
  ])('%s', (_what, base, u, words) => {
    expect(whatDrops(withChain(base, u), arriving)).toBe(words && `ip t c: ${words}`)
  })

  it('knows what is in a set', () => {
    const set = (elem: unknown[]) =>
      chainsFrom(
        JSON.stringify({
          nftables: [
            { set: { family: 'ip', table: 't', name: 's', elem } },
            { chain: { family: 'ip', table: 't', name: 'c', hook: 'input' } },
            {
              rule: { family: 'ip', table: 't', chain: 'c', expr: [field('ip', 'saddr', '@s'), DROP].flat() },
            },
          ],
        }),
      )
    expect(whatDrops(set(['10.0.0.1']), arriving)).toBeUndefined()
    expect(whatDrops(set([{ elem: { val: '192.168.10.200', timeout: 60 } }]), arriving)).toBe(
      'ip t c: ip saddr @s drop',
    )
  })
})
