import { describe, expect, it } from 'vitest'
import { linkWords } from './link-words.ts'

describe('the link of a place', () => {
  it.each([
    ['alone', { links: ['eth2'] }, ['eth2'], 'eth2'],
    [
      'of a bond of Open vSwitch',
      { links: ['eth2', 'eth3'], bond: 'bond0' },
      ['eth3'],
      'bond0, by its member eth3',
    ],
    [
      'of a bond of the kernel',
      { links: ['bond0', 'eth2', 'eth3'], bond: 'bond0' },
      ['bond0', 'eth2'],
      'bond0, by its member eth2',
    ],
    [
      'of a bond that carried nothing',
      { links: ['bond0', 'eth2', 'eth3'], bond: 'bond0' },
      [],
      'bond0 (eth2 and eth3)',
    ],
  ])('%s', (_, post, links, words) => {
    expect(linkWords(post, { links }).en).toBe(words)
  })
})
