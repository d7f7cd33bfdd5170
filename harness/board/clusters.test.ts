import { describe, expect, it } from 'vitest'
import { text } from '../core/text.ts'
import type { StudentGrade } from '../grade/class-grade.ts'
import { classOf, closings, exampleClass, forged, student } from './class.test-data.ts'
import { clusters } from './clusters.ts'

/** A student who made the classic typo, and of whom this was seen. */
function typo(id: string, saw: string, where?: string): StudentGrade {
  const stages = closings.typo.stages.map(({ stage, claims }) => ({
    stage,
    claims: claims.map(({ claim, judgement }) => ({
      claim,
      judgement:
        judgement.verdict === 'fails'
          ? { ...judgement, saw: text(saw, saw), where: where ?? judgement.where! }
          : judgement,
    })),
  }))
  return student(id, id, 'typo', { closing: { ...closings.typo, stages } })
}

describe('the mistakes of a class', () => {
  it('are told by cause and place with the node’s name, else by claim and place, biggest first', () => {
    const told = clusters(exampleClass()).map(({ cause, title, where, students, firstFor }) => [
      students.join(' '),
      cause,
      title.en,
      where.split(' · ')[0],
      firstFor.join(' '),
    ])
    expect(told).toEqual([
      [
        's04 s10',
        'mapping-spaced',
        'ovn-bridge-mappings = "flat0: br-eth2", but eth2 is in br-eth2; there is no bridge " br-eth2"',
        'hypervisor',
        's04 s10',
      ],
      ['s03 s09', undefined, 'eth2 is in no bridge', 'controller', ''],
      ['s03 s09', undefined, 'eth2 is in no bridge', 'hypervisor', ''],
      ['s09', undefined, 'no namespace ns1; namespaces here: none', 'controller', 's09'],
      ['s03', undefined, 'veth-ns1-br is in no bridge', 'controller', 's03'],
      ['s09', undefined, 'no namespace ns2; namespaces here: none', 'hypervisor', ''],
      ['s03', undefined, 'veth-ns2-br is in no bridge', 'hypervisor', ''],
    ])
  })

  it('are named after the claims where not the same was seen of all', () => {
    const [mapping] = clusters(classOf([typo('a', 'flat0: br1'), typo('b', 'flat0: br2')]))
    expect(mapping).toMatchObject({
      cause: 'mapping-spaced',
      students: ['a', 'b'],
      title: text(
        '“On hypervisor, ovn-bridge-mappings maps the network of the localnet port to the bridge of eth2” fails',
        '「hypervisor 上，ovn-bridge-mappings 把 localnet port 的網路名稱對應到 eth2 所在的 bridge」不成立',
      ),
    })
  })

  it('at two nodes are two', () => {
    const here = clusters(
      classOf([typo('a', 'x', 'controller · Open_vSwitch'), typo('b', 'x', 'hypervisor · Open_vSwitch')]),
    )
    expect(here.map(({ where, students }) => [where, students])).toEqual([
      ['controller · Open_vSwitch', ['a']],
      ['hypervisor · Open_vSwitch', ['b']],
    ])
  })

  it('do not come from machines that are not believed, nor from what waits or could not be looked at', () => {
    const { untrusted } = forged('f', 'F')
    const students = [
      { ...student('a', 'A', 'untouched'), untrusted },
      student('b', 'B', 'lost'),
      student('c', 'C', 'dead'),
    ]
    expect(clusters(classOf(students))).toEqual([])
  })
})
