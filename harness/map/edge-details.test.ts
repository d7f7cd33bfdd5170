import { describe, expect, it } from 'vitest'
import { countersFrom, detailsOfEdge, withCounters } from './edge-details.ts'
import type { EdgeKind } from './model.ts'
import { recordedMap } from './recorded.testing.ts'

const titlesOf = async (kind: EdgeKind, day = 'day-06', state = 'mapping') => {
  const map = await recordedMap(day, state)
  return detailsOfEdge(map, map.edges.find(edge => edge.kind === kind)!).map(({ title }) => title)
}

describe('the rows of an edge', () => {
  it.each([
    [
      'veth',
      [
        'controller · netns ns1 · eth0',
        'controller · veth-ns1-br',
        'controller · Open_vSwitch · Interface',
        'controller · Open_vSwitch · Port',
      ],
    ],
    ['patch', ['controller · Open_vSwitch · Interface', 'controller · Open_vSwitch · Interface']],
    [
      'mapped',
      [
        'OVN_Southbound · Port_Binding',
        'controller · Open_vSwitch · Interface',
        'controller · Open_vSwitch · Port',
      ],
    ],
    [
      'bound',
      [
        'OVN_Southbound · Port_Binding',
        'controller · veth-ns1-br',
        'controller · Open_vSwitch · Interface',
        'controller · Open_vSwitch · Port',
      ],
    ],
  ] as const)('%s', async (kind, titles) => {
    expect(await titlesOf(kind)).toEqual(titles)
  })

  it('of a tunnel are both interfaces and both encapsulations', async () => {
    expect((await titlesOf('tunnel', 'day-04', 'solved')).sort()).toEqual([
      'OVN_Southbound · Encap',
      'OVN_Southbound · Encap',
      'controller · Open_vSwitch · Interface',
      'hypervisor · Open_vSwitch · Interface',
    ])
  })

  it('of a router port and its peer are both northbound rows', async () => {
    expect(await titlesOf('peer', 'day-05', 'solved')).toEqual([
      'OVN_Northbound · Logical_Switch_Port',
      'OVN_Northbound · Logical_Router_Port',
    ])
  })
})

it('counters stand beside the link, and the interface, that counted', async () => {
  const counters = countersFrom('controller', {
    links: { node: { eth2: { rx_packets: 1 } }, netns: { ns1: { eth0: { rx_packets: 2 } } } },
    interfaces: { eth2: { rx_packets: 3 } },
  })
  const map = withCounters(await recordedMap('day-06', 'mapping'), counters)
  const counted = map.elements.flatMap(({ id, details }) =>
    details.flatMap(one => (one.counters ? [`${id} ${one.key} ${one.counters.rx_packets}`] : [])),
  )
  expect(counted.sort()).toEqual([
    'netns:controller/ns1 link:controller/ns1/eth0 2',
    'physical:controller/eth2 Interface:controller/eth2 3',
    'physical:controller/eth2 link:controller//eth2 1',
  ])
})
