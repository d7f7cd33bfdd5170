import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { CAUSES } from '../../checks/diagnosis/cause.ts'
import lessonSchema from '../../harness/lesson/lesson.schema.json' with { type: 'json' }
import type { StageSpec } from '../../harness/lesson/lesson.ts'
import solutionSchema from '../../harness/lesson/solution.schema.json' with { type: 'json' }
import { LANGS, type Lang } from '../../harness/say/text.ts'

const read = (name: string) => readFileSync(join(import.meta.dirname, name), 'utf8')
const manifest = parse(read('lesson.yaml')) as { stages: StageSpec[] }
const solution = parse(read('solution.yaml')) as Solution
const claims = manifest.stages.flatMap(stage => stage.claims)

interface Step {
  on: string
  run: string
}
interface Solution {
  stages: Record<string, Step[]>
  undo: Step[]
}

const readmes: Record<Lang, { file: string; promises: string }> = {
  en: { file: 'README.md', promises: 'What will be true' },
  'zh-TW': { file: 'README.zh-TW.md', promises: '完成後應該成立的項目' },
}

/** What ajv has to say about a value, as `path message`; nothing when it is valid. */
function complaints(schema: object, value: unknown): string[] {
  const ajv = new Ajv2020({ allErrors: true, strict: true })
  const validate = ajv.compile(schema)
  validate(value)
  return (validate.errors ?? []).map(error => `${error.instancePath} ${error.message}`)
}

/** The `###` headings and list items of one `##` section, markers taken off. */
function promised(lang: Lang): string[] {
  const { file, promises } = readmes[lang]
  const section =
    read(file)
      .split(/^## /m)
      .find(part => part.startsWith(promises)) ?? ''
  return section
    .split('\n')
    .filter(line => /^(### |- )/.test(line))
    .map(line => line.replace(/^(### |- )/, ''))
}

const linesOf = (step: Step) =>
  step.run
    .split('\n')
    .map(line => line.trim())
    .filter(Boolean)

describe('the manifest of day 06', () => {
  it('is valid', () => expect(complaints(lessonSchema, manifest)).toEqual([]))

  it('is refused with an unknown key, a missing language or a claim without hints', () => {
    const broken = structuredClone(manifest) as unknown as { stages: { claims: Record<string, unknown>[] }[] }
    Object.assign(broken.stages[0]?.claims[0] ?? {}, { title: { en: 'Only English' }, hints: [], ponits: 3 })
    expect(complaints(lessonSchema, broken)).toEqual([
      '/stages/0/claims/0 must NOT have additional properties',
      "/stages/0/claims/0/title must have required property 'zh-TW'",
      '/stages/0/claims/0/hints must NOT have fewer than 1 items',
    ])
  })

  it('uses each id once', () => {
    for (const ids of [claims.map(claim => claim.id), manifest.stages.map(stage => stage.id)])
      expect(ids).toEqual([...new Set(ids)])
  })

  it('lets a claim wait only for earlier claims', () => {
    const ids = claims.map(claim => claim.id)
    const late = claims.flatMap((claim, index) => claim.after.filter(id => !ids.slice(0, index).includes(id)))
    expect(late).toEqual([])
  })

  it('reacts to mistakes that a verb can tell, and to each of them somewhere', () => {
    const reacted = new Set(claims.flatMap(({ reactions }) => Object.keys(reactions ?? {})))
    // Where nothing is mapped yet, or a daemon of the lab's own is stopped, the general hints say it all.
    expect([...reacted, 'mapping-missing'].sort()).toEqual([...CAUSES].sort())
  })

  it('is worth 100 points', () => expect(claims.reduce((sum, { points }) => sum + points, 0)).toBe(100))

  it('has two or three hints a claim, and no command that changes anything before the last', () => {
    const answers =
      /create-ns |create-ovn-|add-localnet-port |assign-iface-|add-bridge-mapping |lsp-set|restart/
    for (const { id, hints, reactions } of claims)
      for (const steps of [hints, ...Object.values(reactions ?? {})]) {
        expect([2, 3], id).toContain(steps.length)
        for (const step of steps.slice(0, -1))
          for (const lang of LANGS) expect(step[lang], id).not.toMatch(answers)
      }
  })
})

describe.each(LANGS)('the lesson text in %s', lang => {
  it('promises what the manifest claims, word for word', () => {
    expect(promised(lang)).toEqual(
      manifest.stages.flatMap(stage => [stage.title[lang], ...stage.claims.map(claim => claim.title[lang])]),
    )
  })

  it('shows every line of the reference solution and of its undoing', () => {
    const shown = read(readmes[lang].file)
      .split('\n')
      .map(line => line.trim())
    const steps = [...Object.values(solution.stages).flat(), ...solution.undo]
    expect(steps.flatMap(linesOf).filter(line => !shown.includes(line))).toEqual([])
  })

  it('has the same code blocks as the other language', () => {
    const blocks = (name: string) => read(name).match(/^```\w+\n[\s\S]*?^```$/gm)
    expect(blocks(readmes[lang].file)).toEqual(blocks(readmes.en.file))
  })
})

describe('the reference solution of day 06', () => {
  it('is valid', () => expect(complaints(solutionSchema, solution)).toEqual([]))

  it('has the stages of the lesson, in its order', () => {
    expect(Object.keys(solution.stages)).toEqual(manifest.stages.map(stage => stage.id))
  })

  it('runs on the two nodes only', () => {
    const steps = [...Object.values(solution.stages).flat(), ...solution.undo]
    expect(new Set(steps.map(step => step.on))).toEqual(new Set(['controller', 'hypervisor']))
  })
})
