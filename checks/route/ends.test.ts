import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkout } from '../../harness/core/checkout.ts'
import { CannotLook } from '../../harness/core/errors.ts'
import type { LinkAddress } from '../../harness/look/evidence.ts'
import { Lab } from '../../harness/look/lab.ts'
import { loadRecording, replay } from '../../harness/look/recording.ts'
import { renamed } from '../testing/names.ts'
import { bindingOf, type Edit, innerLink, named, ns1, ns2, solvedLab, unplug } from '../testing/solved-lab.ts'
import { journeyFor } from './ends.ts'

const meant = (from: string, to: string, ...edits: Edit[]) => journeyFor(solvedLab(...edits), { from, to })

const NS1 = { node: 'controller', netns: 'ns1', device: 'eth0', address: ns1.address, prefixLength: 24 }
const NS2 = { node: 'hypervisor', netns: 'ns2', device: 'eth0', address: ns2.address, prefixLength: 24 }

const inet6 = (address: string): LinkAddress => ({ family: 'inet6', address, prefixLength: 64 })

describe('what the two names of a path mean', () => {
  it.each<[string, string]>([
    ['ns2', 'ns1'],
    ['ls0-ns2', 'ls0-ns1'],
    ['veth-ns2-br', 'veth-ns1-br'],
    ['ns2@hypervisor', 'ls0-ns1@controller'],
    ['192.168.10.200', '192.168.10.100'],
  ])('namespaces, logical ports, interfaces, addresses of ours: %s → %s', async (from, to) => {
    expect(await meant(from, to)).toMatchObject({
      from: { ...NS2, plug: 'veth-ns2-br', logicalPort: 'ls0-ns2' },
      to: { ...NS1, plug: 'veth-ns1-br', logicalPort: 'ls0-ns1' },
    })
  })

  it('a name on another node than the one that is told is a wrong call, which says where it is', async () => {
    await expect(meant('ns2', 'ls0-ns1@hypervisor')).rejects.toThrow(/did you mean ls0-ns1@controller\?/)
  })

  it('a namespace that has no link but lo has no address, and is not said to be missing', async () => {
    const empty: Edit = ({ kernel }) => {
      kernel.hypervisor.netns.empty = kernel.hypervisor.netns.ns2!.filter(({ name }) => name === 'lo')
    }
    await expect(meant('ns1', 'empty', empty)).rejects.toThrow(
      /^No interface of namespace empty on hypervisor/,
    )
  })

  it('names of none of ours', async () => {
    expect(await meant('p2', 'tap1', renamed)).toMatchObject({ from: NS2, to: NS1 })
  })

  it('an address that nobody of ours has is the end of the path as it is', async () => {
    expect(await journeyFor(solvedLab(), { from: 'ns1', to: '192.168.10.1', tcpPort: 5432 })).toMatchObject({
      from: NS1,
      to: { address: '192.168.10.1' },
      tcpPort: 5432,
    })
  })

  it('an address is outside though a namespace has it as well that is in no network of OVN', async () => {
    const impostor: Edit = ({ kernel }) => {
      const own = structuredClone(kernel.controller.netns.ns1!)
      for (const link of own) link.mac = '02:00:00:00:00:99'
      named(own, 'eth0').addresses = [{ family: 'inet', address: '192.168.10.1', prefixLength: 24 }]
      kernel.controller.netns.other = own.map(link => ({ ...link, peerIndex: 900 }))
    }
    expect(await meant('ns2', '192.168.10.1', impostor)).toMatchObject({ to: { address: '192.168.10.1' } })
    expect(await meant('ns2', 'other', impostor)).toMatchObject({ to: { netns: 'other' } })
  })

  it('a namespace that is in no bridge yet', async () => {
    const unplugged: Edit = ({ ovs }) => unplug(ovs.controller, 'veth-ns1-br')
    const journey = await meant('ns2', 'ns1', unplugged)
    // Not eth0: the node has a link of that name as well, which has nothing to do with it.
    expect(journey).toMatchObject({ to: { ...NS1, plug: 'veth-ns1-br' } })
    expect(journey).not.toHaveProperty('to.logicalPort')
    expect(await meant('ns2', 'veth-ns1-br', unplugged)).toMatchObject({ to: NS1 })
    // OVN was told of its MAC: it is meant to be in a network of OVN.
    expect(await meant('ns2', ns1.address, unplugged)).toMatchObject({ to: NS1 })
  })

  it('a namespace by its cable, though it has another link with an address', async () => {
    const second: Edit = evidence => {
      const { peerIndex: _, ...link } = structuredClone(innerLink(evidence, ns1))
      const addresses = [{ family: 'inet' as const, address: '192.168.10.201', prefixLength: 25 }]
      evidence.kernel.controller.netns.ns1!.push({ ...link, name: 'x0', index: 78, addresses })
    }
    expect(await meant('ns2', 'ns1', second)).toMatchObject({ to: NS1 })
    expect(await meant('ns2', 'ls0-ns1', second)).toMatchObject({ to: NS1 })
    expect(await meant('ns2', '192.168.10.201', second)).toMatchObject({ to: { device: 'x0' } })
  })

  it('the address on a bridge in the namespace, which holds the inner link', async () => {
    const bridged: Edit = evidence => {
      const inner = innerLink(evidence, ns1)
      evidence.kernel.controller.netns.ns1!.push({
        ...structuredClone(inner),
        name: 'br0',
        index: 77,
        kind: 'bridge',
      })
      delete evidence.kernel.controller.netns.ns1!.at(-1)!.peerIndex
      inner.addresses = []
      inner.master = 'br0'
    }
    expect(await meant('ns1', 'ns2', bridged)).toMatchObject({
      from: { ...NS1, device: 'br0', plug: 'veth-ns1-br', logicalPort: 'ls0-ns1' },
    })
  })

  it('addresses of one family, the one in the same subnet first', async () => {
    const more: Edit = evidence => {
      innerLink(evidence, ns2).addresses.unshift(inet6('fd00::200'), {
        family: 'inet',
        address: '10.9.9.9',
        prefixLength: 24,
      })
      innerLink(evidence, ns1).addresses.push(inet6('fd00::100'))
    }
    expect(await meant('ns2', 'ns1', more)).toMatchObject({ from: NS2, to: NS1 })
    expect(await meant('ns2', 'fd00::100', more)).toMatchObject({
      from: { address: 'fd00::200' },
      to: { netns: 'ns1' },
    })
    expect(await meant('ns2', '2001:db8::1', more)).toMatchObject({ from: { address: 'fd00::200' } })
  })

  it('a virtual machine behind an interface, with the addresses OVN was told', async () => {
    const machine: Edit = ({ kernel, northbound }) => {
      delete kernel.controller.netns.ns1
      named(northbound.Logical_Switch_Port, 'ls0-ns1').addresses = [
        '0a:00:00:00:00:01 192.168.10.100 fd00::1',
      ]
    }
    const journey = await meant('ls0-ns1', 'ns2', machine)
    expect(journey).toMatchObject({
      from: {
        node: 'controller',
        device: 'veth-ns1-br',
        mac: '0a:00:00:00:00:01',
        address: '192.168.10.100',
      },
    })
    expect(journey).not.toHaveProperty('from.netns')
  })

  it('of a port that two interfaces claim, the one on the chassis it is bound to', async () => {
    const twice: Edit = ({ ovs }) => {
      named(ovs.hypervisor.Interface, 'veth-ns2-br').external_ids['iface-id'] = 'ls0-ns1'
    }
    expect(await meant('ls0-ns1', '192.168.10.1', twice)).toMatchObject({ from: NS1 })
  })

  it('of a port that two interfaces claim, not the one that has no device', async () => {
    const dead: Edit = evidence => {
      const { ovs } = evidence
      bindingOf(evidence, 'ls0-ns1').chassis = []
      Object.assign(named(ovs.hypervisor.Interface, 'veth-ns2-br'), {
        external_ids: { 'iface-id': 'ls0-ns1' },
        ofport: [-1],
        error: ['could not open network device'],
      })
    }
    expect(await meant('ls0-ns1', '192.168.10.1', dead)).toMatchObject({ from: NS1 })
  })
})

describe('a node that does not answer', async () => {
  const solved = await loadRecording(join(checkout, 'lessons/day-06/recordings/mapping.json'))
  const without = (node: string) =>
    new Lab(
      replay({
        ...solved,
        nodes: ['controller', 'hypervisor'],
        answers: solved.answers.filter(({ request }) => !('node' in request) || request.node !== node),
      }),
    )

  it('keeps nobody from a path that does not need it', async () => {
    expect(await journeyFor(without('hypervisor'), { from: 'ns1', to: '192.168.10.1' })).toMatchObject({
      from: NS1,
    })
    expect(await journeyFor(without('controller'), { from: 'ns2', to: '192.168.10.1' })).toMatchObject({
      from: { netns: 'ns2' },
    })
  })

  it.each([
    ['hypervisor', 'ns1', 'ns2'],
    ['controller', 'ns1', 'ns2'],
    ['hypervisor', 'ls0-ns2', 'ns1'],
  ])('leaves unknown what may be there: without %s, %s → %s', async (node, from, to) => {
    await expect(journeyFor(without(node), { from, to })).rejects.toThrow(CannotLook)
  })
})
