import { describe, expect, it } from 'vitest'
import { inOrder } from './ordered.ts'
import { lesson, mixed } from './sample.test-data.ts'
import type { Closing, Teller } from './teller.ts'

/** Writes down what it is told. */
function listener(told: string[], name = ''): Teller {
  return {
    opening: () => void told.push(`${name}opening`),
    judged: (stage, { claim }) => void told.push(`${name}${stage.id}/${claim.id}`),
    closing: () => void told.push(`${name}closing`),
  }
}

const closing = mixed('en')
const events = closing.stages.flatMap(({ stage, claims }) => claims.map(judged => ({ stage, judged })))
const inLessonOrder = events.map(({ stage, judged }) => `${stage.id}/${judged.claim.id}`)

describe('inOrder', () => {
  it('tells each claim as soon as all before it are judged', () => {
    const told: string[] = []
    const ordered = inOrder(lesson, [listener(told)])
    const [first, second, third] = events
    if (!first || !second || !third) throw new Error('the sample has six claims')
    ordered.judged(third.stage, third.judged)
    ordered.judged(second.stage, second.judged)
    expect(told).toEqual([])
    ordered.judged(first.stage, first.judged)
    expect(told).toEqual(inLessonOrder.slice(0, 3))
  })

  it('tells all in the lesson’s order when they come the other way round', async () => {
    const told: string[] = []
    const ordered = inOrder(lesson, [listener(told)])
    ordered.opening(closing)
    for (const { stage, judged } of [...events].reverse()) ordered.judged(stage, judged)
    await ordered.closing(closing)
    expect(told).toEqual(['opening', ...inLessonOrder, 'closing'])
  })

  it('tells at the closing what was held back for a claim that never came', async () => {
    const told: string[] = []
    const ordered = inOrder(lesson, [listener(told)])
    for (const { stage, judged } of events.slice(2).reverse()) ordered.judged(stage, judged)
    expect(told).toEqual([])
    await ordered.closing(closing)
    expect(told).toEqual([...inLessonOrder.slice(2), 'closing'])
  })

  it('lets every teller finish and then hands on the first one’s error', async () => {
    const told: string[] = []
    const broken: Teller = {
      closing(_: Closing) {
        throw new Error('no space')
      },
    }
    const ordered = inOrder(lesson, [broken, listener(told)])
    await expect(ordered.closing(closing)).rejects.toThrow('no space')
    expect(told).toEqual(['closing'])
  })
})
