import { expect, it } from 'vitest'
import type { Break } from '../heard/bracket.ts'
import { type Edit, gatewayLab, OUTER } from '../testing/gateway-lab.ts'
import { setOnRouter } from './router-options.ts'

const outward = {
  outer: { node: 'hypervisor', netns: 'lr0', address: OUTER, prefixLength: 24, isRouter: true },
}
const route = { outward } as unknown as Parameters<typeof setOnRouter>[1]
const lost = (bytes?: number) => ({ packet: { ...(bytes !== undefined && { bytes }) } }) as unknown as Break
const option =
  (key: string, value: string): Edit =>
  ({ northbound }) => {
    for (const port of northbound.Logical_Router_Port) port.options = { [key]: value }
  }

it('names what was set of a router port on the path', async () => {
  const found = await setOnRouter(gatewayLab(option('redirect-type', 'bridged')), route, lost())
  expect(found?.where).toBe('OVN_Northbound · Logical_Router_Port · options:redirect-type')
})

it('names what was set of the router itself', async () => {
  const pinned: Edit = ({ northbound }) => {
    for (const router of northbound.Logical_Router) router.options = { chassis: 'gw9' }
  }
  const found = await setOnRouter(gatewayLab(pinned), route, lost())
  expect(found?.where).toBe('OVN_Northbound · Logical_Router · options:chassis')
})

it('names a size only where large packets are lost', async () => {
  const lab = gatewayLab(option('gateway_mtu', '500'))
  expect(await setOnRouter(lab, route, lost())).toBeUndefined()
  expect((await setOnRouter(lab, route, lost(1472)))?.where).toMatch(/options:gateway_mtu$/)
})

it.each(['80', '65535'])('names %s, a size that not even a usual ping passes', async size => {
  const found = await setOnRouter(gatewayLab(option('gateway_mtu', size)), route, lost())
  expect(found?.where).toMatch(/options:gateway_mtu$/)
})

it('says nothing of ports as they were made', async () => {
  expect(await setOnRouter(gatewayLab(), route, lost(1472))).toBeUndefined()
})

it('names a gateway chassis only of a path that leaves OVN nowhere', async () => {
  const { routers, routerPorts } = await gatewayLab().northbound()
  const port = routerPorts.find(({ gateway_chassis }) => gateway_chassis.length > 0)!
  const within = { routed: { from: { joints: [{ router: routers[0], port }] } } } as unknown as typeof route
  const found = await setOnRouter(gatewayLab(), within, lost())
  expect(found?.where).toBe('OVN_Northbound · Logical_Router_Port · gateway_chassis')
  expect(await setOnRouter(gatewayLab(), { ...within, ...route }, lost())).toBeUndefined()
})
