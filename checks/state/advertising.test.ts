import { describe, expect, it } from 'vitest'
import { advertisedLab, type Edit, type Evidence, inet6 } from '../testing/advertised-lab.ts'
import { unmet } from '../testing/outcome.ts'

const port = ({ northbound }: Evidence) => northbound.Logical_Router_Port[0]!
const networks =
  (...all: string[]): Edit =>
  evidence => {
    port(evidence).networks = all
  }
const configs =
  (all: Record<string, string>): Edit =>
  evidence => {
    port(evidence).ipv6_ra_configs = all
  }
const row = ({ Port_Binding }: Evidence['southbound']) =>
  Port_Binding.find(({ logical_port }) => logical_port === 'lr0-ls0')!

describe('the port of a router that is to advertise', () => {
  it.each<[string, Edit[]]>([
    ['as it was recorded', []],
    ['written otherwise, beside an address of IPv4', [networks('10.0.0.1/24', '2001:0DB8:3:0::53/64')]],
  ])('has an address of the prefix: %s', async (_, edits) => {
    await expect(inet6.hasRouterPort()(advertisedLab(...edits))).resolves.toBeUndefined()
  })

  it.each<[string, Edit]>([
    ['networks', networks('10.0.0.1/24')],
    ['networks', networks('2001:db8:3::1/80')],
    ['networks', networks('2001:db8:4::1/64')],
    [
      'enabled',
      evidence => {
        port(evidence).enabled = [false]
      },
    ],
  ])('has none: %s', async (column, edit) => {
    const { where } = await unmet(inet6.hasRouterPort()(advertisedLab(edit)))
    expect(where).toBe(`OVN_Northbound · Logical_Router_Port · ${column}`)
  })
})

it('is begun with where the port is there and disabled: who disabled it is to know that', async () => {
  const lab = advertisedLab(evidence => void Object.assign(port(evidence), { enabled: [false] }))
  await expect(inet6.hasRouterPort()(lab)).rejects.toMatchObject({ isBegun: true })
})

describe('what it is to advertise', () => {
  it.each(['slaac', 'dhcpv6_stateless'])('lets hosts form their addresses: %s', async mode => {
    const lab = advertisedLab(configs({ address_mode: mode, send_periodic: 'true' }))
    await expect(inet6.advertises()(lab)).resolves.toBeUndefined()
  })

  it.each<[string, Record<string, string>]>([
    ['address_mode', { send_periodic: 'true' }],
    ['address_mode', { address_mode: 'dhcpv6_stateful', send_periodic: 'true' }],
    ['send_periodic', { address_mode: 'slaac' }],
  ])('lacks %s', async (key, all) => {
    const { where } = await unmet(inet6.advertises()(advertisedLab(configs(all))))
    expect(where).toBe(`OVN_Northbound · Logical_Router_Port · ipv6_ra_configs:${key}`)
  })

  it('is not known to a recording of an earlier release', async () => {
    const lab = advertisedLab(evidence => void Reflect.deleteProperty(port(evidence), 'ipv6_ra_configs'))
    expect((await unmet(inet6.advertises()(lab))).where).toMatch(/ipv6_ra_configs:address_mode$/)
  })
})

describe('the southbound database', () => {
  it.each<[string, Edit[]]>([
    ['as it was recorded', []],
    ['where the northbound one writes it otherwise', [networks('2001:0DB8:3::0:1/64')]],
  ])('has the advertisement %s', async (_, edits) => {
    await expect(inet6.carriedSouth()(advertisedLab(...edits))).resolves.toBeUndefined()
  })

  it.each<[string, Edit]>([
    [
      'not the prefix',
      ({ southbound }) => {
        row(southbound).options.ipv6_ra_prefixes = '2001:db8:4::/64'
      },
    ],
    [
      'nothing',
      ({ southbound }) => {
        row(southbound).options = { peer: 'ls0-lr0' }
      },
    ],
  ])('has %s', async (_, edit) => {
    const { where } = await unmet(inet6.carriedSouth()(advertisedLab(edit)))
    expect(where).toBe('OVN_Southbound · Port_Binding · options:ipv6_ra_send_periodic')
  })

  it('is of a router that had another address', async () => {
    const { where } = await unmet(inet6.carriedSouth()(advertisedLab(networks('2001:db8:3::2/64'))))
    expect(where).toBe('OVN_Southbound · Port_Binding · options:peer')
  })
})

it('is joined to the switch of both', async () => {
  await expect(inet6.joinedToRouter()(advertisedLab())).resolves.toBeUndefined()
})
