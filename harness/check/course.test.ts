import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { loadTaught } from '../judge/load-proofs.ts'
import { loadRecording, replay } from '../look/recording.ts'
import schema from '../tell/course.schema.json' with { type: 'json' }
import { courseJson, courseLines } from '../tell/course.ts'
import report from '../tell/report.schema.json' with { type: 'json' }
import type { Closing } from '../tell/teller.ts'
import { lookAtCourse, nextOf } from './course.ts'
import { openCheck } from './open-check.ts'

const taught = await Promise.all(['day-04', 'day-06'].map(loadTaught))
const [day04, day06] = taught
const { signal } = new AbortController()
const recorded = async (stage: string) =>
  replay(await loadRecording(join(day06!.lesson.folder, 'recordings', `${stage}.json`)))

const course = async (stage: string) => lookAtCourse(taught, await recorded(stage), 'en', signal)
const validate = new Ajv2020({ strict: true, strictTypes: false })
  .addSchema(report, 'report.schema.json')
  .compile(schema)
const screen = { lang: 'en' as const, colour: false, widthColumns: 80 }

describe('where one is in the course', () => {
  it.each([
    ['untouched', 'not-begun', 'not-begun', 'day-04'],
    ['switch', 'not-begun', 'begun', 'day-06'],
    ['mapping', 'not-begun', 'done', 'day-04'],
  ])('%s: day-04 is %s, day-06 is %s, next is %s', async (stage, first, second, next) => {
    const { lessons, ...whole } = courseJson(await course(stage))
    expect(lessons.map(({ progress }) => progress)).toEqual([first, second])
    expect(whole.next).toBe(next)
  })

  it('goes on behind a lesson that is done, and not with an earlier one that has something in common with it', async () => {
    const all = await Promise.all(['day-02', 'day-03', 'day-08'].map(loadTaught))
    const folder = all.at(-1)!.lesson.folder
    const solved = async () => replay(await loadRecording(join(folder, 'recordings', 'solved.json')))
    const { standings } = await lookAtCourse(all, await solved(), 'en', signal)
    const next = (...completed: string[]) => nextOf(standings, new Set(completed))?.id
    expect(next()).toBe('day-02')
    expect(next('day-02')).toBe('day-03')
    expect(next('day-02', 'day-03')).toBeUndefined()
  })

  it('is told with how far one is, and the command that goes on', async () => {
    const lines = courseLines(await course('switch'), screen, id => `check ${id}`).join('\n')
    expect(lines).toMatch(/begun +day-06 .*\d+ of 30 claims, \d+ of 100 points/)
    expect(lines).toContain('check day-06')
  })

  it('names a lesson about other machines as such, without judging it', async () => {
    const topology = {
      ...day04!.lesson.topology,
      nodes: { elsewhere: day04!.lesson.topology.nodes.controller! },
    }
    const other = { ...day04!, lesson: { ...day04!.lesson, topology } }
    const { standings } = await lookAtCourse([other], await recorded('switch'), 'en', signal)
    expect(standings).toEqual([{ lesson: other.lesson, progress: 'elsewhere' }])
  })

  it.each(['untouched', 'switch', 'mapping'])('%s: as data, it is what the schema says', async stage => {
    const { standings, ...whole } = await course(stage)
    const [{ lesson, closing }] = standings as [Required<(typeof standings)[number]>]
    const last = closing.stages.at(-1)!
    const offered = { ...closing.stages[0]!, stage: { ...last.stage, extra: true } }
    const extra = {
      lesson,
      progress: 'begun' as const,
      closing: { ...closing, stages: [...closing.stages, offered] },
    }
    const elsewhere = { lesson, progress: 'elsewhere' as const }
    const data = courseJson({ ...whole, standings: [...standings, extra, elsewhere] })
    expect(validate(data) ? [] : validate.errors).toEqual([])
    expect(data.lessons[2]).toHaveProperty('extra')
    expect(data.lessons[3]).toMatchObject({ verdict: null, points: null })
  })
})

describe('what another lesson left behind', () => {
  const check = async ({ lesson, proofs }: (typeof taught)[number], stage: string): Promise<Closing> =>
    openCheck({
      lesson,
      lab: 'lab',
      lang: 'en',
      others: async () => taught.filter(one => one.lesson !== lesson),
      tellers: [],
    }).judge(proofs, await recorded(stage), signal)

  it('is named, with that lesson', async () => {
    const { leftovers } = await check(day04!, 'mapping')
    expect(leftovers?.map(({ lesson, claims }) => [lesson.id, claims.map(({ id }) => id)])).toEqual([
      ['day-06', ['ns1-address', 'ns2-address']],
    ])
  })

  it('is that lesson’s alone, though a part of it looks like another’s', async () => {
    const day02 = await loadTaught('day-02')
    const closing = await openCheck({
      ...{ lesson: day06!.lesson, lab: 'lab', lang: 'en', tellers: [] },
      others: async () => [day02, day04!],
    }).judge(
      day06!.proofs,
      replay(await loadRecording(join(day04!.lesson.folder, 'recordings', 'solved.json'))),
      signal,
    )
    expect(closing.leftovers?.map(({ lesson }) => lesson.id)).toEqual(['day-04'])
  })

  it('is nothing on machines nobody has touched, nor on the way through the lesson itself', async () => {
    expect((await check(day04!, 'untouched')).leftovers).toBeUndefined()
    expect((await check(day06!, 'switch')).leftovers).toBeUndefined()
  })
})
