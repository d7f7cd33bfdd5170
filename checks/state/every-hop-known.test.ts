import { expect, it } from 'vitest'
import { type Edit, gatewayLab, ns1, OUTER } from '../testing/gateway-lab.ts'
import { unmet } from '../testing/outcome.ts'
import { everyHopKnown } from './every-hop-known.ts'

const way = { router: OUTER, host: ns1.address, foreign: '203.0.113.10' }

/** A second route like the first, by another next hop. */
const second =
  (nexthop: string): Edit =>
  ({ northbound }) => {
    const [route] = northbound.Logical_Router_Static_Route
    northbound.Logical_Router_Static_Route.push({ ...route!, _uuid: 'second', nexthop })
    for (const router of northbound.Logical_Router) router.static_routes.push('second')
  }

/** lr0 has asked who has the next hop of its first route, and was told. */
const told: Edit = ({ southbound }) => {
  const learnt = { _uuid: 'learnt', logical_port: 'lr0-ls1', ip: '192.168.10.1', mac: '02:00:00:00:00:0f' }
  Object.assign(southbound, { MAC_Binding: [learnt] })
}

it('holds where a router knows its next hop, or goes by another router', async () => {
  await expect(everyHopKnown(gatewayLab(), way)).resolves.toBeUndefined()
  await expect(everyHopKnown(gatewayLab(told, second(OUTER)), way)).resolves.toBeUndefined()
})

it('says nothing of routes where it has yet heard of nobody', async () => {
  await expect(everyHopKnown(gatewayLab(second('192.168.10.99')), way)).resolves.toBeUndefined()
})

it('names the routes, of which one leads to nobody', async () => {
  const { where, saw } = await unmet(everyHopKnown(gatewayLab(told, second('192.168.10.99')), way))
  expect(where).toBe('OVN_Northbound · Logical_Router_Static_Route · nexthop')
  expect(saw.en).toMatch(/told it the MAC address of 192\.168\.10\.99$/)
})
