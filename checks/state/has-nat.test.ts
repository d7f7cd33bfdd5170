import { describe, expect, it } from 'vitest'
import type { Nat } from '../../harness/ovsdb/tables.ts'
import { type Edit, FLOATING, gatewayLab, ns1, OUTER } from '../testing/gateway-lab.ts'
import { unmet } from '../testing/outcome.ts'
import { translatesDestination, translatesSource } from './has-nat.ts'

const source = { router: OUTER, inside: ns1, external: [OUTER, FLOATING] }
const destination = { ...source, external: [FLOATING] }

/** The row of one type, as `change` makes it; gone without. */
const row =
  (type: string, change?: Partial<Nat>): Edit =>
  ({ northbound }) => {
    northbound.NAT = northbound.NAT.flatMap(one =>
      one.type !== type ? [one] : change ? [{ ...one, ...change }] : [],
    )
  }

describe('translatesSource', () => {
  it.each<[string, Edit[]]>([
    ['the subnet', []],
    ['ports of clients', [row('snat', { external_port_range: '1024-65535' })]],
    ['the host alone', [row('snat', { logical_ip: ns1.address })]],
    ['the floating address both ways', [row('snat'), row('dnat', { type: 'dnat_and_snat' })]],
  ])('holds where a rule is for %s', async (_, edits) => {
    await expect(translatesSource(gatewayLab(...edits), source)).resolves.toBeUndefined()
  })

  it.each<[string, Edit]>([
    ['Logical_Router · nat', row('snat')],
    ['NAT · logical_ip', row('snat', { logical_ip: '192.168.1.0/24' })],
    ['NAT · external_ip', row('snat', { external_ip: '192.168.10.1' })],
    ['NAT · type', row('snat', { type: 'dnat' })],
    ['NAT · type', row('snat', { type: 'dnat_and_snat' })],
    ['NAT · external_port_range', row('snat', { external_port_range: '30000-30001' })],
    ['NAT · external_port_range', row('snat', { external_port_range: 'all' })],
    ['NAT · external_mac', row('snat', { external_mac: ['auto'] })],
  ])('names %s', async (place, edit) => {
    const { where } = await unmet(translatesSource(gatewayLab(edit), source))
    expect(where).toBe(`OVN_Northbound · ${place}`)
  })
})

describe('an address set of a row', () => {
  const SET = '8e4c6a10-0000-4000-8000-000000000001'
  const peers = ['192.168.10.0/24', '203.0.113.0/24']
  const limited =
    (type: string, addresses: string[], change: Partial<Nat>): Edit =>
    of => {
      row(type, { ...of.northbound.NAT.find(one => one.type === type), ...change })(of)
      Object.assign(of.northbound, {
        Address_Set: [{ _uuid: SET, name: 'set', addresses, external_ids: {} }],
      })
    }

  it.each<[string, string[], Partial<Nat>]>([
    ['leaves out others', ['10.0.0.0/8'], { exempted_ext_ips: [SET] }],
    ['allows the peers', ['192.168.10.0/24', '203.0.112.0/255.255.254.0'], { allowed_ext_ips: [SET] }],
  ])('may be one that %s', async (_, addresses, change) => {
    const edit = limited('snat', addresses, change)
    await expect(translatesSource(gatewayLab(edit), { ...source, peers })).resolves.toBeUndefined()
  })

  it.each<[string, string[], Partial<Nat>]>([
    ['exempted_ext_ips', ['0.0.0.0/0'], { exempted_ext_ips: [SET] }],
    ['allowed_ext_ips', ['192.168.10.1'], { allowed_ext_ips: [SET] }],
  ])('must not leave out a peer by %s', async (column, addresses, change) => {
    const edit = limited('snat', addresses, change)
    const { where, saw } = await unmet(translatesSource(gatewayLab(edit), { ...source, peers }))
    expect(where).toBe(`OVN_Northbound · NAT · ${column}`)
    expect(saw.en).toContain(column)
  })

  it.each<[string, string[], Partial<Nat>, RegExp]>([
    ['is spared', ['9.0.0.0/8'], { exempted_ext_ips: [SET] }, /with 9\.0\.0\.0\/8$/],
    ['is not allowed', ['0.0.0.0/1'], { allowed_ext_ips: [SET] }, /with 192\.168\.10\.0\/24$/],
  ])('must not leave out the Internet: a part of it %s', async (_, addresses, change, who) => {
    const edit = limited('snat', addresses, change)
    const { saw } = await unmet(translatesSource(gatewayLab(edit), { ...source, peers, isForAll: true }))
    expect(saw.en).toMatch(who)
  })

  it('may spare networks inside', async () => {
    const edit = limited('snat', ['10.0.0.0/8', '172.20.0.0/16'], { exempted_ext_ips: [SET] })
    const all = { ...source, peers, isForAll: true }
    await expect(translatesSource(gatewayLab(edit), all)).resolves.toBeUndefined()
  })

  it('must not leave out who asks for the floating address', async () => {
    const edit = limited('dnat', ['192.168.10.1'], { exempted_ext_ips: [SET] })
    const { where } = await unmet(translatesDestination(gatewayLab(edit), { ...destination, peers }))
    expect(where).toBe('OVN_Northbound · NAT · exempted_ext_ips')
  })
})

