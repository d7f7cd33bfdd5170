import { describe, expect, it } from 'vitest'
import { type Edit, gatewayLab, ns1, OUTER } from '../testing/gateway-lab.ts'
import { told } from '../testing/told.ts'
import { nextHopAway, routedAway } from './routed-away.ts'

const also =
  (ip_prefix: string, policy: string[] = []): Edit =>
  ({ northbound }) => {
    const [route] = northbound.Logical_Router_Static_Route
    northbound.Logical_Router_Static_Route.push({ ...route!, _uuid: 'also', ip_prefix, policy })
    for (const router of northbound.Logical_Router) router.static_routes.push('also')
  }
const found = (...edits: Edit[]) => routedAway(gatewayLab(...edits), OUTER, ns1, '203.0.113.10')

it('names a route that is narrower than the subnet of the end', async () => {
  expect(told((await found(also('192.168.100.100/32')))!)).toBe(
    'OVN_Northbound · Logical_Router_Static_Route · ip_prefix: lr0 sends what is for ns1 by its route 192.168.100.100/32 via 192.168.10.1, which is narrower than 192.168.100.254/24, the subnet of lr0-ls0',
  )
})

it('says that a route goes by the source of packets', async () => {
  expect((await found(also('203.0.113.0/25', ['src-ip'])))?.saw.en).toContain(
    'by its route for packets from 203.0.113.0/25 via 192.168.10.1',
  )
})

it('names none by the end itself, but the one beside it that leads elsewhere', async () => {
  const byItself: Edit = ({ northbound }) => {
    const routes = northbound.Logical_Router_Static_Route
    routes.unshift({ ...routes[0]!, _uuid: 'itself', ip_prefix: '192.168.100.100/32', nexthop: ns1.address })
    for (const router of northbound.Logical_Router) router.static_routes.unshift('itself')
  }
  expect(await found(byItself)).toBeUndefined()
  expect((await found(also('192.168.100.100/32'), byItself))?.saw.en).toContain('via 192.168.10.1, which')
})

it.each(['192.168.0.0/16', '192.168.100.0/24', '192.168.100.7/32'])('names none of %s', async prefix => {
  expect(await found(also(prefix))).toBeUndefined()
})

describe('another port of the router whose network holds the address of the end', () => {
  const beside =
    (network: string): Edit =>
    ({ northbound }) => {
      const [port] = northbound.Logical_Router_Port
      northbound.Logical_Router_Port.push({ ...port!, _uuid: 'beside', name: 'lr0-old', networks: [network] })
      for (const router of northbound.Logical_Router) router.ports.push('beside')
    }
  const inside = { ...ns1, logicalPort: 'ls0-ns1' }
  const at = (network: string) => routedAway(gatewayLab(beside(network)), OUTER, inside, '203.0.113.10')

  it.each([
    ['192.168.100.65/26', /sends what is for ns1 out by lr0-old, .* is narrower than 192\.168\.100\.254\/24/],
    ['192.168.100.1/24', /which of them it uses for ns1 is left open$/],
  ])('is named: %s', async (network, words) => {
    const found = await at(network)
    expect(found).toMatchObject({ where: 'OVN_Northbound · Logical_Router_Port · networks' })
    expect(found?.saw.en).toMatch(words)
  })

  it.each(['192.168.0.1/16', '192.168.100.1/28'])(
    'is not named where it is wider, or elsewhere: %s',
    async network => {
      expect(await at(network)).toBeUndefined()
    },
  )

  it('is named where it holds the next hop', async () => {
    const away = (network: string) => nextHopAway(gatewayLab(beside(network)), OUTER, '192.168.10.1')
    expect((await away('192.168.10.2/28'))?.saw.en).toMatch(
      /sends what is for 192\.168\.10\.1 out by lr0-old/,
    )
    expect(await away('192.168.10.2/16')).toBeUndefined()
  })
})
