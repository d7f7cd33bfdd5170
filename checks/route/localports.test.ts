import { describe, expect, it } from 'vitest'
import { addressTwice } from '../locate/address-twice.ts'
import { ovnState } from '../locate/ovn-state.ts'
import {
  type Edit,
  label,
  localportLab,
  mac,
  ns1,
  ns2,
  onController,
  onHypervisor,
} from '../testing/localport-lab.ts'
import { endOf } from './end.ts'
import { journeyFor } from './ends.ts'
import { plugPost, type Route } from './route.ts'

const meant = async (from: string, to: string, ...edits: Edit[]) => {
  const journey = await journeyFor(localportLab(...edits), { from, to })
  return 'hops' in journey ? undefined : journey.to
}

async function routeOf(...[from, to, ...edits]: [typeof ns1, typeof ns1, ...Edit[]]) {
  const lab = localportLab(...edits)
  const [source, target] = await Promise.all([endOf(lab, from), endOf(lab, to)])
  const posts = [plugPost(source!), plugPost(target!)]
  const route: Route = { from: source!, to: target!, address: to.address, posts }
  return { lab, route }
}

describe('behind a localport, an address', () => {
  it.each([
    ['ns1', '10.0.1.30', 'controller'],
    ['ns2', '10.0.1.30', 'hypervisor'],
    ['ns1', 'ns3', 'controller'],
    ['ns2', 'ls0-ns3', 'hypervisor'],
    ['ns1', 'ns3@hypervisor', 'hypervisor'],
  ])('means the end on the node of who asks: %s → %s', async (from, to, node) => {
    expect(await meant(from, to)).toMatchObject({ node, netns: 'ns3' })
  })

  it('means the end on another node where there is none', async () => {
    expect(await meant('ns2', 'ls0-ns3', label('hypervisor'))).toMatchObject({ node: 'controller' })
  })

  it('is nobody else’s, though every node has an end with it', async () => {
    for (const [from, to] of [
      [ns1, onController],
      [onController, ns1],
      [ns2, onHypervisor],
    ] as const) {
      const { lab, route } = await routeOf(from, to)
      expect(await addressTwice(lab, route)).toBeUndefined()
    }
  })

  it('is somebody else’s where another namespace of the node has it', async () => {
    const second: Edit = ({ kernel }) => {
      const [own] = kernel.controller.netns.ns1!.filter(({ name }) => name === 'eth0')
      own!.addresses.push({ family: 'inet', address: '10.0.1.30', prefixLength: 32 })
    }
    const { lab, route } = await routeOf(ns1, onController, second)
    expect(await addressTwice(lab, route)).toMatchObject({ where: 'controller · netns ns1' })
  })
})

describe('a path to or from a localport', () => {
  it('has no fault on one node, where no chassis has bound it', async () => {
    for (const [from, to] of [
      [ns1, onController],
      [onHypervisor, ns2],
    ] as const) {
      const { lab, route } = await routeOf(from, to)
      expect(await ovnState(lab, route, from.node)).toBeUndefined()
    }
  })

  it('ends on its node', async () => {
    const { lab, route } = await routeOf(onController, ns2)
    const found = await ovnState(lab, route, 'controller')
    expect(found).toMatchObject({ where: 'OVN_Northbound · Logical_Switch_Port · type' })
    expect(found?.saw.en).toContain('on hypervisor it leads to veth-ns3-br')
  })

  it('has no interface to end at where none has the name', async () => {
    const { lab, route } = await routeOf(ns2, onController, label('hypervisor', 'ls0_ns3'))
    expect(await ovnState(lab, route, 'hypervisor')).toMatchObject({
      where: 'hypervisor · Open_vSwitch · Interface · external_ids:iface-id',
    })
  })

  it('has another MAC address than its port', async () => {
    const { lab, route } = await routeOf(ns1, onController, mac('controller', '02:00:00:00:de:ad'))
    expect(await ovnState(lab, route, 'controller')).toMatchObject({
      where: 'OVN_Northbound · Logical_Switch_Port · addresses',
    })
  })

  it('is on another node’s wire where its plug has the name of another port', async () => {
    const { lab, route } = await routeOf(ns2, onHypervisor, label('controller', 'ls0-ns1'))
    expect(await addressTwice(lab, route)).toMatchObject({
      where: 'controller · Open_vSwitch · Interface · external_ids:iface-id',
      saw: {
        en: 'veth-ns3-br has the iface-id "ls0-ns1", but the port with the MAC of its machine, 02:00:0a:00:01:1e, is ls0-ns3',
      },
    })
  })

  it('is on several nodes for a port of no type', async () => {
    const untyped: Edit = ({ northbound }) => {
      northbound.Logical_Switch_Port.find(({ name }) => name === 'ls0-ns3')!.type = ''
    }
    const { lab, route } = await routeOf(ns2, onHypervisor, untyped)
    expect(await addressTwice(lab, route)).toMatchObject({
      where: 'OVN_Northbound · Logical_Switch_Port · type',
      saw: {
        en: expect.stringMatching(/^ls0-ns3 has the type "", and an interface on controller and one on/),
      },
    })
  })

  it('is behind the plug of another machine, whose port is named by none', async () => {
    const swapped: Edit = ({ ovs }) => {
      for (const { name, external_ids } of ovs.controller.Interface)
        if (name === 'veth-ns1-br') external_ids['iface-id'] = 'ls0-ns3'
    }
    const { lab, route } = await routeOf(ns1, onController, label('controller', 'ls0-ns1'), swapped)
    expect(await ovnState(lab, route, 'controller')).toMatchObject({
      where: 'controller · Open_vSwitch · Interface · external_ids:iface-id',
      saw: {
        en: expect.stringMatching(/^veth-ns1-br has the iface-id "ls0-ns3", but the port .* is ls0-ns1$/),
      },
    })
  })

  it('leads to no interface of a node that the port asks not for', async () => {
    const asks: Edit = ({ northbound }) => {
      northbound.Logical_Switch_Port.find(({ type }) => type === 'localport')!.options = {
        'requested-chassis': 'controller',
      }
    }
    const here = await routeOf(ns1, onController, asks)
    expect(await ovnState(here.lab, here.route, 'controller')).toBeUndefined()
    const { lab, route } = await routeOf(ns2, onHypervisor, asks)
    expect(await ovnState(lab, route, 'hypervisor')).toMatchObject({
      where: 'OVN_Northbound · Logical_Switch_Port · options:requested-chassis',
    })
  })
})
