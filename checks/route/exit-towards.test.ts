import { expect, it } from 'vitest'
import type { Lab } from '../../harness/look/lab.ts'
import { type Edit, named, solvedLab } from '../testing/solved-lab.ts'
import { exitOf, exitTowards } from './exits.ts'

const OWN = '192.168.10.20'
/** The node has an address by the bridge of its physical link. */
const addressed: Edit = ({ kernel, ovs }) => {
  const { links } = kernel.hypervisor
  const { Interface, Port, Bridge } = ovs.hypervisor
  const addresses = [{ family: 'inet' as const, address: OWN, prefixLength: 24 }]
  links.push({ ...named(links, 'eth2'), name: 'host0', index: 99, addresses })
  Interface.push({
    ...structuredClone(named(Interface, 'eth2')),
    _uuid: 'i',
    name: 'host0',
    type: 'internal',
  })
  Port.push({ ...structuredClone(named(Port, 'eth2')), _uuid: 'p', name: 'host0', interfaces: ['i'] })
  named(Bridge, 'br-eth2').ports.push('p')
}
const linksTo = async (address: string, outside?: string[]) => {
  const lab = solvedLab(addressed)
  const looked = {
    wires: outside && { outside },
    ovs: (node: string) => lab.ovs(node),
    kernel: (node: string) => lab.kernel(node),
  } as unknown as Lab
  return (await exitTowards(looked, await exitOf(lab, 'hypervisor', true), address)).links
}

it('an address of the node itself is reached by its own port, and by no link that leads out', async () => {
  expect(await linksTo(OWN, ['192.168.10.1'])).toEqual(['host0'])
  expect(await linksTo('192.168.10.21', ['192.168.10.1'])).toEqual(['eth2'])
})

it('where a machine outside may have it, it is asked for there', async () => {
  expect(await linksTo(OWN, [OWN])).toEqual(['eth2'])
  expect(await linksTo(OWN)).toEqual(['eth2'])
})
