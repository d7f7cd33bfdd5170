import { describe, expect, it } from 'vitest'
import { text } from '../core/text.ts'
import { changedBySolvingAgain, notTurned, notUntouched } from './prove-solution.ts'
import { claims, judged } from './sample.test-data.ts'

const told = (letters: string) => notUntouched(claims, judged(letters)).map(({ en }) => en)

describe('untouched machines', () => {
  it('are as they must be when what is taught fails or waits, and what is given holds', () => {
    expect(told('hfwww')).toEqual([])
  })

  it('may not have a claim that holds already', () => {
    expect(told('hhfww')).toEqual(['hold before anything was built: switch'])
  })

  it('must have what is given', () => {
    expect(told('ffwww')).toEqual(['are given, but do not hold on untouched machines: given'])
  })

  it('must be looked at', () => {
    expect(told('ufwuu')).toEqual(['are unknown on untouched machines: given, ping, wire (nobody answers)'])
  })
})

describe('solving twice', () => {
  it('changes nothing', () => expect(changedBySolvingAgain(['a', 'b'], ['a', 'b'])).toEqual([]))

  it('is told with what has changed', () => {
    expect(changedBySolvingAgain(['a', 'row 1'], ['a', 'row 2', 'b']).map(({ en }) => en)).toEqual([
      'solving twice changes something: 2 lines come, 1 gone, such as row 2',
    ])
  })
})

describe('a stage of the reference solution', () => {
  const [given, ...taught] = claims
  const stages = [[given!], taught.slice(0, 2), taught.slice(2)].map((own, at) => ({
    id: `stage-${at}`,
    title: text('T', 'T'),
    claims: own,
  }))
  const told = (letters: string) => notTurned({ stages }, 1, 2, judged(letters)).map(({ en }) => en)

  it('turns its own claims', () => expect(told('hhhfw')).toEqual([]))

  it('and all of them', () => {
    expect(told('hhfww')).toEqual(['solved up to stage stage-1, and these do not hold yet: mapping'])
  })

  it('and no others', () => {
    expect(told('hhhhf')).toEqual([
      'solved up to stage stage-1, and these of later stages hold already: ping',
    ])
  })
})
