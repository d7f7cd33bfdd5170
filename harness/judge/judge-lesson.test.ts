import { describe, expect, it } from 'vitest'
import { CannotLook, Unmet } from '../core/errors.ts'
import { same } from '../core/text.ts'
import type { ClaimSpec } from '../lesson/lesson.ts'
import { replay } from '../look/recording.ts'
import { hintsFor, judgeLesson } from './judge-lesson.ts'
import type { Proof } from './proof.ts'

const holds: Proof = async () => undefined
const fails: Proof = () =>
  Promise.reject(new Unmet({ expected: same('a'), saw: same('b'), where: 'controller', tryThis: 'ls' }))
const unknown: Proof = () => Promise.reject(new CannotLook(same('down'), { where: 'controller' }))

const claim = (id: string, after: string[] = []): ClaimSpec => ({
  id,
  title: same(`claim ${id}`),
  points: 1,
  after,
  hints: [same(`direction ${id}`), same(`answer ${id}`)],
})

const nothing = replay({ schema: 1, lab: 'test', takenAt: '', answers: [] })

async function verdicts(
  stages: Record<string, ClaimSpec[]>,
  proofs: Record<string, Proof>,
  stageId?: string,
  hints?: number,
) {
  const lesson = { stages: Object.entries(stages).map(([id, claims]) => ({ id, title: same(id), claims })) }
  const told: string[] = []
  const judgements = await judgeLesson(lesson, proofs, nothing, {
    ...(stageId !== undefined && { stageId }),
    ...(hints !== undefined && { hints }),
    onJudged: (_stage, { id }, { verdict }) => told.push(`${id} ${verdict}`),
    signal: new AbortController().signal,
  })
  return { told: told.sort(), judgements }
}

describe('the claims of a lesson', () => {
  it('wait, by name, for one that fails, however far away', async () => {
    const { told, judgements } = await verdicts(
      { one: [claim('a'), claim('b', ['a']), claim('c', ['b'])] },
      { a: fails, b: holds, c: holds },
    )
    expect(told).toEqual(['a fails', 'b waits', 'c waits'])
    expect(judgements.get('b')?.saw).toEqual(same('claim a'))
    expect(judgements.get('c')?.saw).toEqual(same('claim b'))
  })

  it('are unknown, with the reason, after one that could not be looked at', async () => {
    const { told, judgements } = await verdicts(
      { one: [claim('a'), claim('b', ['a'])] },
      { a: unknown, b: fails },
    )
    expect(told).toEqual(['a unknown', 'b unknown'])
    expect(judgements.get('b')).toMatchObject({ saw: same('down'), where: 'controller' })
  })

  it('are not judged at all when they wait', async () => {
    let looked = false
    await verdicts(
      { one: [claim('a'), claim('b', ['a'])] },
      {
        a: fails,
        b: async () => {
          looked = true
        },
      },
    )
    expect(looked).toBe(false)
  })

  it('give a direction with a failure, never the answer', async () => {
    const { judgements } = await verdicts({ one: [claim('a')] }, { a: fails })
    expect(judgements.get('a')?.hint).toEqual(same('direction a'))
  })

  it('give the first steps, one a line, where more are asked for', async () => {
    const { judgements } = await verdicts({ one: [claim('a')] }, { a: fails }, undefined, 5)
    expect(judgements.get('a')?.hint).toEqual(same('direction a\nanswer a'))
  })

  it('react to the mistake that was seen, and to no other', async () => {
    const reactions = { swapped: [same('look at the order'), same('swap them')] }
    const seen =
      (cause: string): Proof =>
      () =>
        Promise.reject(
          new Unmet({ expected: same('a'), saw: same('b'), where: 'controller', tryThis: 'ls', cause }),
        )
    const { judgements } = await verdicts(
      {
        one: [
          { ...claim('a'), reactions },
          { ...claim('b'), reactions },
        ],
      },
      { a: seen('swapped'), b: seen('misspelt') },
    )
    expect(judgements.get('a')).toMatchObject({ cause: 'swapped', hint: same('look at the order') })
    expect(judgements.get('b')).toMatchObject({ cause: 'misspelt', hint: same('direction b') })
  })

  it('leave the command to the claim where a mistake of the course has none of its own', () => {
    const causes = { swapped: [same('direction'), same('place')], whole: [same('1'), same('2'), same('3')] }
    const told = (cause: string) => hintsFor(claim('a'), causes, { cause })
    expect(told('swapped')).toEqual([same('direction'), same('place'), same('answer a')])
    expect(told('whole')).toEqual(causes.whole)
    expect(told('misspelt')).toEqual(claim('a').hints)
  })

  it('of one stage are told alone, and what they come after is judged quietly', async () => {
    const { told } = await verdicts(
      { one: [claim('a'), claim('z')], two: [claim('b', ['a'])] },
      { a: holds, z: fails, b: holds },
      'two',
    )
    expect(told).toEqual(['b holds'])
  })
})
