import { describe, expect, it } from 'vitest'
import { type Edit, lan, leasedLab, ns1 } from '../testing/leased-lab.ts'
import { unmet } from '../testing/outcome.ts'

const addresses =
  (change: (mac: string) => string): Edit =>
  ({ northbound }) => {
    for (const port of northbound.Logical_Switch_Port)
      port.addresses = [change(port.addresses[0]!.split(' ')[0]!)]
  }

describe('an address that OVN assigns', () => {
  it.each<[string, Edit]>([
    ['as recorded', () => {}],
    ['with a MAC address of its choice', addresses(() => 'dynamic')],
    ['with an IPv6 address beside it', addresses(mac => `${mac} dynamic fd00::9`)],
  ])('is there, %s', async (_, edit) => {
    await expect(lan.assigned(ns1)(leasedLab(edit))).resolves.toBeUndefined()
  })

  it.each<[string, Edit]>([
    ['addresses', addresses(mac => mac)],
    ['addresses', addresses(mac => `${mac} 10.0.0.50`)],
    ['addresses', addresses(() => 'dynamic 10.0.0.50')],
    [
      'dynamic_addresses',
      ({ northbound }) => {
        for (const port of northbound.Logical_Switch_Port)
          port.dynamic_addresses = [port.dynamic_addresses[0]!.replace('10.0.0.', '10.0.1.')]
      },
    ],
  ])('is not there: see %s', async (column, edit) => {
    // ovn-northd of a recording says nothing; where it runs is looked at only where the word is there.
    const told = unmet(lan.assigned(ns1)(leasedLab(edit)))
    expect((await told).where).toBe(`OVN_Northbound · Logical_Switch_Port · ${column}`)
  })

  it.each<[string, (mac: string) => string]>([
    ['an address behind it', mac => `${mac} dynamic 10.0.0.5`],
    ['an address before it', mac => `${mac} 10.0.0.5 dynamic`],
    ['large letters', mac => `${mac} DYNAMIC`],
    ['a sign behind it', mac => `${mac} dynamic,`],
  ])('is not there: the word has %s, and OVN reads it not so', async (_, change) => {
    const { where, saw } = await unmet(lan.assigned(ns1)(leasedLab(addresses(change))))
    expect(where).toBe('OVN_Northbound · Logical_Switch_Port · addresses')
    expect(saw.en).toMatch(/; ".*" is in no form in which OVN reads that word: it stands alone, or last, /)
  })

  it('is not there: the switch has none to choose', async () => {
    const lab = leasedLab(({ northbound }) => {
      for (const port of northbound.Logical_Switch_Port)
        port.dynamic_addresses = [port.dynamic_addresses[0]!.split(' ')[0]!]
      for (const { other_config } of northbound.Logical_Switch)
        other_config.exclude_ips = '10.0.0.2..10.0.0.254'
    })
    const { where, saw } = await unmet(lan.assigned(ns1)(lab))
    expect(where).toBe('OVN_Northbound · Logical_Switch · other_config:exclude_ips')
    expect(saw.en).toMatch(/^addresses ".* dynamic", dynamic_addresses ".*"; .* leaves no address /)
  })

  it('is another machine’s where the MAC address and the word are two elements', async () => {
    const lab = leasedLab(({ northbound }) => {
      for (const port of northbound.Logical_Switch_Port) {
        port.addresses = port.addresses[0]!.split(' ')
        port.dynamic_addresses = ['0a:00:00:00:00:03 10.0.0.2']
      }
    })
    const { where, saw } = await unmet(lan.assigned(ns1)(lab))
    expect(where).toBe('OVN_Northbound · Logical_Switch_Port · addresses')
    expect(saw.en).toMatch(/addresses has ".*" and "dynamic", so OVN chose 10\.0\.0\.2 for 0a:00:00:00:00:03/)
  })

  it('needs a switch with a subnet', async () => {
    await expect(lan.choosesAddresses()(leasedLab())).resolves.toBeUndefined()
    const lab = leasedLab(({ northbound }) => {
      for (const own of northbound.Logical_Switch) own.other_config = {}
    })
    expect(await unmet(lan.choosesAddresses()(lab))).toMatchObject({
      where: 'OVN_Northbound · Logical_Switch · other_config:subnet',
      saw: { en: 'other_config:subnet of ls0 is (none)' },
    })
  })

  it('needs it in the row that has the ports, and in the column that OVN reads', async () => {
    const lab = leasedLab(({ northbound: { Logical_Switch: rows } }) => {
      const [own] = rows
      rows.push({ ...own!, _uuid: 'twin', ports: [] })
      own!.other_config = {}
      own!.external_ids = { subnet: '10.0.0.0/24' }
    })
    expect(await unmet(lan.choosesAddresses()(lab))).toMatchObject({
      where: 'OVN_Northbound · Logical_Switch · name',
      saw: {
        en: 'other_config:subnet of ls0 is (none) (external_ids:subnet = "10.0.0.0/24"); another switch is called ls0 too, and its other_config:subnet is "10.0.0.0/24"',
      },
    })
  })
})
