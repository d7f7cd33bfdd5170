import { describe, it } from 'vitest'
import { expectBlamed, expectNobodyBlamed } from '../testing/blame.ts'
import { type Edit, named } from '../testing/solved-lab.ts'

const withPortFlags =
  (bridge: string, ports: Record<string, string[]>): Edit =>
  ({ diagnostics }) => {
    const request = { look: 'port-flags', node: 'hypervisor', bridge } as const
    diagnostics.push({ request, evidence: ports })
  }
const bridge =
  (about: object): Edit =>
  ({ ovs }) =>
    void Object.assign(named(ovs.hypervisor.Bridge, 'br-eth2'), about)

const protectedPorts =
  (...names: string[]): Edit =>
  ({ ovs }) => {
    for (const name of names) named(ovs.hypervisor.Port, name).protected = true
  }

describe('a port of a bridge that does not pass a ping', () => {
  it.each<[string, Edit[], string, string]>([
    [
      'the physical port was told not to forward',
      [withPortFlags('br-int', {}), withPortFlags('br-eth2', { eth2: ['NO_FWD'] })],
      'hypervisor · br-eth2 · OpenFlow · port eth2',
      'port eth2 of br-eth2 was told NO_FWD',
    ],
    [
      "the namespace's own port was told not to receive",
      [withPortFlags('br-int', { 'veth-ns2-br': ['NO_RECV', 'NO_FLOOD'] }), withPortFlags('br-eth2', {})],
      'hypervisor · br-int · OpenFlow · port veth-ns2-br',
      'port veth-ns2-br of br-int was told NO_RECV, NO_FLOOD',
    ],
    [
      'both ports of the physical bridge are protected',
      [protectedPorts('eth2', 'patch-ls0-localnet-to-br-int')],
      'hypervisor · Open_vSwitch · Port · protected',
      'eth2 and patch-ls0-localnet-to-br-int of br-eth2 have protected = true, and protected ports send nothing to each other',
    ],
    [
      'the bridge speaks STP',
      [bridge({ stp_enable: true })],
      'hypervisor · Open_vSwitch · Bridge · stp_enable',
      'br-eth2 has stp_enable = true, so a port of it passes nothing until the spanning tree lets it',
    ],
    [
      'the bridge speaks RSTP',
      [bridge({ rstp_enable: true })],
      'hypervisor · Open_vSwitch · Bridge · rstp_enable',
      'br-eth2 has rstp_enable = true, so a port of it passes nothing until the spanning tree lets it',
    ],
  ])('%s', async (_, edits, where, saw) => {
    await expectBlamed(edits, where, saw)
  })

  it('is not blamed where only one of them is protected', async () => {
    await expectNobodyBlamed([protectedPorts('eth2')])
  })

  it('is not blamed where the flags are those of another port', async () => {
    await expectNobodyBlamed([
      withPortFlags('br-int', { 'veth-ns2-br': [] }),
      withPortFlags('br-eth2', { eth2: [], 'br-eth2': ['PORT_DOWN'] }),
    ])
  })
})
