import { describe, expect, it } from 'vitest'
import { text } from '../core/text.ts'
import { comparable } from './comparable.ts'
import { compareProofs, type Explanation, unexplainedIn } from './compare.ts'
import type { ClaimSeen } from './observed.ts'
import type { LessonProof } from './result.ts'
import { proof } from './sample.test-data.ts'

const proofWith = (labs: string, ping: ClaimSeen, state = 'untouched'): LessonProof => ({
  ...proof,
  labs,
  findings: [
    { ...proof.findings[0]!, phase: 'untouched', id: state, observed: { given: { verdict: 'holds' }, ping } },
  ],
})
const here = proofWith('embedded', { verdict: 'fails', where: 'node · ns1', saw: '3 sent, 0 answered' })
const why = text('a reason', '一個原因')
const compared = (ping: ClaimSeen, explained: Explanation[] = []) =>
  compareProofs(here, proofWith('qemu', ping), explained)

describe('proofs on two kinds of labs', () => {
  it.each([
    '20 sent, 12 answered: 8 of 20 were lost; a packet filter',
    '20 sent, 9 answered: 11 of 20 were lost; a packet filter',
  ])('do not differ in how much a lossy path let through: %s', saw => {
    expect(comparable(saw)).toBe('N sent, N answered: N of N were lost; a packet filter')
  })

  it('agree where each claim has the same verdict, place and words in each state', () => {
    expect(compared({ verdict: 'fails', where: 'node · ns1', saw: '41 sent, 0 answered' })).toEqual({
      lesson: 'day-99',
      labs: ['embedded', 'qemu'],
      statesCount: 1,
      differences: [],
    })
  })

  it.each<[string, ClaimSeen, string, string]>([
    ['verdict', { verdict: 'holds' }, 'fails', 'holds'],
    ['where', { verdict: 'fails', saw: '3 sent, 0 answered' }, 'node · ns1', '(none)'],
    [
      'saw',
      { verdict: 'fails', where: 'node · ns1', saw: '3 sent, 1 answered' },
      'N sent, 0 answered',
      'N sent, 1 answered',
    ],
  ])('differ in the %s', (part, ping, one, other) => {
    const difference = { state: 'untouched', claim: 'ping', part, values: [one, other] }
    expect(compared(ping).differences).toEqual([difference])
  })

  it('are not compared in a state only one of them was in', () => {
    expect(compareProofs(here, proofWith('qemu', { verdict: 'holds' }, 'elsewhere'), [])).toMatchObject({
      statesCount: 0,
      differences: [],
    })
  })

  it.each<[string, Partial<Explanation>, number]>([
    ['explains it', {}, 0],
    ['is about other labs', { labs: ['embedded@sid'] }, 1],
    ['is about another state', { states: ['no-mapping'] }, 1],
    ['is about another claim', { claims: ['given'] }, 1],
    ['is about another part', { parts: ['saw', 'where'] }, 1],
  ])('leave a difference open unless the lesson %s', (_, about, open) => {
    const entry: Explanation = { labs: ['qemu'], states: ['untouched'], parts: ['verdict'], why, ...about }
    expect(unexplainedIn(compared({ verdict: 'holds' }, [entry]))).toHaveLength(open)
  })
})

describe('what is compared of what was seen', () => {
  it.each([
    ['ls0-ns1 "0a:1b:2c:3d:4e:5f"', 'ls0-ns1 "MAC"'],
    ['rows: 0f8c1c36-9d0c-4f67-8f7b-3f1c2f9f2b11 (controller)', 'rows: UUID (controller)'],
    ['table=65,priority=100,reg15=0x1 actions=output:3', 'table=N,priority=N,reg15=HEX actions=output:3'],
    [
      'dropped in br-int, table 18: reg8=0x20000, priority 1000',
      'dropped in br-int, table N: reg8=HEX, priority N',
    ],
    ['the page is sent by httpd (PID 549)', 'the page is sent by httpd (PID N)'],
    ['192.168.10.1 answers', '192.168.10.1 answers'],
  ])('%s', (saw, kept) => {
    expect(comparable(saw)).toBe(kept)
  })
})
