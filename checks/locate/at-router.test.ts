import { expect, it } from 'vitest'
import type { Break } from '../route/place.ts'
import type { Route } from '../route/route.ts'
import { NS1, NS2 } from '../testing/heard.ts'
import { type Edit, ns2, ns3, routedLab } from '../testing/routed-lab.ts'
import { ttlSpent } from './at-router.ts'
import { notByOvn } from './not-by-ovn.ts'

const routed: Route = {
  from: NS2,
  to: NS1,
  address: NS1.address,
  posts: [],
  routed: { from: { joints: [] } },
}
const lost = (source: string, ttl?: number) =>
  ({
    packet: { kind: 'echo-reply', source },
    frame: ttl === undefined ? undefined : { ttl },
  }) as unknown as Break

it('names the end whose packets no router may forward', async () => {
  const spent = async (source: string) => (await ttlSpent(routedLab(), routed, lost(source, 1)))?.where
  expect(await spent(NS1.address)).toBe('controller · netns ns1 · ip_default_ttl')
  expect(await spent(NS2.address)).toBe('hypervisor · netns ns2 · ip_default_ttl')
})

it.each([
  ['has a TTL left', routed, 2],
  ['shows none', routed, undefined],
  ['crosses no router', { ...routed, routed: undefined } as unknown as Route, 1],
])('says nothing of what %s', async (_, route, ttl) => {
  expect(await ttlSpent(routedLab(), route, lost(NS1.address, ttl))).toBeUndefined()
})

it('names the load balancer that turns an answer back to its sender, not the router that brings it', async () => {
  const balanced: Edit = ({ northbound }) => {
    const row = { name: 'lbx', vips: { [ns3.address]: ns2.address } }
    Object.assign(northbound, { Load_Balancer: [row] })
  }
  const named = async (...edits: Edit[]) => {
    const lab = routedLab(...edits)
    const { routerPorts } = await lab.northbound()
    const sourceMac = routerPorts.find(({ name }) => name === 'lr0-ls0')!.mac
    const found = await notByOvn(
      lab,
      { ...routed, from: { ...NS1, address: ns3.address }, to: { ...NS2, address: ns2.address } },
      {
        packet: { kind: 'echo-reply', source: ns2.address, destination: ns3.address, token: '' },
        odd: { what: 'source-mac', frame: { sourceMac } },
      } as unknown as Break,
    )
    return found?.where
  }
  expect(await named(balanced)).toBe('OVN_Northbound · Load_Balancer · vips')
  expect(await named()).toMatch(/^OVN_Northbound · Logical_Router_Port/)
})

it('names the host that remembers a MAC address which the router port of its gateway had before', async () => {
  const named = async (mac: string, states: string[], known = mac) => {
    const neighbours = [{ address: ns3.gateway, device: 'eth0', mac: known, states }]
    const lab = routedLab(({ stacks }) => void Object.assign(stacks, { ns3: { neighbours } }))
    const end = { ...NS1, node: 'controller', netns: 'ns3', address: ns3.address }
    const found = await notByOvn(lab, { ...routed, from: end }, {
      packet: { kind: 'echo-request', source: ns3.address, destination: ns2.address, token: '' },
      odd: { what: 'destination-mac', frame: { destinationMac: mac } },
    } as unknown as Break)
    return found?.where
  }
  expect(await named('02:00:00:00:00:99', ['REACHABLE'])).toBe('controller · netns ns3 · neighbours')
  expect(await named('02:00:00:00:00:99', ['PERMANENT'])).not.toMatch(/neighbours/)
  // It has asked again since.
  const again = await named('02:00:00:00:00:99', ['REACHABLE'], '02:00:00:00:00:98')
  expect(again).toBe('controller · netns ns3 · neighbours')
})
