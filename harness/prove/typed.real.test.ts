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

  it('fails at the command that does not work, and at the stage whose command is missing', async () => {
    const { taught, solutions, typed } = await prepared('day-04')
    const untilStage = typed.findIndex(({ run }) => / --stage namespaces/.test(run)) + 1
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
    const missing = typed.slice(0, untilStage).filter(({ run }) => !run.startsWith('create-ns ns2'))
    expect(await tried(missing)).toEqual([
      'at "npm run check -- day-04 --stage namespaces", after all that stands before it, these do not hold: ns2-address',
    ])
    const unlike = typed
      .slice(0, untilStage)
      .map(block => ({ ...block, ...(block.shows && { shows: 'no such line\n' }) }))
    expect(await tried(unlike)).toEqual([
      expect.stringMatching(/is shown to print "no such line", and prints no such line$/),
    ])
  })
})
