import { describe, expect, it } from 'vitest'
import { RECORDINGS, recordedMap } from './recorded.testing.ts'

describe.each(RECORDINGS)('the map of $day, $state', ({ day, state }) => {
  it('has each thing once, and joins only what it has', async () => {
    const { elements, edges } = await recordedMap(day, state)
    const ids = elements.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(new Set(edges.map(({ id }) => id)).size).toBe(edges.length)
    for (const { from, to } of edges) expect(ids).toEqual(expect.arrayContaining([from, to]))
    for (const { inside } of elements) if (inside !== undefined) expect(ids).toContain(inside)
  })

  it('has both machines with their integration bridges, links and the networks between', async () => {
    const { elements, nodes } = await recordedMap(day, state)
    expect(nodes).toEqual(['controller', 'hypervisor'])
    expect(elements.filter(({ kind }) => kind === 'integration-bridge').map(({ name }) => name)).toEqual([
      'br-int',
      'br-int',
    ])
    expect(
      elements.filter(({ kind }) => kind === 'physical').map(({ node, name }) => `${node} ${name}`),
    ).toEqual(nodes.flatMap(node => ['eth0', 'eth1', 'eth2'].map(link => `${node} ${link}`)))
    expect(elements.filter(({ kind }) => kind === 'wire').map(({ name, type }) => [name, type])).toEqual([
      ['eth1', 'underlay'],
      ['eth2', 'physical'],
    ])
  })
})

/** `A kind> B` of all edges. */
const edgesOf = async (day: string, state: string) => {
  const { elements, edges } = await recordedMap(day, state)
  const name = (id: string) => elements.find(one => one.id === id)!
  return edges.map(({ kind, from, to }) => `${name(from).name} ${kind}> ${name(to).name}`)
}

describe('what joins what', () => {
  it('from a logical port to the wire, in day 06', async () => {
    expect(await edgesOf('day-06', 'mapping')).toEqual(
      expect.arrayContaining([
        'ls0-ns1 bound> veth-ns1-br',
        'ns1 veth> veth-ns1-br',
        'veth-ns1-br plugged> br-int',
        'ls0-localnet mapped> patch-br-int-to-ls0-localnet',
        'patch-ls0-localnet-to-br-int patch> patch-br-int-to-ls0-localnet',
        'eth2 plugged> br-eth2',
        'eth2 wire> eth2',
        '192.168.10.1 wire> eth2',
      ]),
    )
  })

  it('routers and the switches beside them, in day 07', async () => {
    expect(await edgesOf('day-07', 'solved')).toEqual(
      expect.arrayContaining(['ls0-lr0 peer> lr0-ls0', 'ls1-lr0 peer> lr0-ls1']),
    )
    const { elements } = await recordedMap('day-07', 'solved')
    const told = elements.find(({ name }) => name === 'lr0-ls1')?.facts.map(({ en }) => en)
    expect(told).toEqual(['192.168.10.30/24', 'gateway hypervisor'])
  })

  it('a Linux bridge and the cables in it, in day 02', async () => {
    expect(await edgesOf('day-02', 'bridge')).toEqual(
      expect.arrayContaining(['veth-ns1-br plugged> br0', 'veth-ns2-br plugged> br0']),
    )
  })

  it('a localport on both nodes, in day 08', async () => {
    const bound = (await edgesOf('day-08', 'solved')).filter(edge => edge.startsWith('ls0-ns3'))
    expect(bound).toEqual(['ls0-ns3 bound> veth-ns3-br', 'ls0-ns3 bound> veth-ns3-br'])
  })
})

it('tells what could not be looked at, and shows the rest', async () => {
  const { blind, elements } = await recordedMap('day-06', 'untouched')
  expect(blind.map(({ reason }) => reason.en)).toEqual([
    expect.stringContaining('the recording does not contain this: '),
  ])
  expect(elements.some(({ kind }) => kind === 'node')).toBe(true)
})
