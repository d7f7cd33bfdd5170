import { expect, it } from 'vitest'
import { type Edit, named, solvedLab } from '../testing/solved-lab.ts'
import { copiedIntoVlan } from './mirrored.ts'

const mirrorOf =
  (output_vlan: number[]): Edit =>
  ({ ovs: { hypervisor } }) => {
    Object.assign(hypervisor, { Mirror: [{ _uuid: 'm', name: 'rspan', output_port: [], output_vlan }] })
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