describe('a match of a row', () => {
  const peers = ['192.168.10.0/24']
  /** What ovn-trace tells of each packet: the addresses that it is given. */
  const traced = (...given: (string[] | undefined)[]): Edit[] => [
    of => row('snat', { ...of.northbound.NAT.find(one => one.type === 'snat'), match: 'icmp4' })(of),
    ({ looks }) => {
      looks['logical-traces'] = given.map(one => ({
        outputs: ['ls1-localnet'],
        ...(one && { given: one }),
      }))
    },
  ]

  it('is for packets of each kind that it was traced for', async () => {
    const lab = gatewayLab(...traced([OUTER], [OUTER], [OUTER]))
    await expect(translatesSource(lab, { ...source, peers })).resolves.toBeUndefined()
  })

  it('is not for a kind that gets out as it was', async () => {
    const { where, saw } = await unmet(
      translatesSource(gatewayLab(...traced([OUTER], [], [OUTER])), { ...source, peers }),
    )
    expect(where).toBe('OVN_Northbound · NAT · match')
    expect(saw.en).toMatch(/match \(icmp4\).* does not translate TCP from 192\.168\.100\.100/)
  })

  it('leaves out who gets no further than the router', async () => {
    const lab = gatewayLab(
      of => row('dnat', { ...of.northbound.NAT.find(one => one.type === 'dnat'), match: 'icmp4' })(of),
      ({ looks }) => {
        looks['logical-traces'] = [[ns1.address], [], []].map(given => ({ outputs: [], given }))
      },
    )
    const { where, saw } = await unmet(translatesDestination(lab, { ...destination, peers }))
    expect(where).toBe('OVN_Northbound · NAT · match')
    expect(saw.en).toMatch(/TCP from 192\.168\.10\.\d+ to 192\.168\.10\.40$/)
  })

  it('is not judged where OVN would ask for a MAC address first', async () => {
    const lab = gatewayLab(...traced(undefined, undefined, undefined))
    await expect(translatesSource(lab, { ...source, peers })).resolves.toBeUndefined()
  })
})

describe('translatesDestination', () => {
  it.each<[string, Edit[]]>([
    ['dnat', []],
    ['dnat_and_snat', [row('dnat', { type: 'dnat_and_snat' })]],
  ])('holds by %s', async (_, edits) => {
    await expect(translatesDestination(gatewayLab(...edits), destination)).resolves.toBeUndefined()
  })

  it.each<[string, Edit]>([
    ['Logical_Router · nat', row('dnat')],
    [
      'Logical_Router_Port · networks',
      ({ northbound }) => {
        northbound.Logical_Router_Port.find(({ networks }) => networks[0]?.startsWith(OUTER))!.networks.push(
          `${FLOATING}/24`,
        )
      },
    ],
    ['NAT · logical_ip', row('dnat', { logical_ip: ns1.gateway })],
    ['NAT · external_ip', row('dnat', { external_ip: ns1.address, logical_ip: FLOATING })],
    ['NAT · type', row('dnat', { type: 'snat' })],
    ['NAT · external_port_range', row('dnat', { external_port_range: 'all' })],
    ['NAT · external_mac', row('dnat', { external_mac: ['auto'] })],
    [
      'NAT · external_mac',
      row('dnat', { type: 'dnat_and_snat', external_mac: ['02:00:00:00:00:28'], logical_port: ['ls0-ns1'] }),
    ],
  ])('names %s', async (place, edit) => {
    const { where } = await unmet(translatesDestination(gatewayLab(edit), destination))
    expect(where).toBe(`OVN_Northbound · ${place}`)
  })
})
