import { afterAll, describe, expect, it } from 'vitest'
import { loadLesson } from '../lesson/load-lesson.ts'
import { noLabReason } from '../testing/real-lab.ts'
import { labSources } from './lab-source.ts'
import { ProveLab } from './prove-lab.ts'
import { prepare } from './prove-lesson.ts'
import { proveTyped } from './prove-typed.ts'

describe.skipIf(noLabReason)(`what a lesson's text shows, typed in its order${noLabReason}`, () => {
  const lab = new ProveLab('v-typed', labSources('embedded')[0]!)
  afterAll(() => lab.remove())
  const prepared = async (id: string) => {
    const lesson = await loadLesson(id)
    await lab.beFor(lesson)
    return prepare({ lesson, trialIds: [], repeats: 1 })
  }

  it.each(['day-04', 'day-06'])('%s: holds', async id => {
    const { taught, solutions, typed } = await prepared(id)
    const proof = await proveTyped(lab, taught, solutions[0]!.solution.undo, {
      file: 'README.md',
      blocks: typed,
    })
    expect(proof).toMatchObject({ verdict: 'holds', sentences: [] })
  })

  it('fails at the command that does not work, and at the stage whose command is missing', async () => {
    const { taught, solutions, typed } = await prepared('day-04')
    const tried = async (blocks: typeof typed) => {
      const { undo } = solutions[0]!.solution
      const { sentences } = await proveTyped(lab, taught, undo, { file: 'README.md', blocks })
      return sentences.map(({ en }) => en)
    }
    const wrong = typed.map(block => ({
      ...block,
      run: block.run.replace('create-ns ns1', 'create-ns n/s1'),
    }))
    expect(await tried(wrong)).toEqual([
      expect.stringMatching(/^on controller, "create-ns n\/s1 .* ended with/),
    ])
    const end = typed.findIndex(({ run }) => / --stage namespaces/.test(run))
    const missing = typed.slice(0, end + 1).filter(({ run }) => !run.startsWith('create-ns ns2'))
    expect(await tried(missing)).toEqual([
      'at "npm run check -- day-04 --stage namespaces", after all that stands before it, these do not hold: ns2-address',
    ])
  })
})
