import { describe, expect, it } from 'vitest'
import { type Edit, named, solvedLab } from '../testing/solved-lab.ts'
import { exitOf } from './exits.ts'

const out = async (...edits: Edit[]) => {
  const { links, bond } = await exitOf(solvedLab(...edits), 'hypervisor', true)
  return { links, bond }
}

/** An edit: the link that leads out is a bond of the kernel with two members. */
const ofKernel: Edit = ({ kernel: { hypervisor } }) => {
  const eth2 = named(hypervisor.links, 'eth2')
  eth2.kind = 'bond'
  for (const name of ['p1', 'p2']) {
    const { kind: _, ...member } = { ...eth2, name, master: 'eth2' }
    hypervisor.links.push(member)
  }
}

/** An edit: Open vSwitch has a second member beside the link that leads out. */
const ofOpenVSwitch: Edit = ({ ovs: { hypervisor } }) => {
  hypervisor.Interface.push({ ...named(hypervisor.Interface, 'eth2'), _uuid: 'second', name: 'eth3' })
  const port = named(hypervisor.Port, 'eth2')
  port.name = 'bond0'
  port.interfaces.push('second')
}

describe('the links by which packets leave a node', () => {
  it('are one, where there is no bond', async () => {
    expect(await out()).toEqual({ links: ['eth2'], bond: undefined })
  })
  it('are a bond of the kernel, and its members', async () => {
    expect(await out(ofKernel)).toEqual({ links: ['eth2', 'p1', 'p2'], bond: 'eth2' })
  })
  it('are the members of a bond of Open vSwitch', async () => {
    expect(await out(ofOpenVSwitch)).toEqual({ links: ['eth2', 'eth3'], bond: 'bond0' })
  })
})
