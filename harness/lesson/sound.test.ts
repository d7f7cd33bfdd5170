import { describe, expect, it } from 'vitest'
import { BadCall } from '../core/errors.ts'
import { same } from '../core/text.ts'
import type { StageSpec } from './lesson.ts'
import { assertSound } from './sound.ts'

/** Stages with their claims, each with what it comes after. */
const stages = (...given: [id: string, claims: Record<string, string[]>][]): StageSpec[] =>
  given.map(([id, claims]) => ({
    id,
    title: same(id),
    claims: Object.entries(claims).map(([claimId, after]) => ({
      id: claimId,
      title: same(claimId),
      points: 1,
      after,
      hints: [],
    })),
  }))

const refusal = (...given: Parameters<typeof stages>) =>
  sentenceOf(() => assertSound('lesson.yaml', stages(...given)))

/** The sentence of the BadCall something comes to; undefined where it comes to none. */
function sentenceOf(act: () => void) {
  try {
    act()
  } catch (thrown) {
    if (thrown instanceof BadCall) return thrown.sentence
    throw thrown
  }
  return undefined
}

const late = (claim: string, after: string) => ({
  en: `lesson.yaml: claim "${claim}" comes after "${after}", which is not the id of an earlier claim.`,
  'zh-TW': `lesson.yaml：項目「${claim}」的 after 寫了「${after}」，但前面沒有這個項目。`,
})
const twice = (id: string) => ({
  en: `lesson.yaml: the id "${id}" is used twice.`,
  'zh-TW': `lesson.yaml：識別碼「${id}」重複使用。`,
})

describe('a manifest', () => {
  it('is sound where each claim comes after earlier ones, also of earlier stages', () => {
    expect(refusal(['one', { a: [], b: ['a'] }], ['two', { c: ['b', 'a'] }])).toBeUndefined()
  })

  it.each([
    [
      0,
      undefined,
      'lesson.yaml: claim "a" must be worth at least 1 point; only a claim with "given: true" has 0.',
      'lesson.yaml：項目「a」的 points 至少要是 1；只有標示 given: true 的項目才能是 0。',
    ],
    [
      2,
      true,
      'lesson.yaml: claim "a" is given, so its points must be 0.',
      'lesson.yaml：項目「a」標示為 given，points 必須是 0。',
    ],
  ])('is refused where a claim is worth %i and given is %s', (points, given, en, zhTW) => {
    const [one] = stages(['one', { a: [] }])
    Object.assign(one!.claims[0]!, { points, ...(given && { given }) })
    expect(sentenceOf(() => assertSound('lesson.yaml', [one!]))).toEqual({ en, 'zh-TW': zhTW })
  })

  it('is sound where what is given is worth nothing', () => {
    const [one] = stages(['one', { a: [] }])
    Object.assign(one!.claims[0]!, { points: 0, given: true })
    expect(sentenceOf(() => assertSound('lesson.yaml', [one!]))).toBeUndefined()
  })

  it('may give a stage and a claim the same id', () => {
    expect(refusal(['ping', { ping: [] }])).toBeUndefined()
  })

  it.each<[string, Parameters<typeof stages>, ReturnType<typeof late>]>([
    ['a claim after itself', [['one', { a: ['a'] }]], late('a', 'a')],
    ['a claim after a later one', [['one', { a: ['b'], b: [] }]], late('a', 'b')],
    [
      'a claim after a claim of a later stage',
      [
        ['one', { a: ['c'] }],
        ['two', { c: [] }],
      ],
      late('a', 'c'),
    ],
    ['two claims after each other', [['one', { a: ['b'], b: ['a'] }]], late('a', 'b')],
    ['a claim after one that is not there', [['one', { a: [], b: ['A'] }]], late('b', 'A')],
    ['a claim after a stage', [['one', { a: ['one'] }]], late('a', 'one')],
    [
      'a claim id used in two stages',
      [
        ['one', { a: [] }],
        ['two', { a: [] }],
      ],
      twice('a'),
    ],
    [
      'a stage id used twice',
      [
        ['one', { a: [] }],
        ['one', { b: [] }],
      ],
      twice('one'),
    ],
  ])('is refused: %s', (_, given, sentence) => {
    expect(refusal(...given)).toEqual(sentence)
  })

  it.each<[string, Partial<StageSpec>[], string | undefined]>([
    ['an extra stage at the end', [{}, { extra: true }], undefined],
    [
      'a stage after an extra one',
      [{ extra: true }, {}],
      'lesson.yaml: stage "s1" comes after an extra stage; extra stages must be the last ones.',
    ],
    ['a stage that replaces an earlier one', [{}, { replaces: ['s0'] }], undefined],
    [
      'a stage that replaces itself',
      [{}, { replaces: ['s1'] }],
      'lesson.yaml: stage "s1" replaces "s1", which is not the id of an earlier stage.',
    ],
  ])('may have or not: %s', (_, more, sentence) => {
    const given = more.map((own, at) => ({ ...stages([`s${at}`, { [`c${at}`]: [] }])[0]!, ...own }))
    expect(sentenceOf(() => assertSound('lesson.yaml', given))?.en).toBe(sentence)
  })

  it('is refused where a claim that lasts comes after one that is replaced', () => {
    const [bridge, router] = stages(['bridge', { a: [], b: ['a'] }], ['router', { c: ['b'] }])
    const given = [bridge!, { ...router!, replaces: ['bridge'] }]
    expect(sentenceOf(() => assertSound('lesson.yaml', given))?.en).toBe(
      'lesson.yaml: claim "c" comes after "b", whose stage "bridge" is replaced by a later one.',
    )
  })
})
