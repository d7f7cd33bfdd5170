import { expect, it } from 'vitest'
import { type Edit, named, solvedLab } from '../testing/solved-lab.ts'
import { copiedIntoVlan, mirrored } from './mirrored.ts'

const mirrorOf =
  (output_vlan: number[], external_ids: Record<string, string> = {}): Edit =>
  ({ ovs: { hypervisor } }) => {
    const mirror = { _uuid: 'm', name: 'rspan', output_port: [], output_vlan, external_ids }
    Object.assign(hypervisor, { Mirror: [mirror] })
    named(hypervisor.Bridge, 'br-eth2').mirrors = ['m']
  }
const copied = (output_vlan: number[], link: string, netns?: string) =>
  copiedIntoVlan(solvedLab(mirrorOf(output_vlan)), [
    { node: 'hypervisor', links: [link], ...(netns !== undefined && { netns }) },
  ])

it('names the mirror into a VLAN whose bridge has a link of the way', async () => {
  expect(await copied([10], 'eth2')).toMatchObject({
    where: 'hypervisor · Open_vSwitch · Mirror · output_vlan',
    cause: 'mirrored',
  })
})

it.each<[string, number[], string, string?]>([
  ['is of another bridge', [10], 'veth-ns2-br'],
  ['copies into no VLAN', [], 'eth2'],
  ['is not in the namespace of that link', [10], 'eth2', 'ns2'],
])('says nothing of a mirror that %s', async (_, vlan, link, netns) => {
  expect(await copied(vlan, link, netns)).toBeUndefined()
})

it.each<[string, Record<string, string>]>([
  ['OVN_Northbound · Logical_Switch_Port · mirror_rules', { 'ovn-owned': 'true' }],
  ['hypervisor · Open_vSwitch · Bridge · mirrors', {}],
])('names whose mirror it is: %s', async (where, external_ids) => {
  expect((await mirrored(solvedLab(mirrorOf([], external_ids))))?.where).toBe(where)
})
