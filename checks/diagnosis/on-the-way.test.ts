import { expect, it } from 'vitest'
import { withLook } from '../testing/diagnostics.ts'
import { type Edit, solvedLab } from '../testing/solved-lab.ts'
import { hangsOnTheWay } from './on-the-way.ts'

const leaves = withLook({ look: 'routes', node: 'hypervisor', routes: [{ to: '192.168.33.10' }] }, [
  { to: '192.168.33.10', device: 'br-eth1' },
])
const saysNothing: Edit = ({ kernel }) => {
  kernel.hypervisor.answers = {}
  delete kernel.hypervisor.datapath
}

it('names an ovs-vswitchd that hangs, where the way to the southbound database leads through it', async () => {
  const found = await hangsOnTheWay(solvedLab(leaves, saysNothing), 'hypervisor')
  expect(found?.where).toBe('hypervisor · ovs-vswitchd')
  expect(found?.saw.en).toBe(
    'ovs-vswitchd is a running process on hypervisor, but does not answer; ovn-controller of hypervisor is not connected to the southbound database',
  )
})

it('has nothing to say of one that answers', async () => {
  expect(await hangsOnTheWay(solvedLab(leaves), 'hypervisor')).toBeUndefined()
})
