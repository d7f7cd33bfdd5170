import { expect, it } from 'vitest'
import type { PingSeen } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import type { Post, Route } from './route.ts'
import { jointWith, macsAt, type Side, withGateways } from './routed.ts'

it('a router is the gateway by an address of its port, or by what its MAC address makes of fe80::/64', () => {
  const port = { mac: '02:00:00:00:6a:01', networks: ['2001:db8:a::1/64'] }
  const side = { joints: [{ port }] } as unknown as Side
  expect(jointWith(side, '2001:db8:a::1')).toBeDefined()
  expect(jointWith(side, 'fe80::ff:fe00:6a01')).toBeDefined()
  expect(jointWith(side, 'fe80::ff:fe00:6a02')).toBeUndefined()
  expect(jointWith(side, undefined)).toBeUndefined()
})

it('between nodes a packet may bear the MACs of further routers, and those that chassis put in a router’s place', () => {
  const post = (kind: Post['kind'], node: string) =>
    ({ id: node, kind, node, links: [], underlay: [] }) as Post
  const [plug, exit, far] = [post('plug', 'a'), post('exit', 'a'), post('plug', 'b')]
  const side = (mac: string) => ({ joints: [{ port: { mac } }] }) as unknown as Side
  const route = {
    from: { mac: 'from', address: '10.0.0.1' },
    to: { mac: 'to', address: '10.0.1.1' },
    posts: [plug, exit, far],
    routed: { from: side('near'), to: side('far'), between: ['0e'] },
  } as unknown as Route
  const at = (one: Post) => macsAt(route, { post: one, direction: 'request' })
  expect(at(plug)).toEqual({ source: ['from'], destination: ['near'] })
  expect(at(exit)).toEqual({ source: ['far', '0e'], destination: ['to', '0e'] })
  expect(at(far)).toEqual({ source: ['far'], destination: ['to'] })
})

it('what may be borne between nodes is known of a path that was lost as well', async () => {
  const lab = { nodes: [] } as unknown as Lab
  const routed = { from: { joints: [] }, to: { joints: [] }, between: ['0e'] }
  const route = { from: { node: 'a' }, to: { node: 'b' }, routed } as unknown as Route
  expect((await withGateways(lab, route, { received: 0 } as PingSeen)).routed?.between).toEqual(['0e'])
})

it('what OVN hands to a machine goes to that, which answers for whoever is behind it', () => {
  const post = (id: string) => ({ id, kind: 'plug', node: 'a', links: [], underlay: [] }) as Post
  const side = (mac: string) => ({ joints: [{ port: { mac } }] }) as unknown as Side
  const route = {
    from: { mac: 'from', address: '10.0.0.1' },
    gate: { mac: 'gate', address: '100.64.0.2' },
    posts: [post('plug'), post('ovn0')],
    routed: { from: side('near'), to: side('join') },
  } as unknown as Route
  const at = (index: number, direction: 'request' | 'reply') =>
    macsAt(route, { post: route.posts[index]!, direction })
  expect(at(1, 'request')).toEqual({ source: ['join'], destination: ['gate'] })
  expect(at(1, 'reply')).toEqual({ source: ['gate'], destination: ['join'] })
  expect(at(0, 'reply')).toEqual({ source: ['near'], destination: ['from'] })
})
