import { describe, expect, it } from 'vitest'
import { text } from '../core/text.ts'
import { expectedVerdicts, judgeTrial, notHolding } from './judge-trial.ts'
import { claims, fault, judged, lie, variation } from './sample.test-data.ts'
import type { Trial } from './trial.ts'

const saidOf = (trial: Trial, judgements: ReturnType<typeof judged>) =>
  judgeTrial(claims, trial, judgements).complaints.map(({ en }) => en)
const complaints = (fails: string[], letters: string) => saidOf(fault('x', fails), judged(letters))

describe('what a fault must come to', () => {
  it('lets wait whatever comes after, at any distance', () => {
    expect([...expectedVerdicts(claims, ['mapping']).values()]).toEqual([
      'holds',
      'holds',
      'fails',
      'waits',
      'waits',
    ])
  })

  it('is caught when exactly its claims fail, and named when the first of them names its place', () => {
    expect(judgeTrial(claims, fault('x', ['given', 'mapping']), judged('fhfww'))).toMatchObject({
      verdicts: { given: 'fails', switch: 'holds', mapping: 'fails', ping: 'waits', wire: 'waits' },
      first: 'given',
      named: 'node · given',
      isRight: true,
      isNamed: true,
      complaints: [],
      observed: {
        switch: { verdict: 'holds' },
        mapping: { verdict: 'fails', where: 'node · mapping', saw: 'saw of mapping' },
      },
    })
  })

  it('is caught, but not named, when another place is named', () => {
    const seen = judgeTrial(claims, fault('x', ['mapping'], 'node · other'), judged('hhfww'))
    expect(seen).toMatchObject({ isRight: true, isNamed: false, named: 'node · mapping' })
  })

  it('is named by a place with a UUID, which no two labs have in common', () => {
    const judgements = judged('hhfww')
    const where = 'node · key-fe9f56a0-270f-4c1f-96e9-e5abcf5599af'
    judgements.set('mapping', { ...judgements.get('mapping')!, where })
    expect(judgeTrial(claims, fault('x', ['mapping'], 'node · key-UUID'), judgements).isNamed).toBe(true)
  })

  it('says that it breaks nothing', () => {
    expect(complaints(['mapping'], 'hhhhh')).toEqual(['breaks nothing: every claim still holds'])
  })

  it('says which other claim it breaks, and which it does not', () => {
    expect(complaints(['mapping'], 'hfwww')).toEqual([
      'breaks another claim: switch (node · switch: saw of switch)',
      'does not break mapping (waits)',
    ])
    expect(complaints(['mapping'], 'fhfww')).toEqual([
      'breaks another claim: given (node · given: saw of given)',
    ])
    expect(complaints(['given', 'mapping'], 'fhhww')).toEqual(['does not break mapping (holds)'])
  })

  it('says that a claim it names can only wait', () => {
    expect(complaints(['mapping', 'ping'], 'hhfww')).toEqual([
      'says that ping fails, which waits for another claim it breaks',
    ])
  })

  it('is not caught where something could not be looked at, whatever failed', () => {
    expect(complaints(['mapping'], 'hhfuu')).toEqual(['is unknown: ping, wire (nobody answers)'])
  })
})

/** As `judged`, but the one claim is unknown by a defect of ours. */
const crashed = (letters: string, id: string) => {
  const judgements = judged(letters)
  return judgements.set(id, { ...judgements.get(id)!, verdict: 'unknown', bug: 'TypeError' })
}

describe('a variation', () => {
  const blinding = variation('x', { mayBeUnknown: text('It blinds.', '會看不到。') })

  it.each<[string, Trial, string]>([
    ['when all holds', variation('x'), 'hhhhh'],
    ['when it says that it may blind, and what is unknown lets others wait', blinding, 'hhuww'],
  ])('is right %s', (_, trial, letters) => expect(saidOf(trial, judged(letters))).toEqual([]))

  it.each<[string, Trial, string, string]>([
    ['fails', variation('x'), 'hhfww', 'mapping fails'],
    ['could not be looked at', variation('x'), 'hhuww', 'mapping unknown'],
    ['fails though it may blind', blinding, 'hhufw', 'mapping unknown'],
  ])('is wrong when a claim %s', (_, trial, letters, first) => {
    expect(saidOf(trial, judged(letters))[0]).toMatch(
      `is harmless, but 3 of 5 claims do not hold, first ${first}`,
    )
  })

  it('may not crash the check, even where it may blind', () => {
    expect(saidOf(blinding, crashed('hhhhh', 'ping'))).toEqual(['crashes the check: ping'])
  })
})

describe('a lie', () => {
  const about = lie('x', ['ping', 'wire'])

  it.each(['hhhfw', 'hhhuw', 'hffww', 'uuuuu'])('is caught when none of its claims holds: %s', letters =>
    expect(saidOf(about, judged(letters))).toEqual([]),
  )

  it('is believed where one of them holds, whatever else fails', () => {
    expect(saidOf(about, judged('ffhhf'))).toEqual(['is not detected: ping held'])
  })

  it('may not crash the check', () => {
    expect(saidOf(about, crashed('hhhff', 'given'))).toEqual(['crashes the check: given'])
  })
})

describe('a lab that should hold', () => {
  it('has nothing to say when all holds', () => expect(notHolding(claims, judged('hhhhh'))).toBeUndefined())

  it('names the first claim that is wrong, not one that waits for it', () => {
    expect(notHolding(claims, judged('hfwww'))?.en).toBe(
      '4 of 5 claims do not hold, first switch fails @ node · switch: saw of switch',
    )
  })
})
