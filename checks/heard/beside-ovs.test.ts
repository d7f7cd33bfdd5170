import { expect, it } from 'vitest'
import type { Link } from '../../harness/look/evidence.ts'
import type { Post } from '../route/route.ts'
import { type Edit, routedLab } from '../testing/routed-lab.ts'
import { joinedBeside } from './beside-ovs.ts'

const plug = (name: string): Post => ({
  ...{ id: name, kind: 'plug', node: 'controller' },
  ...{ links: [name], underlay: [] },
})
const posts = [plug('veth-ns1-br'), plug('veth-ns3-br')]
const br0 =
  (isUp: boolean, ...held: string[]): Edit =>
  ({ kernel }) => {
    const { links } = kernel.controller
    for (const link of links) if (held.includes(link.name)) link.master = 'br0'
    links.push({ ...structuredClone(links[0]!), name: 'br0', kind: 'bridge', isUp } as Link)
  }
const found = (...edits: Edit[]) => joinedBeside(routedLab(...edits), { posts })

it('names the Linux bridge that two links of the path are in as well', async () => {
  const told = await found(br0(true, 'veth-ns1-br', 'veth-ns3-br'))
  expect(told?.where).toBe('controller · br0')
  expect(told?.saw.en).toMatch(/^the Linux bridge br0 on controller holds veth-ns1-br and veth-ns3-br/)
})

it.each<[string, Edit[]]>([
  ['there is no such bridge', []],
  ['it holds one of them alone', [br0(true, 'veth-ns1-br')]],
  ['it is down', [br0(false, 'veth-ns1-br', 'veth-ns3-br')]],
])('names nothing where %s', async (_, edits) => {
  expect(await found(...edits)).toBeUndefined()
})
