import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Bundle } from '../bundle/bundle.ts'
import { CannotLook } from '../core/errors.ts'
import { text } from '../core/text.ts'
import type { Looker } from '../look/evidence.ts'
import { loadRecording, replay } from '../look/recording.ts'
import type { Student } from '../roster/roster.ts'
import { gradeClass } from './grade-class.ts'
import { judgeRecording, lessonToGrade } from './judge-bundle.ts'
import type { Reach } from './look-at-student.ts'

const graded = await lessonToGrade('day-06')
const recorded = (name: string) => loadRecording(join(graded.lesson.folder, 'recordings', `${name}.json`))
const solved = await recorded('mapping')
const untouched = await recorded('untouched')

const student = (id: string): Student => ({ id, name: `Student ${id}`, work: { kind: 'lab', lab: id } })

/** What was stored, by student. */
function store() {
  const bundles: Bundle[] = []
  return {
    bundles,
    add: async (bundle: Bundle) => void bundles.push(bundle),
    of: (id: string) => bundles.find(one => one.student === id)!,
  }
}

/** Machines by student: a looker, or why there is none. */
const reachOf =
  (machines: Record<string, () => Looker | CannotLook>): Reach =>
  async ({ id }) => {
    const looker = machines[id]!()
    if (looker instanceof CannotLook) throw looker
    return { looker, how: 'lab' }
  }

const grade = (
  machines: Record<string, () => Looker | CannotLook>,
  { deadlineMs = 60_000, jobs = 4, signal = new AbortController().signal, kept = store() } = {},
) =>
  gradeClass({
    students: Object.keys(machines).map(student),
    lessons: [graded],
    store: kept,
    reach: reachOf(machines),
    jobs,
    deadlineMs,
    signal,
  }).then(() => kept)

const verdicts = ({ judged }: Bundle) =>
  [...new Set(Object.values(judged).map(({ verdict }) => verdict))].sort()

/** Machines that take every question and never answer. */
const silent = (): Looker => {
  let end = () => {}
  const ended = new Promise<never>((_, reject) => {
    end = () => reject(new CannotLook(text('closed', '已關閉')))
  })
  ended.catch(() => {})
  return { ...replay(solved), look: () => ended, close: async () => end() }
}

describe('a class', () => {
  it('is looked at student by student, and judged again from what was stored alone', async () => {
    const kept = await grade({ a: () => replay(solved), b: () => replay(untouched) })
    expect(verdicts(kept.of('a'))).toEqual(['holds', 'waits'])
    expect(verdicts(kept.of('b'))).toEqual(['fails', 'holds', 'waits'])
    const again = await judgeRecording(graded, kept.of('a').recording)
    expect(again).toMatchObject({ verdict: 'holds', points: 100 })
  })

  it('a student whose machines cannot be reached is unknown, with the reason, and costs nobody else anything', async () => {
    const off = () => new CannotLook(text('lab b is not running', '實驗環境 b 沒有啟動'))
    const kept = await grade({ a: () => replay(solved), b: off, c: () => replay(solved) }, { jobs: 1 })
    expect(kept.bundles.map(verdicts)).toEqual([['holds', 'waits'], ['unknown'], ['holds', 'waits']])
    const again = await judgeRecording(graded, kept.of('b').recording)
    expect(again.stages[0]?.claims[0]?.judgement.saw?.en).toBe('lab b is not running')
  })

  it('machines that never answer cost their own time and no more', async () => {
    const kept = await grade({ a: silent, b: () => replay(solved) }, { deadlineMs: 200 })
    expect(verdicts(kept.of('a'))).toEqual(['unknown'])
    expect(verdicts(kept.of('b'))).toEqual(['holds', 'waits'])
    const again = await judgeRecording(graded, kept.of('a').recording)
    expect(again.stages[0]?.claims[0]?.judgement.saw?.en).toContain('time for one student ended')
  })

  it('machines that answer differently each time are not believed', async () => {
    const moving = () => {
      let asked = 0
      const [first, later] = [replay(untouched), replay(solved)]
      return { ...first, look: (request: never) => (asked++ % 2 ? later : first).look(request) } as Looker
    }
    const kept = await grade({ a: moving })
    const { untrusted, judged } = kept.of('a')
    const isWhole = Object.values(judged).every(({ verdict }) => verdict === 'holds')
    expect(isWhole && untrusted === undefined).toBe(false)
  })

  it('that is stopped keeps what is finished and goes on with nobody', async () => {
    const stop = new AbortController()
    const kept = store()
    const run = grade(
      {
        a: () => replay(solved),
        b: () => {
          stop.abort()
          return silent()
        },
        c: () => replay(solved),
      },
      { jobs: 1, signal: stop.signal, kept },
    )
    await expect(run).rejects.toThrow()
    expect(kept.bundles.map(one => one.student)).toEqual(['a'])
  })

  it('ends where nothing can be stored any more, with that as the reason', async () => {
    const kept = { ...store(), add: () => Promise.reject(new Error('no space left')) }
    await expect(grade({ a: () => replay(solved), b: silent }, { kept })).rejects.toThrow('no space left')
  })
})
