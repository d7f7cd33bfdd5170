import { expect, it } from 'vitest'
import { type Edit, named, solvedLab } from '../testing/solved-lab.ts'
import { journeyFor } from './ends.ts'

it('a namespace in a Linux bridge that leads to OVN’s, which may have lost that lead', async () => {
  const behind =
    (master?: string): Edit =>
    ({ kernel, ovs }) => {
      const { links } = kernel.controller
      const outer = named(links, 'veth-ns1-br')
      const { peerIndex: _, peerNetnsId: __, ...link } = outer
      outer.master = 'qbr'
      links.push({ ...link, name: 'qbr', index: 90, kind: 'bridge' })
      links.push({ ...link, name: 'qvb', index: 91, peerIndex: 92, ...(master && { master }) })
      links.push({ ...link, name: 'qvo', index: 92, peerIndex: 91 })
      for (const row of [...ovs.controller.Interface, ...ovs.controller.Port])
        if (row.name === 'veth-ns1-br') row.name = 'qvo'
    }
  const crossed = { plug: 'qvo', logicalPort: 'ls0-ns1', behind: { bridge: 'qbr', outer: 'veth-ns1-br' } }
  for (const master of ['qbr', undefined])
    expect(await journeyFor(solvedLab(behind(master)), { from: 'ns2', to: 'ns1' })).toMatchObject({
      to: { netns: 'ns1', device: 'eth0', ...crossed },
    })
})
