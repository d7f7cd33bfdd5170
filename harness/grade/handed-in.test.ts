import { setTimeout as pause } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { CannotLook } from '../core/errors.ts'
import { same } from '../core/text.ts'
import type { Work } from '../roster/roster.ts'
import { lessonToGrade } from './judge-bundle.ts'
import { lookAtStudent, type Reach } from './look-at-student.ts'

/** Tells whether it was called away while it waited for its machines. */
const waitsForMachines: Reach = async ({ work }, _lesson, signal) => {
  const waitMs = work.kind === 'submission' ? 2_000 : 600_000
  await pause(waitMs, undefined, { signal }).catch(() => undefined)
  throw new CannotLook(same(signal.aborted ? 'called away' : 'waited'))
}

const reachedBy = async (work: Work) => {
  const { reached, recording } = await lookAtStudent(
    { id: 's01', name: 'One', work },
    await lessonToGrade('day-06'),
    {
      reach: waitsForMachines,
      deadlineMs: 1,
      submissionsOn: 'embedded',
      signal: new AbortController().signal,
    },
  )
  return [reached, recording.otherwise?.reason.en]
}

it('machines for what was handed in may be waited for; a student’s own may not', async () => {
  expect(await reachedBy({ kind: 'submission', folder: '/nowhere' })).toEqual([
    'submission on embedded',
    'waited',
  ])
  expect(await reachedBy({ kind: 'lab', lab: 'nowhere' })).toEqual([
    'lab',
    expect.stringContaining('time for one student ended'),
  ])
})
