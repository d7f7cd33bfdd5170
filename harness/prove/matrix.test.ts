import { describe, expect, it } from 'vitest'
import { unprovokedOfCourse } from './gaps.ts'
import { figuresOf, killsIn, killsOf, matrixOf, unprovokedIn } from './matrix.ts'
import { claims, proof, wholeProof } from './sample.test-data.ts'

describe('the kill matrix', () => {
  it('has a row a judged fault, and marks who fails first', () => {
    expect(matrixOf(claims, proof.findings)).toEqual({
      claims: ['given', 'switch', 'mapping', 'ping', 'wire'],
      rows: [
        { fault: 'no-mapping', kind: 'faults', cells: ['holds', 'holds', 'first', 'waits', 'waits'] },
        { fault: 'elsewhere', kind: 'faults', cells: ['holds', 'first', 'waits', 'waits', 'waits'] },
        { fault: 'harmless', kind: 'faults', cells: ['holds', 'holds', 'holds', 'holds', 'holds'] },
      ],
    })
  })

  it('counts what was caught and named of the faults there are, and tells each miss', () => {
    expect(figuresOf(proof.findings)).toEqual({
      faults: { total: 4, caught: 2, named: 1 },
      variations: { total: 0, held: 0 },
      lies: { total: 0, caught: 0 },
      namedShare: 1 / 3,
      misses: [
        { fault: 'elsewhere', expected: 'another · place', named: 'node · switch' },
        { fault: 'harmless', expected: 'node · ping', named: undefined },
      ],
    })
  })

  it('has rows of lies, and of variations that did harm; neither counts as a kill nor as a miss', () => {
    const whole = matrixOf(claims, wholeProof.findings)
    expect(whole.rows.slice(3)).toEqual([
      { fault: 'harms', kind: 'variations', cells: ['holds', 'holds', 'holds', 'first', 'waits'] },
      { fault: 'bypass', kind: 'lies', cells: ['holds', 'holds', 'holds', 'first', 'waits'] },
      { fault: 'believed', kind: 'lies', cells: ['holds', 'holds', 'holds', 'holds', 'first'] },
    ])
    expect(killsIn(whole)).toEqual([0, 1, 1, 0, 0])
    expect(figuresOf(wholeProof.findings)).toEqual({
      ...figuresOf(proof.findings),
      variations: { total: 2, held: 1 },
      lies: { total: 2, caught: 1 },
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

  it('knows hints of the course that no fault of any lesson provokes', () => {
    const lesson = { ...proof.lesson, causes: { 'veth-down': [], 'mac-twice': [], 'mapping-missing': [] } }
    const found = (cause: string) => {
      const findings = structuredClone(proof.findings) as { seen?: { cause?: string } }[]
      findings[1]!.seen!.cause = cause
      return { ...proof, lesson, findings: findings as never }
    }
    expect(unprovokedOfCourse([found('veth-down'), found('mapping-missing')])).toEqual(['mac-twice'])
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
