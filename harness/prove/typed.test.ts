import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkout } from '../core/checkout.ts'
import { lessonIds } from '../lesson/load-lesson.ts'
import { nowhere, stepsOf, typedIn } from './typed.ts'

const NODES = ['one', 'two']
const block = (mark: string, ...lines: string[]) => [`\`\`\`bash${mark}`, ...lines, '```'].join('\n')
const WORDS = [
  'Start:',
  block('', 'npm run lab up'),
  'On one, then on two:',
  block(' one two', 'load', 'look'),
  'What it runs:',
  block(' shown', 'a', 'b'),
  'Let it run on two:',
  block(' two ongoing', 'ping 10.0.0.1'),
  'and capture on one, until Ctrl-C:',
  block(' one stopped', 'tcpdump -ni eth1'),
  '```text\nIP 10.0.0.2 > 10.0.0.1\n```',
  'which nobody answers, with the address of ns1:',
  block(' one fails', "ping 10.0.0.9 'a MAC-OF-NS1'"),
  '```text\nno command\n```',
].join('\n\n')

describe('what a text has a reader type', () => {
  it('is its marked blocks in their order, without what is only shown', () => {
    expect(typedIn(WORDS).flatMap(stepsOf)).toEqual([
      { on: 'one', run: 'load\nlook\n' },
      { on: 'two', run: 'load\nlook\n' },
      { on: 'two', run: expect.stringMatching(/^setsid ping 10.0.0.1 .*&$/m) },
      { on: 'one', run: expect.stringMatching(/^timeout .* tcpdump -ni eth1 /) },
      {
        on: 'one',
        run: expect.stringMatching(/^ping 10.0.0.9 'a '"\$\(ip netns exec ns1 .*\)"'' \|\| failed=1$/m),
      },
    ])
    expect(typedIn(WORDS)[0]).toEqual({ on: [], ends: 'itself', run: 'npm run lab up\n' })
    expect(typedIn(WORDS).map(({ shows }) => shows)).toEqual([
      undefined,
      undefined,
      undefined,
      'IP 10.0.0.2 > 10.0.0.1\n',
      'no command\n',
    ])
  })

  it('is nothing where no block is marked', () => {
    const words = [block('', 'ip link'), block('', 'npm run check day-01')].join('\n\n')
    expect(typedIn(words)).toEqual([])
    expect(nowhere(words, 'README.md', NODES)).toEqual([])
  })

  it('has a place for every block', () => {
    expect(nowhere(WORDS, 'README.md', NODES)).toEqual([])
    const lost = `${WORDS}\n\n${block('', 'ip link')}\n\n${block(' three', 'ip address')}`
    expect(nowhere(lost, 'README.md', NODES).map(({ en }) => en)).toEqual([
      'README.md: "ip link" does not say where it is typed: write the node behind ```bash, or shown',
      'README.md: "ip address" is to be typed on three, which is no node of this lesson',
    ])
  })

  it.each(lessonIds())('of %s begins on the machines and ends with the undo', id => {
    const blocks = typedIn(readFileSync(join(checkout, 'lessons', id, 'README.md'), 'utf8'))
    expect(blocks.filter(({ on }) => on.length > 0).length).toBeGreaterThan(10)
    expect(blocks.at(-1)).toEqual({ on: [], ends: 'itself', run: `npm run undo ${id}\n` })
  })
})
