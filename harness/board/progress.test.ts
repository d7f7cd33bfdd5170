import { describe, expect, it } from 'vitest'
import { advanced, beginning, type GradingEvent, leftMs, progressLine, progressScreen } from './progress.ts'

const started = (id: string, name = id): GradingEvent => ({ event: 'started', id, name })
const finished = (id: string, more: Partial<GradingEvent> = {}) =>
  ({
    event: 'finished',
    id,
    name: `Student ${id}`,
    verdict: 'holds',
    points: 100,
    maxPoints: 100,
    durationMs: 41_230,
    ...more,
  }) as GradingEvent & { event: 'finished' }

function screen(isTerminal: boolean, { widthColumns = 80, total = 3, done = 0 } = {}) {
  let output = ''
  let now = 0
  const shown = progressScreen(
    {
      write: words => {
        output += words
      },
      lang: 'en',
      isTerminal,
      widthColumns,
      nowMs: () => now,
    },
    total,
    done,
  )
  return { ...shown, later: (ms: number) => (now += ms), output: () => output }
}

/** What stands on a terminal after all of that: lines, with what was erased gone. */
function onTerminal(output: string): string[] {
  const lines = ['']
  let row = 0
  for (const [part] of output.matchAll(/\u001b\[(\d*)([AJ])|\r|\n|[^\u001b\r\n]+/g)) {
    if (part === '\n') lines[++row] ??= ''
    else if (part === '\r') lines[row] = part
    else if (part.endsWith('A') && part.startsWith('\u001b')) row -= Number(/\d+/.exec(part)![0])
    else if (part === '\u001b[J') lines.splice(row, lines.length, '')
    else lines[row] += part
  }
  return lines
}

describe('progress', () => {
  it('counts who is done, running and dead, and reckons the time left from this run alone', () => {
    let progress = beginning(60, 20)
    expect(leftMs(progress, 10_000)).toBeUndefined()
    expect(progressLine(progress, 0).en).toBe('20 of 60 done · 0 running')
    for (const event of [started('a'), started('b'), finished('a'), finished('c', { isDead: true })])
      progress = advanced(progress, event)
    expect(progressLine(progress, 20_000)).toEqual({
      en: '22 of 60 done · 1 running · 1 not reached · about 6 min left',
      'zh-TW': '60 人中完成 22 人 · 1 人進行中 · 1 人連不到 · 大約還要 6 分鐘',
    })
    expect(progressLine(progress, 2_000).en).toContain('about 38 s left')
  })

  it('is a line for each finished student where there is no terminal, and no escape', () => {
    const { tell, tick, close, output } = screen(false)
    tell(started('1'))
    tell(started('2'))
    tick()
    tell(finished('2', { verdict: 'unknown', points: null, isDead: true, durationMs: 10_000 }))
    tell(finished('1', { name: 'Ann\u001b[2J\nB' }))
    close()
    expect(output()).toBe(
      '[1/3] ? Student 2: not reached, ungraded · 10 s\n[2/3] ✔ Ann B: holds, 100 of 100 points · 41.2 s\n',
    )
  })

  it('is one block on a terminal, redrawn, and gone at the end', () => {
    const { tell, tick, close, later, output } = screen(true)
    tell(started('1', 'Student 1'))
    tell(started('2', '陳小明'))
    expect(onTerminal(output())).toEqual(['0 of 3 done · 2 running', 'Student 1, 陳小明'])
    later(4_000)
    tell(finished('1'))
    later(2_000)
    tick()
    expect(onTerminal(output())).toEqual(['1 of 3 done · 1 running · about 12 s left', '陳小明'])
    tell(finished('2'))
    expect(onTerminal(output())).toEqual(['2 of 3 done · 0 running · about 3 s left'])
    close()
    expect(onTerminal(output())).toEqual([''])
  })

  it('never takes more columns than the terminal has, nor a name’s own escapes', () => {
    const { tell, output } = screen(true, { widthColumns: 30 })
    for (const id of ['1', '2', '3']) tell(started(id, `陳小明\u001b[31m${'一'.repeat(30)}`))
    const [first, second] = onTerminal(output())
    expect(first).toBe('0 of 3 done · 3 running')
    expect(second).toBe('陳小明一一一一一一一一一一一…')
  })
})
