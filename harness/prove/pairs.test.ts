import { describe, expect, it } from 'vitest'
import { text } from '../core/text.ts'
import { judgeTrial } from './judge-trial.ts'
import { pairsOf } from './pairs.ts'
import { claims, fault, judged, lie, variation } from './sample.test-data.ts'
import type { Trial } from './trial.ts'

const step = (run: string) => [{ on: 'controller', run }]
const trials: Trial[] = [
  { ...fault('one', ['switch']), do: step('do one'), repair: step('repair one') },
  fault('two', ['mapping']),
  { ...variation('calm'), do: step('do calm'), repair: step('repair calm'), connectsAnew: true },
  variation('blind', { mayBeUnknown: text('It is dark.', '看不到。') }),
  lie('built', ['ping']),
  { ...fault('earlier', ['switch']), at: 'another' },
  { ...fault('rare', ['switch']), onlyOn: { command: 'tcsh', why: text('It needs it.', '需要它。') } },
]
const drawn = (count: number, seed = 'a') => pairsOf(trials, { count, seed })
const pair = (id: string) => drawn(99).find(one => one.id === id)!

describe('pairs of trials', () => {
  it('are of those that can stand together, each once', () => {
    const ids = drawn(99).map(({ kind, id }) => `${kind}: ${id}`)
    expect(ids.sort()).toEqual([
      'faults: one+calm',
      'faults: one+two',
      'faults: two+calm',
      'lies: built+blind',
      'lies: built+calm',
      'variations: blind+calm',
    ])
  })

  it('are drawn by the seed, of every kind', () => {
    const ids = (seed: string) => drawn(4, seed).map(({ id }) => id)
    expect(ids('a')).toEqual(ids('a'))
    expect(new Set([...'abcdefgh'].map(seed => ids(seed).join())).size).toBeGreaterThan(1)
    expect(new Set(drawn(4).map(({ kind }) => kind))).toEqual(new Set(['faults', 'variations', 'lies']))
    expect(drawn(4)).toHaveLength(4)
  })

  it('are built upon what stands beside, and taken away before it', () => {
    const { do: done, repair, connectsAnew } = pair('one+calm')
    expect([...done, ...repair].map(({ run }) => run)).toEqual([
      'do calm',
      'do one',
      'repair one',
      'repair calm',
    ])
    expect(connectsAnew).toBe(true)
  })
})

describe('what a pair must come to', () => {
  const seen = (id: string, letters: string) => {
    const { isRight, isNamed, complaints } = judgeTrial(claims, pair(id), judged(letters))
    return { isRight, isNamed, said: complaints.map(({ en }) => en) }
  }

  it('is named at the mistake, whatever harmless thing stands beside it', () => {
    expect(seen('one+calm', 'hfwww')).toEqual({ isRight: true, isNamed: true, said: [] })
    expect(seen('one+calm', 'hhfww')).toMatchObject({ isNamed: false })
    expect(seen('one+calm', 'hhhhh')).toMatchObject({
      isRight: false,
      said: ['breaks nothing: every claim still holds'],
    })
  })

  it('is named at either of two mistakes', () => {
    expect(seen('one+two', 'hfwww')).toMatchObject({ isRight: true, isNamed: true })
    expect(seen('one+two', 'hhfww')).toMatchObject({ isRight: true, isNamed: true })
    expect(seen('one+two', 'hhhfw')).toMatchObject({ isNamed: false })
  })

  it('may be unknown where what stands beside may blind us', () => {
    expect(seen('one+calm', 'hfwwu')).toMatchObject({ isRight: false })
    expect(seen('blind+calm', 'hhhhu')).toMatchObject({ isRight: true })
  })

  it('is no more to be believed than the lie in it', () => {
    expect(seen('built+calm', 'hhhhh').said).toEqual(['is not detected: ping held'])
    expect(seen('built+calm', 'hhhfw')).toMatchObject({ isRight: true })
  })
})
