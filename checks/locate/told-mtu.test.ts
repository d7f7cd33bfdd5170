import { describe, expect, it } from 'vitest'
import { same } from '../../harness/core/text.ts'
import { type Edit, leasedLab } from '../testing/leased-lab.ts'
import { toldMtu } from './told-mtu.ts'

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
