import { describe, expect, it } from 'vitest'
import { type Edit, lan, leasedLab, ns1 } from '../testing/leased-lab.ts'
import { unmet } from '../testing/outcome.ts'

const option =
  (name: string, value?: string): Edit =>
  ({ northbound }) => {
    const { options } = northbound.DHCP_Options[0]!
    if (value === undefined) delete options[name]
    else options[name] = value
  }

describe('a row of DHCP_Options', () => {
  it.each<[string, Edit]>([
    ['is as recorded', () => {}],
    [
      'has host bits in its cidr',
      ({ northbound }) => {
        northbound.DHCP_Options[0]!.cidr = '10.0.0.7/24'
      },
    ],
    [
      'has classless routes for single networks alone',
      option('classless_static_route', '{10.9.0.0/24, 10.0.0.9}'),
    ],
    [
      'has the way to everybody among its classless routes',
      option('classless_static_route', '{10.9.0.0/24, 10.0.0.9, 0.0.0.0/0, 10.0.0.1}'),
    ],
    ['names several routers', option('router', '{10.0.0.1, 10.0.0.2}')],
    ['says the mask of its cidr once more', option('netmask', '255.255.255.0')],
    [
      'is beside one of another subnet',
      ({ northbound }) =>
        void northbound.DHCP_Options.unshift({
          _uuid: 'x',
          cidr: '10.9.0.0/24',
          options: {},
          external_ids: {},
        }),
    ],
  ])('%s', async (_, edit) => {
    const lab = leasedLab(edit)
    await expect(lan.hasOptions()(lab)).resolves.toBeUndefined()
    await expect(lan.refersToOptions(ns1)(lab)).resolves.toBeUndefined()
  })

  it.each<[string, Edit]>([
    ['options:server_id', option('server_id')],
    ['options:server_mac', option('server_mac', '02-00-0a-00-00-01')],
    ['options:lease_time', option('lease_time', 'an hour')],
    ['options:lease_time', option('lease_time', '99999999999')],
    ['options:router', option('router', '10.1.0.1')],
    ['options:router', option('router', '{10.0.0.2, 10.0.0.1}')],
    ['options:netmask', option('netmask', '255.255.255.128')],
    [
      'options:classless_static_route',
      option('classless_static_route', '{0.0.0.0/0, 10.0.0.77, 10.9.0.0/24, 10.0.0.1}'),
    ],
    [
      'options:ms_classless_static_route',
      option('ms_classless_static_route', '{10.9.0.0/24, 10.0.0.1, 0.0.0.0/0, 10.0.0.9}'),
    ],
    [
      'cidr',
      ({ northbound }) => {
        northbound.DHCP_Options[0]!.cidr = '10.0.0.0/25'
      },
    ],
  ])('is not enough for OVN where %s is wrong', async (column, edit) => {
    const where = `OVN_Northbound · DHCP_Options · ${column}`
    expect(await unmet(lan.hasOptions()(leasedLab(edit)))).toMatchObject({ where })
    expect(await unmet(lan.refersToOptions(ns1)(leasedLab(edit)))).toMatchObject({ where })
  })

  it('is not there at all', async () => {
    const lab = leasedLab(({ northbound }) => {
      northbound.DHCP_Options = []
    })
    expect((await unmet(lan.hasOptions()(lab))).saw.en).toBe('no row in DHCP_Options')
  })

  it('is of no use to a port that does not refer to it', async () => {
    const lab = leasedLab(({ northbound }) => {
      for (const port of northbound.Logical_Switch_Port) port.dhcpv4_options = []
    })
    expect((await unmet(lan.refersToOptions(ns1)(lab))).where).toBe(
      'OVN_Northbound · Logical_Switch_Port · dhcpv4_options',
    )
  })

  it('is not what a port refers to that refers to the row of another network', async () => {
    const lab = leasedLab(({ northbound }) => {
      const [row] = northbound.DHCP_Options
      northbound.DHCP_Options.push({ ...row!, _uuid: '12345678-0000', cidr: '10.9.0.0/24' })
      for (const port of northbound.Logical_Switch_Port) port.dhcpv4_options = ['12345678-0000']
    })
    expect(await unmet(lan.refersToOptions(ns1)(lab))).toMatchObject({
      where: 'OVN_Northbound · Logical_Switch_Port · dhcpv4_options',
      saw: {
        en: 'dhcpv4_options of ls0-ns1 refers to the row 12345678 of 10.9.0.0/24; cidr is "10.9.0.0/24"',
      },
    })
  })
})
