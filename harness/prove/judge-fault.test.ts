import { describe, expect, it } from 'vitest'
import { expectedVerdicts, judgeFault, notHolding } from './judge-fault.ts'
import { claims, fault, judged } from './sample.test-data.ts'

const complaints = (fails: string[], letters: string) =>
  judgeFault(claims, fault('x', fails), judged(letters)).complaints.map(({ en }) => en)

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

  it('is caught when exactly its claims fail, and named when the first of them names its link', () => {
    expect(judgeFault(claims, fault('x', ['given', 'mapping']), judged('fhfww'))).toMatchObject({
      verdicts: { given: 'fails', switch: 'holds', mapping: 'fails', ping: 'waits', wire: 'waits' },
      first: 'given',
      named: 'node · given',
      isCaught: true,
      isNamed: true,
      complaints: [],
      observed: {
        switch: { verdict: 'holds' },
        mapping: { verdict: 'fails', where: 'node · mapping', saw: 'saw of mapping' },
      },
    })
  })

  it('is caught, but not named, when another link is named', () => {
    const seen = judgeFault(claims, fault('x', ['mapping'], 'node · other'), judged('hhfww'))
    expect(seen).toMatchObject({ isCaught: true, isNamed: false, named: 'node · mapping' })
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
    expect(complaints(['mapping'], 'hhfuu')).toEqual(['could not be looked at: ping, wire (nobody answers)'])
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
