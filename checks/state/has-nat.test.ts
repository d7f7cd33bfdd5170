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
  ])('names %s', async (place, edit) => {
    const { where } = await unmet(translatesSource(gatewayLab(edit), source))
    expect(where).toBe(`OVN_Northbound · ${place}`)
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
    ['NAT · logical_ip', row('dnat', { logical_ip: ns1.gateway })],
    ['NAT · external_ip', row('dnat', { external_ip: ns1.address, logical_ip: FLOATING })],
    ['NAT · type', row('dnat', { type: 'snat' })],
    [
      'NAT · external_mac',
      row('dnat', { type: 'dnat_and_snat', external_mac: ['02:00:00:00:00:28'], logical_port: ['ls0-ns1'] }),
    ],
  ])('names %s', async (place, edit) => {
    const { where } = await unmet(translatesDestination(gatewayLab(edit), destination))
    expect(where).toBe(`OVN_Northbound · ${place}`)
  })
})
