import { appendFileSync, rmSync } from 'node:fs'
import { expect, it } from 'vitest'
import { course, NOON, SCORES } from './course.testing.ts'
import type { Trouble } from './platform.testing.ts'

it('makes the column, and the grades there those of the board; s4 stops nobody', async () => {
  const { platform, push } = await course()
  expect(await push({ s1: 0, s2: null, s3: 72.5, s4: 50 })).toEqual([
    's1 pushed',
    's2 ungraded',
    's3 pushed',
    's4 unmapped',
  ])
  expect(platform.items).toMatchObject([{ resourceId: 'ovn-lab.day-06', label: 'day-06', scoreMaximum: 100 }])
  const graded = { scoreMaximum: 100, activityProgress: 'Completed', gradingProgress: 'FullyGraded' }
  expect(platform.scores).toMatchObject([
    { userId: 'u1', scoreGiven: 0, timestamp: NOON, ...graded },
    { userId: 'u3', scoreGiven: 72.5, timestamp: NOON, ...graded },
  ])
})

it('pushes a grade once, however often it is pushed', async () => {
  const { platform, push, kept } = await course()
  await push({ s1: 40, s2: 50 })
  expect(await push({ s1: 40, s2: 50 })).toEqual(['s1 unchanged', 's2 unchanged'])
  expect(await push({ s1: 45, s2: 50 })).toEqual(['s1 pushed', 's2 unchanged'])
  expect(kept()).toEqual(['u1 40', 'u2 50', 'u1 45'])
  expect(platform.items).toHaveLength(1)
})

it('lets the time of a score only go forwards, if the board was made before or at the same moment', async () => {
  const { platform, push } = await course()
  await push({ s1: 40 })
  await push({ s1: 41 }, '2025-11-25T11:00:00.000Z')
  await push({ s1: 42 }, '2025-11-25T13:00:00.000Z')
  const times = platform.scores.map(({ timestamp }) => timestamp)
  expect(times).toEqual([NOON, '2025-11-25T12:00:01.000Z', '2025-11-25T13:00:00.000Z'])
})

it('withdraws a grade that is ungraded now, never as a 0', async () => {
  const { platform, push } = await course()
  await push({ s1: 40 })
  expect(await push({ s1: null })).toEqual(['s1 withdrawn'])
  const { scoreGiven, gradingProgress } = platform.scores.at(-1)!
  expect([scoreGiven, gradingProgress]).toEqual([undefined, 'PendingManual'])
  expect(await push({ s1: null })).toEqual(['s1 ungraded'])
  expect(await push({ s1: 40 })).toEqual(['s1 pushed'])
})

it('finds its column on a later page, where the platform leaves the filter out', async () => {
  const { platform, push } = await course({ filters: false })
  for (const n of [1, 2, 3, 4, 5])
    platform.items.push({
      id: platform.lineItems.replace('?', `/${n}/lineitem?`),
      label: 'x',
      resourceId: n === 5 ? 'ovn-lab.day-06' : `other-${n}`,
      scoreMaximum: 20,
    })
  await push({ s1: 50 })
  expect(platform.items).toHaveLength(5)
  expect(platform.scores).toMatchObject([{ item: platform.items[4]!.id, scoreMaximum: 100 }])
})

it('asks which of two columns is meant', async () => {
  const { platform, push } = await course()
  for (const n of [1, 2])
    platform.items.push({
      id: platform.lineItems.replace('?', `/${n}/lineitem?`),
      label: 'x',
      resourceId: 'ovn-lab.day-06',
      scoreMaximum: 1,
    })
  await expect(push({ s1: 50 })).rejects.toThrow('2 columns of the course are called ovn-lab.day-06')
})

it('goes on after 401 with a new token, once, and after 429 and 5xx when the platform says', async () => {
  const { platform, push, trouble, waits } = await course()
  trouble(
    { on: SCORES, status: 401 },
    { on: SCORES, status: 429, headers: { 'retry-after': '7' } },
    { on: SCORES, status: 503 },
    { on: 'POST /token', status: 502 },
  )
  expect(await push({ s1: 50 })).toEqual(['s1 pushed'])
  expect(waits).toEqual([1_000, 7_000, 2_000])
  expect(platform.asked.filter(line => line.startsWith('POST /token'))).toEqual([
    'POST /token 502',
    'POST /token 200',
    'POST /token 200',
  ])
  trouble({ on: SCORES, status: 401 }, { on: SCORES, status: 401 })
  await expect(push({ s1: 51 })).rejects.toThrow('refuses a token')
})

