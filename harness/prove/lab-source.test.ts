import { describe, expect, it } from 'vitest'
import type { BadCall } from '../core/errors.ts'
import { labSources } from './lab-source.ts'

describe('--labs', () => {
  it('names kinds of labs, each with a release of Debian or the usual one', () => {
    expect(labSources('embedded,qemu, embedded@bookworm,embedded@sid,vagrant')).toMatchObject([
      { name: 'embedded', labName: 'prove', isLent: false, mayBeMissing: false },
      { name: 'qemu', labName: 'prove-qemu', isLent: false, mayBeMissing: false },
      { name: 'embedded@bookworm', labName: 'prove', isLent: false, mayBeMissing: false },
      { name: 'embedded@sid', labName: 'prove', isLent: false, mayBeMissing: true },
      { name: 'vagrant', labName: 'vagrant', isLent: true, mayBeMissing: false },
    ])
  })

  it.each([
    ['qmu', 'There are no labs of the kind "qmu". Did you mean "qemu"?'],
    ['', 'There are no labs of the kind "".'],
    ['embedded@', 'There are no labs of the kind "embedded@".'],
    ['embedded@../x', 'There are no labs of the kind "embedded@../x".'],
    ['3', '--labs takes kinds of labs, such as embedded,qemu; how many run side by side is --jobs 3.'],
    ['no-such-lab.yaml', 'There is no file no-such-lab.yaml (given with --labs).'],
    ['embedded,embedded', '--labs contains embedded twice.'],
  ])('refuses %j', (words, sentence) => {
    expect.assertions(1)
    try {
      labSources(words)
    } catch (thrown) {
      expect((thrown as BadCall).sentence.en).toContain(sentence)
    }
  })
})
