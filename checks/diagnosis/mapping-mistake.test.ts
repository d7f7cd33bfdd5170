import { describe, expect, it } from 'vitest'
import { mistakeIn, pairsOf, takenBridge } from './mapping-mistake.ts'

describe('the mistake in a mapping', () => {
  it.each([
    [undefined, 'mapping-missing'],
    ['flat0: br-eth2', 'mapping-spaced'],
    [' flat0:br-eth2', 'mapping-spaced'],
    ['flat0:br-eth2 ', 'mapping-spaced'],
    ['physnet1:br-x; flat0:br-eth2', 'mapping-spaced'],
    ['physnet1:br-x;flat0:br-eth2', 'mapping-separator'],
    ['flat0：br-eth2', 'mapping-separator'],
    ['physnet1:br-x，flat0:br-eth2', 'mapping-separator'],
    ['flat0:br-x', 'mapping-to-another-bridge'],
    ['flat0:br-x,flat0:br-eth2', 'mapping-twice'],
    ['br-eth2:flat0', 'mapping-reversed'],
    ['Flat0:br-eth2', 'network-name-case'],
    ['flatO:br-eth2', 'network-name-differs'],
    ['physnet1:br-x', 'mapping-of-another-network'],
  ])('%j: %s', (value, cause) => {
    const mapped = value?.startsWith('flat0:') ? value.slice('flat0:'.length) : undefined
    expect(mistakeIn(value, 'flat0', 'br-eth2', mapped)).toBe(cause)
  })
})

describe('pairsOf', () => {
  it.each([
    [undefined, []],
    ['', []],
    ['a:b', [['a', 'b']]],
    [
      'a:b,c:d',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['a:b:c', [['a', 'b:c']]],
    [' a:b ', [[' a', 'b ']]],
    ['a:b,,c:d', [['a', 'b']]],
    ['a:b,c:,d:e', [['a', 'b']]],
    [':b,c:d', []],
  ])('reads %j as ovn-controller does', (value, pairs) => {
    expect([...pairsOf(value)]).toEqual(pairs)
  })
})

/** Each was seen on OVN 25.03: ovn-controller's patch ports were in this bridge. */
describe('the bridge ovn-controller takes for a network', () => {
  const bridges = ['br-a', 'br-b', 'br-c'].map(name => ({ name }))
  it.each([
    ['flat0:br-a', 'br-a'],
    ['flat0:br-a,flat0:br-b', 'br-a'],
    ['flat0:br-b,flat0:br-c,flat0:br-a', 'br-a'],
    ['other:br-c,flat0:br-b,flat0:br-a', 'br-a'],
    ['flat0:br-b,other:br-c,flat0:br-a', 'br-a'],
    ['flat0:br-none,flat0:br-a', 'br-a'],
    ['flat0:br-a,other:br-c,flat0:br-b', 'br-b'],
    ['a:br-c,b:br-c,c:br-c,d:br-c,e:br-c,f:br-c,flat0:br-a,flat0:br-b', 'br-a'],
    ['flat0:br-none', 'br-none'],
    ['other:br-a', undefined],
  ])('of %s: %s', (value, bridge) => {
    expect(takenBridge(value, 'flat0', bridges)).toBe(bridge)
  })
})
