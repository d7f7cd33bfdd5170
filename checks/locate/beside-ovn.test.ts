import { expect, it } from 'vitest'
import type { Lab } from '../../harness/look/lab.ts'
import type { End } from '../route/hop.ts'
import type { Route } from '../route/route.ts'
import { apartBesideOvn } from './beside-ovn.ts'

interface PortRow {
  name: string
  tag?: number
  trunks?: number[]
  peer?: string
}

/** Two bridges of one node that patch ports join: h1 and h2 in the first, eth2 in the second. */
const bridges = (): Record<string, PortRow[]> => ({
  'sw-a': [
    { name: 'p-h1', tag: 10 },
    { name: 'p-h2', tag: 10 },
    { name: 'to-b', trunks: [10, 20], peer: 'to-a' },
  ],
  'sw-b': [
    { name: 'to-a', trunks: [10, 20], peer: 'to-b' },
    { name: 'eth2', trunks: [10, 20] },
  ],
})

function labOf(rows: Record<string, PortRow[]>): Lab {
  const all = Object.entries(rows).flatMap(([bridge, ports]) => ports.map(port => ({ bridge, ...port })))
  const ovs = {
    openVSwitch: { external_ids: {}, other_config: {} },
    bridges: Object.entries(rows).map(([name, ports]) => ({ name, ports: ports.map(port => port.name) })),
    ports: all.map(({ name, tag, trunks = [] }) => ({
      ...{
        _uuid: name,
        name,
        interfaces: [name],
        tag: tag === undefined ? [] : [tag],
        trunks,
        vlan_mode: [],
      },
    })),
    interfaces: all.map(({ name, peer }) => ({
      ...{ _uuid: name, name, type: peer ? 'patch' : '', options: peer ? { peer } : {}, external_ids: {} },
    })),
  }
  return { nodes: ['controller'], ovs: async () => ovs } as unknown as Lab
}

const end = (plug: string, node = 'controller') => ({ node, plug }) as End
async function saw(
  change: (rows: Record<string, PortRow[]>) => void,
  to = end('p-h2'),
  exits: string[] = [],
) {
  const rows = bridges()
  change(rows)
  const posts = exits.map(link => ({ node: 'controller', links: [link] }))
  const route = { from: end('p-h1'), to, posts } as unknown as Route
  return (await apartBesideOvn(labOf(rows), route, 'controller'))?.saw.en
}

it('is nothing where both are in one VLAN, and every port on the way passes it', async () => {
  expect(await saw(() => {})).toBeUndefined()
  expect(await saw(() => {}, end('p-h2', 'hypervisor'), ['eth2'])).toBeUndefined()
})

it('is another VLAN', async () => {
  const other = (rows: Record<string, PortRow[]>) => {
    rows['sw-a']![1]!.tag = 20
  }
  expect(await saw(other)).toBe('p-h1 of sw-a is in VLAN 10, and p-h2 of sw-a in VLAN 20')
})

it('is a trunk that lacks the VLAN', async () => {
  const narrow = (rows: Record<string, PortRow[]>) => {
    rows['sw-b']![1]!.trunks = [20]
  }
  expect(await saw(narrow, end('p-h2', 'hypervisor'), ['eth2'])).toBe(
    'port eth2 of sw-b has trunks = [20], so it does not pass VLAN 10, in which p-h1 is',
  )
})

it('is a patch port without its peer, where the path would leave the node', async () => {
  const open = (rows: Record<string, PortRow[]>) => {
    rows['sw-b']![0]!.peer = 'elsewhere'
  }
  expect(await saw(open, end('p-h2', 'hypervisor'), ['eth2'])).toBe(
    'patch port to-b of sw-a has peer = "to-a", and no patch port of that name has it as its peer',
  )
  expect(await saw(open)).toBeUndefined()
})
