import { describe, expect, it } from 'vitest'
import type { Piece } from './parts.ts'
import { readRan } from './run-piece.ts'
import { tellRan } from './tell-ran.ts'

const piece: Piece = {
  node: 'controller',
  file: 'controller.sh',
  line: 4,
  run: '# part: b\n  ovn-nbctl ls-add ls0\nfalse',
  stopsAtError: false,
}

describe('how a piece ended', () => {
  it('is its exit code, its failed commands by the lines of the file, and the end of what it printed', () => {
    expect(readRan('1 250 12\n1 6\n127 5\n.\nlast\n.\nwords\n', piece)).toEqual({
      exit: 1,
      durationMs: 2500,
      failed: [
        { line: 6, text: 'false', exitCode: 1 },
        { line: 5, text: 'ovn-nbctl ls-add ls0', exitCode: 127 },
      ],
      lastOutput: 'last\n.\nwords\n',
      outputBytes: 12,
    })
  })

  it('is why it never began', () => {
    expect(readRan('- 3 20\n.\nFailed to connect to bus\n', piece)).toBe('Failed to connect to bus')
  })

  it('is unknown where the node says anything else', () => {
    for (const said of ['', 'nonsense', '0 1 2\n1 6\n', '0 1\n.\n'])
      expect(typeof readRan(said, piece)).toBe('string')
  })
})

describe('what is told of it', () => {
  const ran = {
    node: 'controller',
    file: 'controller.sh',
    line: 4,
    exit: 1 as number | 'time',
    durationMs: 119_600,
    failed: [{ line: 6, text: 'fal\u001b[31mse', exitCode: 1 }],
    lastOutput: 'one\ntwo\nthree\nfo\u001b[2Jur\n',
    outputBytes: 20,
  }
  const told = (parts: Partial<typeof ran>) =>
    tellRan({ form: 'scripts', digest: '', ran: [{ ...ran, ...parts }] }).map(({ en }) => en)

  it('is the line that failed and the last words, without what moves a cursor', () => {
    expect(told({})).toEqual([
      'controller.sh:6: "false" ended with exit code 1',
      'controller.sh:4 ended with exit code 1; the last lines of its output:\ntwo\nthree\nfour',
    ])
  })

  it('is that no process could be started, which may be the doing of others', () => {
    const [, words] = told({ lastOutput: 'x: line 5: fork: retry: Resource temporarily unavailable\n' })
    expect(words).toMatch(/^controller.sh:4: no more processes could be started on controller/)
  })

  it('is once what failed twice in a line, and that there is no such command', () => {
    const twice = [1, 1, 127].map(exitCode => ({ line: 6, text: 'a; b; c', exitCode }))
    expect(told({ exit: 0, failed: twice })).toEqual([
      'controller.sh:6: "a; b; c" ended with exit code 1',
      'controller.sh:6: "a; b; c" ended with exit code 127 (there is no such command)',
    ])
  })

  it('is that its time was over', () => {
    expect(told({ exit: 'time', failed: [], lastOutput: '' })).toEqual([
      'controller.sh:4 was still running after 120 s and was stopped, with all it had started',
    ])
  })

  it('is nothing where all went well', () => {
    expect(told({ exit: 0, failed: [] })).toEqual([])
  })
})
