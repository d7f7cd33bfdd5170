import { expect, it } from 'vitest'
import { type Edit, gatewayLab, ns1, OUTER } from '../testing/gateway-lab.ts'
import { told } from '../testing/told.ts'
import { routedAway } from './routed-away.ts'

const also =
  (ip_prefix: string): Edit =>
  ({ northbound }) => {
    const [route] = northbound.Logical_Router_Static_Route
    northbound.Logical_Router_Static_Route.push({ ...route!, _uuid: 'also', ip_prefix })
    for (const router of northbound.Logical_Router) router.static_routes.push('also')
  }
const found = (...edits: Edit[]) => routedAway(gatewayLab(...edits), OUTER, ns1, '203.0.113.10')

it('names a route that is narrower than the subnet of the end', async () => {
  expect(told((await found(also('192.168.100.100/32')))!)).toBe(
    'OVN_Northbound · Logical_Router_Static_Route · ip_prefix: lr0 sends what is for ns1 by its route 192.168.100.100/32 via 192.168.10.1, which is narrower than 192.168.100.254/24, the subnet of lr0-ls0',
  )
})

it.each(['192.168.0.0/16', '192.168.100.0/24', '192.168.100.7/32'])('names none of %s', async prefix => {
  expect(await found(also(prefix))).toBeUndefined()
})
