import { expect, it } from 'vitest'
import type { NftRule } from '../../harness/look/stack.ts'
import { clamped } from './clamped.ts'

const said = (...rules: NftRule[]) =>
  clamped({
    chains: [
      { family: 'inet', table: 't', name: 'out', hook: 'output', devices: [], policy: 'accept', rules },
    ],
  })?.en

const maxseg = (value: unknown) => ({
  mangle: { key: { 'tcp option': { name: 'maxseg', field: 'size' } }, value },
})

it.each<[string, NftRule, string | undefined]>([
  ['a size', [maxseg(536)], 'a rule in inet t out sets the segment size of connections to 536'],
  [
    'that of the route',
    [maxseg({ rt: { key: 'mtu' } })],
    'a rule in inet t out sets the segment size of connections',
  ],
  [
    'one of iptables',
    [{ xt: { type: 'target', name: 'TCPMSS' } }],
    'a rule in inet t out sets the segment size of connections',
  ],
  ['another option', [{ mangle: { key: { 'tcp option': { name: 'window' } }, value: 1 } }], undefined],
  ['nothing of TCP', [{ accept: null }], undefined],
])('tells of a rule that gives connections %s', (_, rule, words) => {
  expect(said([{ counter: null }], rule)).toBe(words)
})
