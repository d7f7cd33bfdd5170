import { expect, it } from 'vitest'
import { unmet } from '../testing/outcome.ts'
import { both, named, ns1, solvedLab } from '../testing/solved-lab.ts'
import { pluggedIn } from './plugged-in.ts'

it('says where two links lead whose names are those of each other', async () => {
  const lab = solvedLab(({ kernel, ovs }) => {
    const { links, netns } = kernel.controller
    const own = named(links, 'veth-ns1-br')
    links.push({ ...structuredClone(own), name: 'veth-ns1-br', index: 77, peerIndex: 78 })
    own.name = 'veth-ns9-br'
    netns.ns9 = [{ ...structuredClone(netns.ns1![0]!), name: 'eth0', index: 78, peerIndex: 77 }]
    const [port, iface] = [
      named(ovs.controller.Port, 'veth-ns1-br'),
      named(ovs.controller.Interface, 'veth-ns1-br'),
    ]
    ovs.controller.Interface.push({
      ...structuredClone(iface),
      _uuid: 'i9',
      name: 'veth-ns9-br',
      external_ids: { 'iface-id': 'ls0-ns9' },
    })
    ovs.controller.Port.push({
      ...structuredClone(port),
      _uuid: 'p9',
      name: 'veth-ns9-br',
      interfaces: ['i9'],
    })
    named(ovs.controller.Bridge, 'br-int').ports.push('p9')
  })
  expect((await unmet(pluggedIn(lab, ns1, both))).saw?.en).toMatch(
    /; the other ends of these interfaces are in: veth-ns9-br → ns1, veth-ns1-br → ns9$/,
  )
})
