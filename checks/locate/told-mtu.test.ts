import { describe, expect, it } from 'vitest'
import { same } from '../../harness/core/text.ts'
import { advertisedLab } from '../testing/advertised-lab.ts'
import { type Edit, leasedLab } from '../testing/leased-lab.ts'
import { advertisedMtu, toldMtu } from './told-mtu.ts'

const narrow = { where: 'controller · netns ns1', saw: same('narrow'), tryThis: 'x', cause: 'mtu' as const }
const [link, row] = [600, '600']
const set =
  (linkBytes: number, rowBytes?: string): Edit =>
  ({ kernel, northbound }) => {
    kernel.controller.netns.ns1!.find(({ name }) => name === 'eth0')!.mtu = linkBytes
    if (rowBytes !== undefined) northbound.DHCP_Options[0]!.options.mtu = rowBytes
  }
const whereWith = async (edit: Edit, found: typeof narrow | undefined = narrow) => {
  const end = { node: 'controller', netns: 'ns1', device: 'eth0', logicalPort: 'ls0-ns1' }
  return toldMtu(leasedLab(edit), { ...end, mac: '', address: '10.0.0.2', prefixLength: 24 }, found)
}

describe('a link that is too narrow', () => {
  it('has the MTU that OVN told it', async () => {
    const found = await whereWith(set(link, row))
    expect(found).toMatchObject({
      where: 'OVN_Northbound · DHCP_Options · options:mtu',
      saw: { en: 'narrow; OVN told it so by DHCP: mtu in options of 10.0.0.0/24 is 600' },
    })
    // What to do about a link of one's own is no answer here.
    expect(found).not.toHaveProperty('cause')
  })

  it.each([
    ['another one', set(link, '1400')],
    ['one of its own', set(link)],
  ])('has %s', async (_, edit) => expect(await whereWith(edit)).toBe(narrow))
})

describe('a link that is too narrow for what a router advertises', () => {
  const echo = { kind: 'echo-request' as const, token: '', bytes: 8_952 }
  const inet6 = { ...echo, source: '2001:db8:3::11', destination: '2001:db8:3::12' }
  const advertising = (mtu: string) =>
    advertisedLab(({ northbound }) => {
      for (const port of northbound.Logical_Router_Port) port.ipv6_ra_configs.mtu = mtu
    })

  it('is named with the row that has hosts send such packets', async () => {
    const found = await advertisedMtu(advertising('9000'), inet6, narrow)
    expect(found).toMatchObject({
      where: narrow.where,
      saw: { en: expect.stringMatching(/^narrow; OVN advertises an MTU of 9000/) },
    })
  })

  it.each([
    ['less is advertised', '1500', inet6],
    ['it is no packet of IPv6', '9000', { ...inet6, source: '10.0.0.2', destination: '10.0.0.3' }],
  ])('is named alone where %s', async (_, mtu, packet) => {
    expect(await advertisedMtu(advertising(mtu), packet, narrow)).toBe(narrow)
  })
})
