import { describe, expect, it } from 'vitest'
import { status } from '../embedded/index.ts'
import { demoLesson } from '../lesson/demo-lesson.ts'
import { loadLesson } from '../lesson/load-lesson.ts'
import { noLabReason } from '../testing/real-lab.ts'
import { nodeNames } from '../topology/topology.ts'
import { ended, labsIn, proveCommand } from './command.testing.ts'
import { loadTrials } from './load-trials.ts'

describe.skipIf(noLabReason !== '')(`prove, the command${noLabReason}`, () => {
  it('takes its labs away when it is interrupted', async () => {
    const child = proveCommand([demoLesson(), '--jobs', '1'])
    const end = ended(child)
    const opening = await new Promise<string>(resolve =>
      child.stdout?.once('data', data => resolve(`${data}`)),
    )
    child.kill('SIGINT')
    expect((await end).code).toBe(130)
    const labs = labsIn(opening)
    expect(labs).toHaveLength(1)
    expect((await status(labs[0]!)).isUp).toBe(false)
  })

  it('refuses a fault there is not, before any lab is brought up', async () => {
    const lesson = await loadLesson(demoLesson())
    const { id } = (await loadTrials(lesson, nodeNames(lesson.topology)))[0]!
    const { code, said } = await ended(proveCommand([lesson.id, '--fault', `${id}x`]))
    expect(code).toBe(3)
    expect(said).toContain(
      `${lesson.id} has no fault, variation or lie "${id}x". Did you mean "${id}"? It has: `,
    )
  })
})
