import { expect, it } from 'vitest'
import { same } from '../core/text.ts'
import type { Judgement } from '../core/verdict.ts'
import { loadLesson } from '../lesson/load-lesson.ts'
import { TriedAnswers } from './tried-answers.ts'

const lesson = await loadLesson('day-06')
const judgement: Judgement = { verdict: 'fails', saw: same('no port'), where: 'controller', durationMs: 1 }

it('an answer is not known until it was tried to its end, and asking for that tries nothing', async () => {
  let began = 0
  const answers = new TriedAnswers(lesson, async () => {
    began++
    return undefined
  })
  const tried = new Promise<void>(resolve => answers.onTried(() => resolve()))
  expect(answers.tried('localnet-port', judgement)).toBeUndefined()
  expect(began).toBe(0)
  expect(answers.of('localnet-port', judgement)?.en).toContain('is tried on another lab')
  expect(answers.tried('localnet-port', judgement)).toBeUndefined()
  await tried
  // Where nothing can be tried it is shown as it stands.
  expect(answers.tried('localnet-port', judgement)).toEqual({})
})

it('nothing is tried for a claim that does not fail', () => {
  let began = 0
  const answers = new TriedAnswers(lesson, async () => {
    began++
    return undefined
  })
  for (const verdict of ['holds', 'unknown', 'waits'] as const)
    expect(answers.of('localnet-port', { ...judgement, verdict })).toBeUndefined()
  expect(began).toBe(0)
})
