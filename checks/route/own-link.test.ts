import { expect, it } from 'vitest'
import { named, solvedLab } from '../testing/solved-lab.ts'
import { journeyFor } from './ends.ts'
import type { Journey } from './hop.ts'
import { plugPost } from './route.ts'

it('an internal port of the node itself is no outer end of a cable: what it sends comes in by no link', async () => {
  const lab = solvedLab(({ kernel, ovs }) => {
    const { links } = kernel.hypervisor
    const { Interface } = ovs.hypervisor
    const addresses = [{ family: 'inet' as const, address: '192.168.10.20', prefixLength: 24 }]
    const { peerIndex: _, peerNetnsId: __, ...link } = named(links, 'veth-ns2-br')
    links.push({ ...link, name: 'host0', index: 99, mac: '02:00:00:00:00:20', addresses })
    const iface = { ...structuredClone(named(Interface, 'veth-ns2-br')), _uuid: 'host0', name: 'host0' }
    Interface.push({ ...iface, type: 'internal', external_ids: { 'iface-id': 'host0' } })
    named(ovs.hypervisor.Port, 'veth-ns2-br').interfaces.push('host0')
  })
  const { from } = (await journeyFor(lab, { from: 'host0', to: 'ns1' })) as Journey
  expect(from).toMatchObject({ node: 'hypervisor', device: 'host0', row: 'host0', logicalPort: 'host0' })
  expect(from.plug).toBeUndefined()
  expect(plugPost(from)).toMatchObject({ links: ['host0'] })
})
