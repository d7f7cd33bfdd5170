import { expect, it } from 'vitest'
import { unmet } from '../testing/outcome.ts'
import { ns1, ns3, path, routedLab } from '../testing/routed-lab.ts'
import { hasRoute } from './has-route.ts'

const answering = (route: object) =>
  routedLab(({ stacks }) => {
    stacks.ns1 = { routes: [{ to: ns3.address, ...route }] }
  })

it('holds on the solved lab', async () => {
  await expect(path.hasRoute(ns1)(routedLab())).resolves.toBeUndefined()
})

it.each<[string, object]>([
  ['no route to 10.10.0.1: Network is unreachable', { error: 'Network is unreachable' }],
  ['packets for 10.10.0.1 leave through eth0 via 192.168.1.2', { device: 'eth0', gateway: '192.168.1.2' }],
  ['packets for 10.10.0.1 leave through eth0', { device: 'eth0' }],
  ['packets for 10.10.0.1 leave through by via 192.168.1.254', { device: 'by', gateway: '192.168.1.254' }],
])('does not hold: %s', async (saw, route) => {
  expect(await unmet(hasRoute(answering(route), ns1, ns3.address))).toMatchObject({
    saw: { en: saw },
    where: 'controller · netns ns1 · routes',
  })
})
