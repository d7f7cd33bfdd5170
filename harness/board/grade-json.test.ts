import { describe, expect, it } from 'vitest'
import { exampleClass } from './class.test-data.ts'
import { gradeJson } from './grade-json.ts'

const told = gradeJson(exampleClass())
const of = (id: string) => told.students.find(student => student.id === id)!

describe('grade.json', () => {
  it('has the class and each student in the order of the roster', () => {
    expect(told).toMatchObject({
      schema: 1,
      lesson: 'day-06',
      summary: { students: 10, graded: 7, whole: 3 },
    })
    expect(told.students.map(({ id }) => id).join(' ')).toBe('s01 s02 s03 s04 s05 s06 s07 s08 s09 s10')
    expect(JSON.parse(JSON.stringify(told))).toEqual(told)
  })

  it('has points, time, the report and the first broken link', () => {
    expect(of('s01')).toMatchObject({
      name: 'Student One',
      verdict: 'holds',
      points: 100,
      maxPoints: 100,
      durationMs: 41_200,
      firstBroken: null,
      report: 'students/s01.json',
      ungraded: [],
    })
    expect(of('s04')).toMatchObject({
      verdict: 'fails',
      points: 69,
      attempt: 2,
      attempts: 3,
      firstBroken: {
        claim: 'mapping-hypervisor',
        title:
          'On hypervisor, ovn-bridge-mappings maps the network of the localnet port to the bridge of eth2',
        where: 'hypervisor · Open_vSwitch · Open_vSwitch · external_ids:ovn-bridge-mappings',
        saw: 'ovn-bridge-mappings = "flat0: br-eth2", but eth2 is in br-eth2; there is no bridge " br-eth2"',
      },
    })
    expect(of('s06')).toMatchObject({ points: 90, latePoints: 10, sameMachineAs: [{ id: 's02' }] })
  })

  it('has no number where something is ungraded, and says what and why', () => {
    expect(of('s07')).toMatchObject({ points: null, verdict: 'unknown' })
    expect(of('s07').ungraded).toContain('ns2-address')
    expect(of('s07').ungraded).not.toContain('ns1-address')
    expect(of('s07').stages.find(({ id }) => id === 'namespaces')).toEqual({
      id: 'namespaces',
      points: null,
      maxPoints: 6,
    })
    expect(of('s08')).toMatchObject({ points: null, unreached: expect.stringContaining('no route to host') })
    expect(of('s05')).toMatchObject({
      points: null,
      untrusted: [expect.stringContaining('counters of eth2')],
    })
    expect(of('s05').ungraded).toHaveLength(30)
  })
})
