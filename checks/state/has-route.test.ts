import { expect, it } from 'vitest'
import { unmet } from '../testing/outcome.ts'
import { ns1, ns3, path, routedLab } from '../testing/routed-lab.ts'
import { eighthsOf, hasRoute } from './has-route.ts'

const answering = (route: object) =>
  routedLab(({ stacks }) => {
    stacks.ns1 = { routes: [{ to: ns3.address, ...route }] }
  })

it('holds on the solved lab', async () => {
  await expect(path.hasRoute(ns1)(routedLab())).resolves.toBeUndefined()
})

it.each<[string, object]>([
  ['ns1 has no route to 10.10.0.1: Network is unreachable', { error: 'Network is unreachable' }],
  ['packets for 10.10.0.1 leave through eth0 via 192.168.1.2', { device: 'eth0', gateway: '192.168.1.2' }],
  [
    'packets for 10.10.0.1 leave through eth0 without a gateway, as if it were in that network',
    { device: 'eth0' },
  ],
  [
    'packets for 10.10.0.1 leave through eth0 for everybody there, as a route of type broadcast says',
    { device: 'eth0', isBroadcast: true },
  ],
  ['packets for 10.10.0.1 leave through lo', { device: 'lo' }],
  [
    'the route for 10.10.0.1 has several next hops: 192.168.1.254, 192.168.1.98; what goes to another address, or comes from one, may take another of them',
    {
      ...{ device: 'eth0', gateway: '192.168.1.254' },
      hops: [
        { device: 'eth0', gateway: '192.168.1.254' },
        { device: 'eth0', gateway: '192.168.1.98' },
      ],
    },
  ],
  ['packets for 10.10.0.1 leave through by via 192.168.1.254', { device: 'by', gateway: '192.168.1.254' }],
])('does not hold: %s', async (saw, route) => {
  expect(await unmet(hasRoute(answering(route), ns1, ns3.address))).toMatchObject({
    saw: { en: saw },
    where: 'controller · netns ns1 · routes',
  })
})

it('names a rule of routing that leads elsewhere, which no default route repairs', async () => {
  const lab = routedLab(({ stacks }) => {
    const routes = [{ to: ns3.address, device: 'eth0', gateway: '192.168.1.2', table: '100' }]
    stacks.ns1 = { routes, rules: ['32765: from 192.168.1.1 lookup 100'] }
  })
  await expect(hasRoute(lab, ns1, ns3.address)).rejects.toMatchObject({ cause: 'netns-routes' })
})

it('names the route that refuses packets, that of a nexthop of type blackhole too', async () => {
  const lab = routedLab(({ stacks }) => {
    const routes = [{ to: ns3.address, error: 'Invalid argument' }]
    stacks.ns1 = { routes, refusing: [{ type: 'blackhole', prefix: '10.0.0.0/8', table: 'main' }] }
  })
  const found = await unmet(hasRoute(lab, ns1, ns3.address))
  expect(found.saw?.en).toMatch(
    /refuses packets for 10\.10\.0\.1: .*; it is blackhole 10\.0\.0\.0\/8 in table main$/,
  )
  expect(found.tryThis).toBe('sudo ip -n ns1 route show table main   # on controller')
})

it('names the route that ends the search in its table', async () => {
  const lab = routedLab(({ stacks }) => {
    const routes = [{ to: ns3.address, error: 'Network is unreachable' }]
    stacks.ns1 = { routes, refusing: [{ type: 'throw', prefix: '10.10.0.0/24', table: 'main' }] }
  })
  const found = await unmet(hasRoute(lab, ns1, ns3.address))
  expect(found.saw?.en).toBe(
    'ns1 has no route to 10.10.0.1: Network is unreachable; the route throw 10.10.0.0/24 ends the search in table main',
  )
  await expect(hasRoute(lab, ns1, ns3.address)).rejects.toMatchObject({ cause: 'netns-routes' })
})

it('names the rule of routing behind the table of a route that refuses', async () => {
  const lab = routedLab(({ stacks }) => {
    const routes = [{ to: ns3.address, error: 'Invalid argument' }]
    const refusing = [{ type: 'blackhole', prefix: 'default', table: '50' }]
    stacks.ns1 = { routes, refusing, rules: ['32765: from all to 10.0.0.0/8 lookup 50'] }
  })
  const found = await unmet(hasRoute(lab, ns1, ns3.address))
  expect(found.saw?.en).toMatch(
    /it is blackhole default in table 50; the routing rule .* lookup 50” says so$/,
  )
})

it('names a rule of routing that is gone, without which nobody looks into the routes', async () => {
  const lab = routedLab(({ stacks }) => {
    const routes = [{ to: ns3.address, error: 'Network is unreachable' }]
    stacks.ns1 = { routes, missingRules: ['from all lookup main'] }
  })
  const found = await unmet(hasRoute(lab, ns1, ns3.address))
  expect(found.saw?.en).toBe(
    'ns1 has no route to 10.10.0.1: Network is unreachable; ns1 lacks the routing rule “from all lookup main”, which every namespace has',
  )
  expect(found.tryThis).toContain('ip -n ns1 rule show')
  expect(found.where).toBe('controller · netns ns1 · rules')
  await expect(hasRoute(lab, ns1, ns3.address)).rejects.toMatchObject({ cause: 'netns-rules' })
})

it('splits a network into eighths', () => {
  expect(eighthsOf('10.10.0.1/24').at(0)).toBe('10.10.0.0/27')
  expect(eighthsOf('10.10.0.1/24').at(-1)).toBe('10.10.0.224/27')
  expect(eighthsOf('10.10.0.1/30')).toEqual(['10.10.0.1/30'])
})

it('asks for others that are alike, and does not hold where some of them are led elsewhere', async () => {
  const own = { to: ns3.address, device: 'eth0', gateway: '192.168.1.254' }
  const asked = (other: object) =>
    routedLab(({ stacks }) => {
      stacks.ns1 = { routes: [own, { to: '10.10.0.99', ...other }] }
    })
  const alike = eighthsOf('10.10.0.0/24')
  const away = { device: 'eth0', gateway: '192.168.1.98' }
  expect(await unmet(hasRoute(asked(away), ns1, ns3.address, alike))).toMatchObject({
    saw: { en: 'packets for 10.10.0.99 leave through eth0 via 192.168.1.98' },
  })
  // What is for anybody else goes to the gateway: a default route is there already.
  await expect(hasRoute(asked(away), ns1, ns3.address, alike)).rejects.toMatchObject({
    cause: 'netns-routes',
  })
  const lost = answering({ device: 'eth0', gateway: '192.168.1.2' })
  await expect(hasRoute(lost, ns1, ns3.address)).rejects.toMatchObject({ cause: 'gateway-missing' })
  const none = { error: 'Network is unreachable' }
  await expect(hasRoute(asked(none), ns1, ns3.address, alike)).resolves.toBeUndefined()
})

it('names the address whose subnet holds what is foreign', async () => {
  const lab = routedLab(({ stacks, kernel }) => {
    stacks.ns1 = { routes: [{ to: ns3.address, device: 'eth0' }] }
    const eth0 = kernel.controller.netns.ns1!.find(({ name }) => name === 'eth0')!
    eth0.addresses.push({ family: 'inet', address: '10.10.0.77', prefixLength: 24 })
  })
  expect(await unmet(hasRoute(lab, ns1, ns3.address))).toMatchObject({
    where: 'controller · netns ns1 · addresses',
    saw: { en: expect.stringMatching(/^eth0 of ns1 has 10\.10\.0\.77\/24, so/) },
  })
})
