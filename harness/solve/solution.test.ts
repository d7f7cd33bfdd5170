import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BadCall } from '../core/errors.ts'
import { same } from '../core/text.ts'
import type { Lesson } from '../lesson/lesson.ts'
import { loadLesson } from '../lesson/load-lesson.ts'
import { loadSolution, stageIndex, stepsUpTo } from './solution.ts'

const day06 = await loadLesson('day-06')

let folder: string
let small: Lesson
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ovn-lab-solution-'))
  const stages = ['one', 'two'].map(id => ({ id, title: same(id), claims: [] }))
  small = {
    id: 'day-99',
    folder,
    topology: day06.topology,
    title: same('A day'),
    values: {},
    causes: {},
    stages,
  }
})
afterAll(() => rm(folder, { recursive: true }))

/** The sentence a solution is refused with. */
async function refusal(words: string) {
  await writeFile(join(folder, 'solution.yaml'), words)
  const thrown = await loadSolution(small).catch((error: unknown) => error)
  if (!(thrown instanceof BadCall)) throw new Error('It was not refused')
  return thrown.sentence
}

describe('loadSolution', () => {
  it('reads that of day 06: steps for the stages a learner types, none for what OVN does by itself', async () => {
    const { stages, undo } = await loadSolution(day06)
    expect(stages.namespaces).toEqual([
      { on: 'controller', run: 'create-ns ns1 192.168.10.100' },
      { on: 'hypervisor', run: 'create-ns ns2 192.168.10.200' },
    ])
    expect([stages.patch, stages.reach, stages.wire]).toEqual([[], [], []])
    expect(undo.map(step => step.on)).toEqual(['controller', 'hypervisor'])
  })

  it('names the stages it leaves out, and what to write', async () => {
    expect(await refusal('stages: { one: [] }\nundo: []\n')).toEqual({
      en: `${folder}/solution.yaml: under "stages", these stages are missing: two. Where nothing is to be typed, write "two: []".`,
      'zh-TW': `${folder}/solution.yaml：stages 裡缺少這些階段：two。不用輸入任何指令的階段請寫「two: []」。`,
    })
  })

  it('gives the place of what is wrong', async () => {
    const words = 'stages:\n  one:\n    - on: controller\n      rnu: true\n  two: []\nundo: []\n'
    expect((await refusal(words)).en).toBe(
      `${folder}/solution.yaml:3:7: entry 1 of \`one\` has no \`run\`\n${folder}/solution.yaml:4:7: unknown key \`rnu\`; known here are \`on\`, \`run\``,
    )
  })

  it('says that there is none', async () => {
    await rm(join(folder, 'solution.yaml'), { force: true })
    await expect(loadSolution(small)).rejects.toMatchObject({
      name: 'BadCall',
      sentence: {
        en: `there is no file ${folder}/solution.yaml`,
        'zh-TW': `沒有 ${folder}/solution.yaml 這個檔案`,
      },
    })
  })
})

describe('stepsUpTo', () => {
  const step = (run: string) => ({ on: 'controller', run })
  const solution = { stages: { one: [step('1a'), step('1b')], two: [step('2')] }, undo: [] }

  const typed = (stages: Lesson['stages'], stageId?: string) =>
    stepsUpTo({ ...small, stages }, solution, stageId).map(({ run }) => run)

  it('are those of all stages, or up to and with the one named', () => {
    expect(typed(small.stages)).toEqual(['1a', '1b', '2'])
    expect(typed(small.stages, 'two')).toEqual(['1a', '1b', '2'])
    expect(typed(small.stages, 'one')).toEqual(['1a', '1b'])
  })

  it('are without those of an extra stage, unless it is named', () => {
    const stages = [small.stages[0]!, { ...small.stages[1]!, extra: true }]
    expect(typed(stages)).toEqual(['1a', '1b'])
    expect(typed(stages, 'two')).toEqual(['1a', '1b', '2'])
  })

  it('are without those of a stage that a later one replaces, unless they end there', () => {
    const stages = [small.stages[0]!, { ...small.stages[1]!, replaces: ['one'] }]
    expect(typed(stages)).toEqual(['2'])
    expect(typed(stages, 'one')).toEqual(['1a', '1b'])
  })

  it('names the stages there are where it does not know one', () => {
    const thrown = (() => {
      try {
        return stepsUpTo(small, solution, 'three')
      } catch (error) {
        return error
      }
    })()
    expect(thrown).toBeInstanceOf(BadCall)
    expect((thrown as BadCall).sentence).toEqual({
      en: 'day-99 has no stage "three". Its stages: one, two.',
      'zh-TW': 'day-99 沒有名為「three」的階段。現有階段：one、two。',
    })
  })
})

describe('stageIndex', () => {
  it('is the position of a stage in its lesson', () => {
    expect(stageIndex(small, 'one')).toBe(0)
    expect(stageIndex(day06, day06.stages.at(-1)!.id)).toBe(day06.stages.length - 1)
  })
})
