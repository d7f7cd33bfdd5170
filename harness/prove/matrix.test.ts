import { describe, expect, it } from 'vitest'
import { figuresOf, killsOf, matrixOf, unprovokedIn } from './matrix.ts'
import { claims, proof } from './sample.test-data.ts'

describe('the kill matrix', () => {
  it('has a row a judged fault, and marks who fails first', () => {
    expect(matrixOf(claims, proof.findings)).toEqual({
      claims: ['given', 'switch', 'mapping', 'ping', 'wire'],
      rows: [
        { fault: 'no-mapping', cells: ['holds', 'holds', 'first', 'waits', 'waits'] },
        { fault: 'elsewhere', cells: ['holds', 'first', 'waits', 'waits', 'waits'] },
        { fault: 'harmless', cells: ['holds', 'holds', 'holds', 'holds', 'holds'] },
      ],
    })
  })

  it('counts what was caught and named of the faults there are, and tells each miss', () => {
    expect(figuresOf(proof.findings)).toEqual({
      faults: { total: 4, caught: 2, named: 1 },
      namedShare: 1 / 3,
      misses: [
        { fault: 'elsewhere', expected: 'another · place', named: 'node · switch' },
        { fault: 'harmless', expected: 'node · ping', named: undefined },
      ],
    })
  })

  it('knows claims nobody kills, given ones left out', () => {
    expect(killsOf(claims, proof.findings)).toEqual({
      total: 4,
      proven: ['switch', 'mapping'],
      unproven: ['ping', 'wire'],
      redundant: [],
    })
  })

  it('knows hints that no fault provokes', () => {
    const reactions = { 'veth-down': [], 'mapping-missing': [] }
    const found = structuredClone(proof.findings) as { seen?: { cause?: string } }[]
    found[1]!.seen!.cause = 'veth-down'
    expect(unprovokedIn([{ reactions }, {}], found as never)).toEqual(['mapping-missing'])
  })

  it('calls a claim redundant that only fails after another', () => {
    const [, noMapping] = proof.findings
    const both = structuredClone(noMapping) as unknown as { seen: { verdicts: Record<string, string> } }
    both.seen.verdicts.ping = 'fails'
    expect(killsOf(claims, [both as never])).toMatchObject({
      proven: ['mapping', 'ping'],
      redundant: ['ping'],
    })
  })
})
