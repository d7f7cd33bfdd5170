import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { checkout } from '../core/checkout.ts'
import { BadCall } from '../core/errors.ts'
import { same } from '../core/text.ts'
import { loadProofs } from '../judge/load-proofs.ts'
import { lessonIds, loadLesson } from './load-lesson.ts'
import type { Use } from './shared.ts'

const refusal = async (promise: Promise<unknown>) => {
  const thrown: unknown = await promise.then(
    () => undefined,
    error => error,
  )
  if (!(thrown instanceof BadCall)) throw thrown ?? new Error('It was not refused')
  return thrown.sentence
}

describe('loadLesson', () => {
  it('finds lessons by their folders', () => {
    expect(lessonIds()).toContain('day-06')
    for (const id of lessonIds())
      expect(existsSync(join(checkout, 'lessons', id, 'lesson.yaml')), id).toBe(true)
    expect(lessonIds()).toEqual([...lessonIds()].sort())
  })

  it('reads one with all its defaults, where it is, and again from what was kept', async () => {
    const first = await loadLesson('day-06')
    expect(first.folder).toBe(join(checkout, 'lessons/day-06'))
    const written = parse(await readFile(join(first.folder, 'lesson.yaml'), 'utf8')) as typeof first
    expect(first.title).toEqual(written.title)
    const ids = written.stages.map(stage => stage.id ?? (stage as unknown as Use).use)
    expect(first.stages.map(stage => stage.id)).toEqual(ids)
    for (const claim of first.stages.flatMap(stage => stage.claims)) expect(claim.after).toBeInstanceOf(Array)
    expect(await loadLesson('day-06')).toEqual(first)
  })

  it('suggests none where nothing is near', async () => {
    const { en, 'zh-TW': zh } = await refusal(loadLesson('kubernetes'))
    expect(en).toBe(`There is no lesson "kubernetes". Lessons: ${lessonIds().join(', ')}.`)
    expect(zh).toBe(`沒有名為「kubernetes」的課程。現有課程：${lessonIds().join('、')}。`)
  })

  it.each(['day-6', 'day06', 'Day-06', 'day-066'])('suggests the nearest lesson for %s', async id => {
    const lessons = lessonIds()
    const sentence = await refusal(loadLesson(id))
    expect(sentence.en).toBe(
      `There is no lesson "${id}". Did you mean "day-06"? Lessons: ${lessons.join(', ')}.`,
    )
    expect(sentence['zh-TW']).toBe(
      `沒有名為「${id}」的課程，是不是要寫「day-06」？現有課程：${lessons.join('、')}。`,
    )
  })

  it.each(['', '.', '..', '../lessons/day-06', '/etc', 'day-06/'])(
    'takes no path for a lesson: "%s"',
    async id => {
      expect((await refusal(loadLesson(id))).en).toContain(`There is no lesson "${id}".`)
    },
  )
})

describe('loadProofs', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ovn-lab-lesson-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  const lesson = (...ids: string[]) => ({
    id: 'day-99',
    folder,
    title: same('A day'),
    values: {},
    stages: ids.map(id => ({
      id: `stage-${id}`,
      title: same(id),
      claims: [{ id, title: same(id), points: 1, after: [], hints: [] }],
    })),
  })

  it('has one for each claim of day 06', async () => {
    const day06 = await loadLesson('day-06')
    const claims = day06.stages.flatMap(stage => stage.claims.map(claim => claim.id))
    expect(Object.keys(await loadProofs(day06)).sort()).toEqual([...claims].sort())
  })

  it('reads check.ts of the lesson’s folder', async () => {
    await writeFile(join(folder, 'check.ts'), 'export default { a: async () => 1, b: async () => 2 }\n')
    expect(Object.keys(await loadProofs(lesson('a', 'b')))).toEqual(['a', 'b'])
  })

  it('names the claims without a proof, and the proofs without a claim', async () => {
    await writeFile(join(folder, 'check.ts'), 'export default { a: async () => 1, x: async () => 2 }\n')
    expect((await refusal(loadProofs(lesson('a', 'b', 'c')))).en).toBe(
      `${folder}: lesson.yaml and check.ts disagree: no proof for [b, c], no claim for [x].`,
    )
  })
})
