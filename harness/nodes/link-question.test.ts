import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { bytesPattern, linkQuestionScript } from './link-question.ts'

it('is asked by words that a shell takes as they are, and a program that perl understands', () => {
  const script = linkQuestionScript({
    netns: "it's",
    index: 2,
    frame: Buffer.alloc(14),
    told: bytesPattern(Buffer.from('0a27', 'hex')),
    answer: '(a|b)$',
    waitSeconds: 0.8,
    lingerSeconds: 0.2,
  })
  execFileSync('sh', ['-n'], { input: script })
  const program = execFileSync('sh', ['-c', `${script.slice(0, script.indexOf('\nperl'))}; printf %s "$ASK"`])
  expect(() =>
    execFileSync('perl', ['-c'], { input: program, stdio: ['pipe', 'ignore', 'ignore'] }),
  ).not.toThrow()
  const words = execFileSync('sh', ['-c', script.replace(/^[\s\S]*\nperl -e '[^']*'/, "printf '%s|'")])
  expect(words.toString()).toBe(`it's|2|${'00'.repeat(14)}|\\x0a\\x27|(a|b)$|3|0.8|0.2|`)
})
