import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Link } from '../look/evidence.ts'
import { lookAtKernel } from './kernel.ts'
import { type KernelPart, lookAtParts } from './kernel-parts.ts'
import { localMachine } from './testing/local-machine.ts'
import { makeNodes, whyNoNamespaces } from './testing/two-nodes.ts'

const named = (links: Link[] | undefined, name: string) => links?.find(link => link.name === name)

const reason = whyNoNamespaces()
describe.skipIf(reason)(
  `a part of the kernel facts of a real machine${reason ? ` (skipped, ${reason})` : ''}`,
  () => {
    let nodes: ReturnType<typeof makeNodes>
    beforeAll(() => {
      nodes = makeNodes()
    })
    afterAll(() => nodes.remove())

    it('reads again the links of one namespace alone, and all of it where that is gone', async () => {
      const machine = localMachine('controller', nodes.a)
      const before = await lookAtKernel(machine)
      nodes.ip('-n', nodes.inner, 'link', 'set', 'eth0', 'down')
      const after = await lookAtParts(machine, before, new Set([`links of ${nodes.inner}` as const]))
      expect(named(after.netns[nodes.inner], 'eth0')?.isUp).toBe(false)
      // Of the other end the kernel tells by itself.
      expect(after.links).toEqual(before.links)
      const parts = new Set<KernelPart>(['links of ', `links of ${nodes.inner}`])
      const { links, netns } = await lookAtParts(machine, after, parts)
      expect(named(links, 'eth2')).toMatchObject({ isUp: true, hasCarrier: false })
      expect(netns[nodes.inner]).toEqual(after.netns[nodes.inner])
      nodes.ip('-n', nodes.inner, 'link', 'set', 'eth0', 'up')
      const whole = await lookAtParts(machine, before, new Set(['links of nobody'] as const))
      expect(whole.netns).toHaveProperty(nodes.inner)
      expect(whole.netns).not.toHaveProperty('nobody')
    })
  },
)
