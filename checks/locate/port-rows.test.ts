import { describe, expect, it } from 'vitest'
import { plugs } from '../../harness/look/integration-bridge.ts'
import { quietStack, withLook } from '../testing/diagnostics.ts'
import { type Edit, named, solvedLab } from '../testing/solved-lab.ts'
import { lost } from '../testing/traces.ts'
import { limitedAt, reserved } from './port-rows.ts'

const PATCH = 'patch-ls0-localnet-to-br-int'
/** A mirror of br-eth2 whose copies leave by a port. */
const mirrorTo =
  (name: string): Edit =>
  ({ ovs: { hypervisor } }) => {
    const port = named(hypervisor.Port, name)
    Object.assign(hypervisor, { Mirror: [{ _uuid: 'm', name: 'watch', output_port: [port._uuid] }] })
    named(hypervisor.Bridge, 'br-eth2').mirrors = ['m']
  }
const reservedWith = async (...edits: Edit[]) => {
  const lab = solvedLab(...edits)
  return reserved('hypervisor', await lab.ovs('hypervisor'), { links: ['veth-ns2-br', 'eth2'] })
}

describe('a port that a mirror keeps for itself', () => {
  it.each(['eth2', PATCH])('is named by its row: %s', async port => {
    expect(await reservedWith(mirrorTo(port))).toMatchObject({
      where: 'hypervisor · Open_vSwitch · Mirror · output_port',
      cause: 'mirrored',
    })
  })
  it.each<[string, Edit[]]>([
    ['there is no mirror', []],
    ['it is none of the way', [mirrorTo('br-eth2')]],
    [
      'no bridge has the mirror',
      [
        mirrorTo('eth2'),
        ({ ovs }) => void Object.assign(named(ovs.hypervisor.Bridge, 'br-eth2'), { mirrors: [] }),
      ],
    ],
  ])('is none where %s', async (_what, edits) => {
    expect(await reservedWith(...edits)).toBeUndefined()
  })
})

describe('what limits a port', () => {
  const limited = async (way: 'in' | 'out', qdisc: object, columns: { port?: object; iface?: object }) => {
    const lab = solvedLab(
      withLook({ look: 'stack', node: 'hypervisor', routes: [] }, { ...quietStack, ...qdisc }),
      ({ ovs: { hypervisor } }) => {
        Object.assign(named(hypervisor.Port, 'eth2'), columns.port)
        Object.assign(named(hypervisor.Interface, 'eth2'), columns.iface)
      },
    )
    const plug = plugs(await lab.ovs('hypervisor')).find(({ iface }) => iface.name === 'eth2')
    return (await limitedAt(lab, 'hypervisor', plug!, way, lost))?.where
  }
  const htb = { qdiscs: [{ device: 'eth2', kind: 'htb', drops: 9 }] }
  const police = { filters: [{ device: 'eth2', way: 'ingress', words: 'matchall police' }] }

  it('is the row that Open vSwitch made a discipline or a filter of', async () => {
    expect(await limited('out', htb, { port: { qos: ['q'] } })).toBe('hypervisor · Open_vSwitch · Port · qos')
    expect(await limited('in', police, { iface: { ingress_policing_rate: 1 } })).toBe(
      'hypervisor · Open_vSwitch · Interface · ingress_policing_rate',
    )
  })
  it('is what somebody else put there, where there is no row', async () => {
    expect(await limited('out', htb, {})).toBe('hypervisor · eth2')
    expect(await limited('in', police, {})).toBe('hypervisor · eth2 · tc')
    expect(await limited('in', {}, {})).toBeUndefined()
  })
})
