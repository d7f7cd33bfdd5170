import { describe, expect, it } from 'vitest'
import type { NftRule as Rule } from '../../harness/look/evidence.ts'
import { chain, match, PING } from '../testing/nft.ts'
import type { Crossing } from './nft-fields.ts'
import { givesAddress, givesTtl, whatRewrites } from './nft-verdict.ts'

const leaving: Crossing = { packet: PING, device: 'eth0', way: 'out' }
const meta = (key: string, right: unknown) => match({ meta: { key } }, right)

describe('the rule that changes a packet', () => {
  it.each<[string, Rule, boolean]>([
    ['masquerades', [meta('oifname', 'eth0'), { masquerade: null }], true],
    ['sends it elsewhere', [{ dnat: { addr: '10.0.0.1' } }], true],
    [
      'writes a field',
      [{ mangle: { key: { payload: { protocol: 'ip', field: 'saddr' } }, value: '1.2.3.4' } }],
      true,
    ],
    ['masquerades by iptables', [{ xt: { type: 'target', name: 'MASQUERADE' } }], true],
    ['writes only a mark', [{ mangle: { key: { meta: { key: 'mark' } }, value: 1 } }], false],
    [
      'writes only a TTL',
      [{ mangle: { key: { payload: { protocol: 'ip', field: 'ttl' } }, value: 1 } }],
      false,
    ],
    ['leaves by another device', [meta('oifname', 'eth1'), { masquerade: null }], false],
  ])('%s', (_what, rule, isOne) => {
    const found = whatRewrites(chain('ip', 'postrouting', [rule]), leaving)
    expect(found !== undefined).toBe(isOne)
  })

  it('does to each packet what it is asked about', () => {
    const found = (rule: Rule, does: (statement: Record<string, unknown>) => boolean) =>
      whatRewrites(chain('ip', 'output', [rule]), leaving, does) !== undefined
    const writes = (fieldName: string): Rule => [
      { mangle: { key: { payload: { protocol: 'ip', field: fieldName } }, value: 1 } },
    ]
    expect([found(writes('daddr'), givesAddress), found([{ snat: {} }], givesAddress)]).toEqual([true, false])
    expect([found(writes('ttl'), givesTtl), found(writes('dscp'), givesTtl)]).toEqual([true, false])
    expect(found([{ xt: { type: 'target', name: 'TTL' } }], givesTtl)).toBe(true)
  })
})
