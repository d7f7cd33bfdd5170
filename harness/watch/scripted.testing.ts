import { CannotLook } from '../core/errors.ts'
import { same, text } from '../core/text.ts'
import type { Judgement, Verdict } from '../core/verdict.ts'
import type { Lesson } from '../lesson/lesson.ts'
import type { Change, LiveEvent, LiveLesson } from '../live/live.ts'
import type { WatchState } from './state.ts'

/** A live lesson whose lab is told by a test: what a screen shows of events needs no machines. */
export function scripted(lesson: Lesson) {
  const listeners = new Set<(event: LiveEvent) => void>()
  const judgements = new Map<string, Judgement>()
  let settle: () => void = () => undefined
  const settled = new Promise<void>(resolve => {
    settle = resolve
  })
  const tell = (event: LiveEvent) => {
    for (const listener of listeners) listener(event)
  }
  let looks = 0
  const live: LiveLesson = {
    ...{ lesson, lab: 'mine', commands: 0, judgements, nodes: [] },
    get looker(): never {
      throw new CannotLook(same('there is no lab'))
    },
    on(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    again: () => void looks++,
    settled: () => settled,
    close: async () => undefined,
  }
  return {
    live,
    tell,
    settle,
    get looks() {
      return looks
    },
    /** Claims come to a verdict, by what a program on controller did. */
    judge(verdicts: Record<string, Judgement | Verdict>, cause?: string) {
      const claims = new Map(
        Object.entries(verdicts).map(([id, one]) => [
          id,
          typeof one === 'string' ? { verdict: one, durationMs: 1 } : one,
        ]),
      )
      const causes: Change[] =
        cause === undefined
          ? []
          : [{ node: 'controller', source: 'Open_vSwitch', words: same(cause), atMs: 0 }]
      const flips = [...claims].flatMap(([claim, { verdict: to }]) => {
        const from = judgements.get(claim)?.verdict
        return from === to
          ? []
          : [{ claim, to, ...(from && { from }), ...(causes[0] && { cause: causes[0] }) }]
      })
      for (const [id, one] of claims) judgements.set(id, one)
      tell({ kind: 'judged', claims, flips, causes, atMs: Date.UTC(2026, 10, 26, 12) })
    },
  }
}

/** A claim that fails, with three steps of a hint. */
export const failing = (long = 1): Judgement => ({
  verdict: 'fails',
  expected: text('a port of the switch', '這個 switch 上有 port'),
  saw: text('no port '.repeat(long), '沒有 port '.repeat(long)),
  where: 'controller · OVN_Northbound · Logical_Switch · ports',
  try: 'sudo ovn-nbctl --columns=name,type,options list Logical_Switch_Port   # on controller',
  hint: text('First step\nSecond step\nThird step', '第一步\n第二步\n第三步'),
  durationMs: 2,
})

export const begun = (live: LiveLesson, more: Partial<WatchState> = {}): WatchState => ({
  ...{ lesson: live.lesson, lab: live.lab, lang: 'en', judgements: live.judgements, nodes: live.nodes },
  ...{ showsAll: false, opened: new Map(), hints: 0, isLooking: false, stale: new Set(), scroll: 0 },
  ...more,
})
