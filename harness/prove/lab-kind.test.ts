import { describe, expect, it } from 'vitest'
import type { BadCall } from '../judge/errors.ts'
import { labKinds } from './lab-kind.ts'

describe('--labs', () => {
  it('names kinds of labs, each with a release of Debian or the usual one', () => {
    expect(labKinds('embedded,qemu, embedded@bookworm,embedded@sid')).toEqual([
      { name: 'embedded', provider: 'embedded', mayBeMissing: false },
      { name: 'qemu', provider: 'qemu', mayBeMissing: false },
      { name: 'embedded@bookworm', provider: 'embedded', suite: 'bookworm', mayBeMissing: false },
      { name: 'embedded@sid', provider: 'embedded', suite: 'sid', mayBeMissing: true },
    ])
  })

  it.each([
    ['qmu', 'There are no labs of the kind "qmu". Did you mean "qemu"?'],
    ['', 'There are no labs of the kind "".'],
    ['embedded@', 'There are no labs of the kind "embedded@".'],
    ['embedded@../x', 'There are no labs of the kind "embedded@../x".'],
    ['3', '--labs takes kinds of labs, such as embedded,qemu; how many run side by side is --jobs 3.'],
    ['embedded,embedded', '--labs names embedded twice.'],
  ])('refuses %j', (words, sentence) => {
    expect.assertions(1)
    try {
      labKinds(words)
    } catch (thrown) {
      expect((thrown as BadCall).sentence.en).toContain(sentence)
    }
  })
})
