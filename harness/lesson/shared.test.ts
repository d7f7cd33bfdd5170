import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { BadCall } from '../core/errors.ts'
import { loadManifestOf } from './manifest.ts'
import { fillIn, sharedFile } from './shared.ts'

const course = vi.hoisted(() => ({ folder: '' }))
vi.mock('../core/checkout.ts', async importOriginal => ({
  ...(await importOriginal<typeof import('../core/checkout.ts')>()),
  get courseFolder() {
    return course.folder
  },
}))

const claim = (id: string) =>
  `{ id: ${id}, points: 1, after: [], hints: [{ en: Look., zh-TW: 看。 }], title: { en: '{{bridge}} is there', zh-TW: '有 {{ bridge }}' } }`
const head = 'title: { en: L, zh-TW: 課程 }\nsummary: { en: S, zh-TW: 摘要 }\nminutes: 30\n'

beforeAll(async () => {
  course.folder = await mkdtemp(join(tmpdir(), 'ovn-lab-course-'))
  await mkdir(join(course.folder, 'stages'))
  for (const name of ['bridges', 'underlay'])
    await writeFile(
      join(course.folder, 'stages', `${name}.yaml`),
      `id: ${name}\ntitle: { en: Bridges, zh-TW: 橋接器 }\nclaims:\n  - ${claim(name)}\n`,
    )
})
afterAll(() => rm(course.folder, { recursive: true }))

/** The sentences of the BadCall that a call ends in. */
const refusal = async (call: () => unknown) => {
  const thrown: unknown = await Promise.resolve()
    .then(call)
    .catch(error => error)
  if (!(thrown instanceof BadCall)) throw thrown ?? new Error('It was not refused')
  return thrown.sentence
}
/** What a lesson.yaml of this text says of its claims. */
const claimsOf = async (text: string) => {
  const file = join(course.folder, 'lesson.yaml')
  await writeFile(file, head + text)
  const { stages } = await loadManifestOf('shared-test', file)
  return stages.flatMap(stage =>
    stage.claims.map(({ id, title }) => `${stage.id} ${id}: ${title.en}, ${title['zh-TW']}`),
  )
}

describe('what the course has once', () => {
  it('is found by its name', async () => {
    expect(await sharedFile('stages', 'bridges', 'lesson.yaml:9:7')).toBe(
      join(course.folder, 'stages/bridges.yaml'),
    )
  })

  it.each([
    [
      'brigdes',
      '; did you mean `bridges`? There are: bridges, underlay.',
      '，是不是要寫 `bridges`？現有：bridges、underlay。',
    ],
    ['nothing-like-it', '. There are: bridges, underlay.', '。現有：bridges、underlay。'],
    ['../stages/bridges', '. There are: bridges, underlay.', '。現有：bridges、underlay。'],
  ])('is refused by an unknown name, and the nearest is named: %s', async (name, en, zh) => {
    expect(await refusal(() => sharedFile('stages', name, 'lesson.yaml:9:7'))).toEqual({
      en: `lesson.yaml:9:7: the course shares no stages \`${name}\`${en}`,
      'zh-TW': `lesson.yaml:9:7：課程沒有共用的 stages \`${name}\`${zh}`,
    })
  })

  it('is refused where the course has none of a kind', async () => {
    expect((await refusal(() => sharedFile('lies', 'a', 'x'))).en).toContain('There are: none.')
  })

  it('stands in a lesson that uses it, with its values and claims of its own', async () => {
    const own = `    claims: [${claim('own').replace('{{bridge}}', 'br-own').replace('{{ bridge }}', 'br-own')}]\n`
    expect(await claimsOf(`values: { bridge: br-ex }\nstages:\n  - use: bridges\n${own}`)).toEqual([
      'bridges bridges: br-ex is there, 有 br-ex',
      'bridges own: br-own is there, 有 br-own',
    ])
  })

  it('is told with line and column where the lesson names it wrongly', async () => {
    expect((await refusal(() => claimsOf('stages:\n  - use: brigdes\n'))).en).toMatch(
      /lesson\.yaml:5:10: the course shares no stages `brigdes`; did you mean `bridges`\?/,
    )
  })
})

describe('the values of a lesson', () => {
  const values = { bridge: 'br-ex', 'vlan.id': '100' }

  it('stand for their names in every text of a tree, and nowhere else', () => {
    const tree = {
      '{{bridge}}': ['{{bridge}} and {{ vlan.id }}, {{bridge}}', 7, null, true],
      deep: { a: '{bridge}' },
    }
    expect(fillIn(tree, values, 'f.yaml')).toEqual({
      '{{bridge}}': ['br-ex and 100, br-ex', 7, null, true],
      deep: { a: '{bridge}' },
    })
  })

  it.each(['brigde', 'constructor'])('are refused where there is none of a name: %s', async name => {
    expect(await refusal(() => fillIn({ a: [`{{${name}}}`] }, values, 'f.yaml'))).toEqual({
      en: `f.yaml: {{${name}}} has no value; the lesson that uses this file names it under \`values\`.`,
      'zh-TW': `f.yaml：{{${name}}} 沒有值；使用這個檔案的課程要在 \`values\` 裡寫上它。`,
    })
  })
})