it('takes a score that arrived although the answer was lost as pushed, in this push or the next', async () => {
  const { push, trouble, kept, journal } = await course()
  const lost: Trouble = { on: SCORES, status: 502, carriedOut: true }
  trouble(lost)
  expect(await push({ s1: 50 })).toEqual(['s1 pushed'])
  // All tries are lost; then the process might as well have died.
  trouble({ ...lost }, ...Array(3).fill({ ...lost, carriedOut: false }))
  expect(await push({ s1: 60 })).toEqual(['s1 unanswered'])
  appendFileSync(journal, '{"student":"s1","lineIt')
  expect(await push({ s1: 60 })).toEqual(['s1 pushed'])
  expect(await push({ s1: 60 })).toEqual(['s1 unchanged'])
  expect(kept()).toEqual(['u1 50', 'u1 60'])
})

it('makes one column where the answer to making it was lost', async () => {
  const { platform, push, trouble } = await course()
  trouble({ on: 'POST /course/7/lineitems?', status: 504, carriedOut: true })
  expect(await push({ s1: 50 })).toEqual(['s1 pushed'])
  expect(platform.items).toHaveLength(1)
})

it('tells each student whom the platform does not take, and what is later there', async () => {
  const { push, kept, lines, journal } = await course({ users: ['u1', 'u3'] })
  await push({ s1: 10, s2: 20, s3: 30, s4: 40 })
  expect(lines).toEqual([
    's1: pushed 10/100',
    's2: not pushed (the platform knows no such user, or no such column)',
    's3: pushed 30/100',
    's4: not pushed: no LTI user id',
  ])
  rmSync(journal)
  expect(await push({ s1: 11 }, '2025-11-25T11:00:00.000Z')).toEqual(['s1 refused'])
  expect(kept()).toEqual(['u1 10', 'u3 30'])
})

it('does not wait for each student of a platform that is down', async () => {
  const { platform, push, trouble } = await course()
  await push({ s1: 1 })
  trouble(...Array(30).fill({ on: SCORES, status: 500 }))
  const before = platform.asked.length
  expect(await push({ s1: 2, s2: 2, s3: 2, s5: 2 })).toEqual([
    ...[1, 2, 3].map(n => `s${n} unanswered`),
    's5 unsent',
  ])
  expect(platform.asked.length - before).toBe(2 + 3 * 4)
})

it('knows that what was refused with 429 alone is not there, and pushes it later as any other', async () => {
  const { push, trouble, kept, lines } = await course()
  const busy: Trouble = { on: SCORES, status: 429 }
  trouble(...Array(4).fill(busy))
  expect(await push({ s1: 50, s2: 60 })).toEqual(['s1 unsent', 's2 pushed'])
  expect(lines[0]).toMatch(/^s1: not pushed: push again \(.*\(429\)/)
  // A teacher's own grade, entered meanwhile, is no grade of ours.
  trouble({ on: SCORES, status: 409 })
  expect(await push({ s1: 50, s2: 60 })).toEqual(['s1 refused', 's2 unchanged'])
  expect(await push({ s1: 50, s2: 60 })).toEqual(['s1 pushed', 's2 unchanged'])
  // One of the tries may have been carried out.
  trouble(busy, { on: SCORES, status: 503, carriedOut: true }, busy, busy)
  expect(await push({ s1: 70, s2: 60 })).toEqual(['s1 unanswered', 's2 unchanged'])
  trouble(...Array(4).fill(busy))
  expect(await push({ s1: 70, s2: 60 })).toEqual(['s1 unanswered', 's2 unchanged'])
  expect(await push({ s1: 70, s2: 60 })).toEqual(['s1 pushed', 's2 unchanged'])
  expect(kept()).toEqual(['u2 60', 'u1 50', 'u1 70'])
})
