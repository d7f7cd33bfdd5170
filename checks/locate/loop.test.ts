import { describe, expect, it } from 'vitest'
import type { Interface } from '../../harness/ovsdb/tables.ts'
import { withLook } from '../testing/diagnostics.ts'
import { type Edit, type Evidence, named, solvedLab } from '../testing/solved-lab.ts'
import { recordedRoute } from '../testing/traces.ts'
import { ringOn } from './loop.ts'

/** Puts an interface into a bridge of hypervisor, or of the node that is named. */
function plugIn(
  evidence: Evidence,
  bridge: string,
  about: Partial<Interface> & { name: string },
  node = 'hypervisor',
) {
  const tables = evidence.ovs[node as 'hypervisor']
  const [iface, port] = [named(tables.Interface, 'eth2'), named(tables.Port, 'eth2')]
  const [ifaceId, portId] = [`i-${about.name}`, `p-${about.name}`]
  tables.Interface.push({ ...iface, _uuid: ifaceId, ofport: [70 + tables.Interface.length], ...about })
  tables.Port.push({ ...port, _uuid: portId, name: about.name, interfaces: [ifaceId] })
  named(tables.Bridge, bridge).ports.push(portId)
}

/** An edit: a second bridge, joined to br-eth2 by as many pairs of patch ports, or of veth. */
const joined =
  (pairs: number, type = 'patch', about: object = {}): Edit =>
  evidence => {
    const { Bridge } = evidence.ovs.hypervisor
    Bridge.push({ ...named(Bridge, 'br-eth2'), _uuid: 'loop', name: 'br-loop', ports: [], ...about })
    const { links } = evidence.kernel.hypervisor
    const eth2 = named(links, 'eth2')
    for (let pair = 0; pair < pairs; pair++) {
      const [one, other] = [`lp${2 * pair}`, `lp${2 * pair + 1}`]
      plugIn(evidence, 'br-eth2', { name: one, type, options: { peer: other } })
      plugIn(evidence, 'br-loop', { name: other, type, options: { peer: one } })
      const [index, peerIndex] = [100 + 2 * pair, 101 + 2 * pair]
      if (type === '')
        links.push(
          { ...eth2, name: one, index, peerIndex },
          { ...eth2, name: other, index: peerIndex, peerIndex: index },
        )
    }
  }

const tunnel: Edit = evidence => {
  const [here, there] = [
    named(evidence.kernel.controller.links, 'eth2'),
    named(evidence.kernel.hypervisor.links, 'eth2'),
  ]
  here.addresses.push({ family: 'inet', address: '10.9.0.1', prefixLength: 24 })
  there.addresses.push({ family: 'inet', address: '10.9.0.2', prefixLength: 24 })
  plugIn(
    evidence,
    'br-eth2',
    { name: 'vx0', type: 'vxlan', options: { remote_ip: '10.9.0.2' } },
    'controller',
  )
  plugIn(evidence, 'br-eth2', { name: 'vx1', type: 'vxlan', options: { remote_ip: '10.9.0.1' } })
}

/** Whatever number a port of the bridge has. */
const silent = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [String(60 + at), ['NO_FLOOD']]))

const ring = (...edits: Edit[]) => ringOn(solvedLab(...edits), recordedRoute)

describe('bridges that are joined in a ring', () => {
  it.each<[string, ...Edit[]]>([
    ['by two pairs of patch ports', joined(2)],
    ['by two veth pairs', joined(2, '')],
  ])('are found: %s', async (_, ...edits) => {
    expect(await ring(...edits)).toMatchObject({
      where: 'hypervisor · Open_vSwitch · Bridge · ports',
      saw: {
        en: expect.stringMatching(/^lp2 and lp3 join hypervisor br-eth2 and hypervisor br-loop, which/),
      },
    })
  })
  it('are found where a tunnel lies beside the physical network', async () => {
    expect((await ring(tunnel))?.saw.en).toMatch(/^vx\d and vx\d join \w+ br-eth2 and \w+ br-eth2, which/)
  })
  it.each<[string, ...Edit[]]>([
    ['solved'],
    ['a bridge that hangs on another', joined(1)],
    ['a spanning tree', joined(2, 'patch', { rstp_enable: true })],
    ['flows alone', joined(2, 'patch', { fail_mode: ['secure'] })],
    [
      'a port that floods nothing',
      joined(2),
      withLook({ look: 'port-flags', node: 'hypervisor', bridge: 'br-loop' }, silent),
    ],
  ])('are none: %s', async (_, ...edits) => {
    expect(await ring(...edits)).toBeUndefined()
  })
})
