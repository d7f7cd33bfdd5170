import { describe, expect, it } from 'vitest'
import { mistakeIn } from './mapping-mistake.ts'

describe('the mistake in a mapping', () => {
  it.each([
    [undefined, 'mapping-missing'],
    ['flat0: br-eth2', 'mapping-spaced'],
    [' flat0:br-eth2', 'mapping-spaced'],
    ['flat0:br-eth2 ', 'mapping-spaced'],
    ['physnet1:br-x; flat0:br-eth2', 'mapping-spaced'],
    ['physnet1:br-x;flat0:br-eth2', 'mapping-separator'],
    ['flat0:br-x', 'mapping-to-another-bridge'],
    ['br-eth2:flat0', 'mapping-reversed'],
    ['Flat0:br-eth2', 'network-name-case'],
    ['flatO:br-eth2', 'network-name-differs'],
    ['physnet1:br-x', 'mapping-of-another-network'],
  ])('%j: %s', (value, cause) => {
    const mapped = value?.startsWith('flat0:') ? value.slice('flat0:'.length) : undefined
    expect(mistakeIn(value, 'flat0', 'br-eth2', mapped)).toBe(cause)
  })
})
