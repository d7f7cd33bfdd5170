import { expect, it } from 'vitest'
import { same } from '../core/text.ts'
import type { Answers } from '../judge/answers.ts'
import { loadLesson } from '../lesson/load-lesson.ts'
import { closingOf } from './closing.ts'
import { begun, failing, scripted } from './scripted.testing.ts'

const day06 = await loadLesson('day-06')

/** The hint of a claim that fails, in the report, with so many of its three steps open. */
function hintInReport(opened: number, tried: Answers['tried']) {
  const lab = scripted(day06)
  lab.judge({ 'ns1-address': failing() })
  const answers: Answers = {
    of: () => {
      throw new Error('a report tries nothing')
    },
    tried,
    onTried: () => undefined,
  }
  const closing = closingOf(begun(lab.live, { opened: new Map([['ns1-address', opened]]), answers }), 0)
  const claims = closing.stages.flatMap(stage => stage.claims)
  return claims.find(({ claim }) => claim.id === 'ns1-address')?.judgement.hint?.en
}

it.each<[string, number, Answers['tried'], string]>([
  ['one step is open', 1, () => undefined, 'First step'],
  ['none is open', 0, () => undefined, 'First step'],
  ['the answer was not tried yet', 3, () => undefined, 'First step\nSecond step'],
  [
    'the answer was tried',
    3,
    () => ({ shown: same('It fixes this') }),
    'First step\nSecond step\nIt fixes this',
  ],
  ['there is nothing to be tried', 3, () => ({}), 'First step\nSecond step\nThird step'],
])('the report has of a hint what may be shown: %s', (_, opened, tried, hint) => {
  expect(hintInReport(opened, tried)).toBe(hint)
})
