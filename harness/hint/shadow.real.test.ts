import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { embeddedInventory } from '../embedded/index.ts'
import { loadProofs } from '../judge/load-proofs.ts'
import { helperOf } from '../lesson/helper.ts'
import { watching } from '../live/watching.testing.ts'
import type { Step } from '../solve/solution.ts'
import { otherTurn } from '../testing/part.ts'
import { noLabReason, type RealLab, realLab } from '../testing/real-lab.ts'
import { Shadow } from './shadow.ts'

const LAB = 'v-hint'
const notHere = noLabReason || otherTurn(2)

describe.skipIf(notHere)(`an answer that is tried before it is shown${notHere}`, () => {
  let lab: RealLab
  let shadow: Shadow
  const tried: Step[] = []

  /** The last step of the hint for the first claim that fails now. */
  const answer = async () => {
    const { judgements } = await lab.check()
    const claims = lab.lesson.stages.flatMap(stage => stage.claims)
    const claim = claims.find(({ id }) => judgements.get(id)?.verdict === 'fails')!
    const last = claim.hints.at(-1)!
    return { claim, last, shown: await shadow.answer(claim, last) }
  }

  beforeAll(async () => {
    lab = await realLab(LAB)
    for (const stage of lab.lesson.stages.slice(0, 3)) await lab.solve(stage.id)
    const taught = {
      lesson: lab.lesson,
      proofs: await loadProofs(lab.lesson),
      helper: await helperOf(lab.lesson),
    }
    shadow = new Shadow(taught, (await embeddedInventory(LAB))!, step => tried.push(step))
  })
  afterAll(async () => {
    await shadow?.close()
    await lab?.down()
  })

  it('is shown where it fixes what is wrong; the learner’s own lab stays as it is', async () => {
    const { claim, last, shown } = await answer()
    expect(claim.id).toBe('localnet-port')
    expect(tried).toEqual([{ on: 'controller', run: 'add-localnet-port ls0 flat0' }])
    expect(shown.en.startsWith(last.en)).toBe(true)
    expect(shown.en).toContain('it fixes this')
    expect((await lab.check()).judgements.get('localnet-port')?.verdict).toBe('fails')
  })

  it('is tried without a word to who watches the learner’s own lab', async () => {
    const { claim, last } = await answer()
    const seen = await watching(lab, LAB)
    try {
      await seen.live.settled()
      seen.from()
      await shadow.answer(claim, last)
      await seen.live.settled()
      expect(seen.told()).toEqual([])
      expect(seen.flips).toEqual([])
    } finally {
      await seen.live.close()
    }
  })

  it('is not shown as the answer on a network whose names are others', async () => {
    await lab.shell('controller', 'ovn-nbctl set Logical_Switch ls0 name=office')
    await lab.shell('controller', 'ovn-nbctl lsp-add office wrong -- lsp-set-type wrong localnet')
    const { claim, shown } = await answer()
    expect(claim.id).toBe('localnet-port')
    expect(shown.en).toContain('it does not fix this: something else is wrong')
  })
})
