import { expect, it } from 'vitest'
import { silentNode } from '../watch/words.ts'
import { WatchedNode } from './watched-node.ts'

it('a node that is still being connected to is not said not to answer', async () => {
  const heard = () => undefined
  const node = new WatchedNode('hypervisor', {
    ...{ connect: () => new Promise<never>(() => {}), onLine: heard, onState: heard, onCommand: heard },
  })
  expect(silentNode(node.state).en).toBe('hypervisor is not reached yet')
  expect(() => node.machine()).toThrow('hypervisor is not reached yet')
})
