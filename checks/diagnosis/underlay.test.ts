import { describe, expect, it } from 'vitest'
import { quietStack, withLook } from '../testing/diagnostics.ts'
import { chain, DROP } from '../testing/nft.ts'
import { named, solvedLab } from '../testing/solved-lab.ts'
import { told } from '../testing/told.ts'
import { deadBeneath } from './dead-beneath.ts'
import { underlayNeighbourAstray } from './underlay-address.ts'
import { addressOnPort, heldInBridge } from './underlay-bridge.ts'
import { underlayRefused } from './underlay-route.ts'
import { underlaySilent } from './underlay-silent.ts'

const [OWN, REMOTE] = ['192.168.33.10', '192.168.33.20']

const holderOf = async (node: string, address: string) => {
  const { links } = await solvedLab().kernel(node)
  return links.find(({ addresses }) => addresses.some(one => one.address === address))!
}

describe('the neighbour entry of another node', () => {
  const found = async (states: string[], mac: string) => {
    const neighbours = [{ address: REMOTE, device: (await holderOf('controller', OWN)).name, mac, states }]
    const request = { look: 'stack' as const, node: 'controller', routes: [{ to: REMOTE }] }
    const lab = solvedLab(withLook(request, { ...quietStack, neighbours }))
    return underlayNeighbourAstray(lab, 'controller', 'hypervisor')
  }

  it('is named where somebody wrote another MAC address into it', async () => {
    const { mac } = await holderOf('hypervisor', REMOTE)
    expect(told((await found(['PERMANENT'], '02:00:00:00:00:99'))!)).toBe(
      `controller · neighbours: controller has a neighbour entry for ${REMOTE}, the tunnel address of hypervisor, with the MAC address 02:00:00:00:00:99, which no interface of hypervisor has; it was written by hand (PERMANENT), so controller never asks again`,
    )
    expect(await found(['REACHABLE'], '02:00:00:00:00:99')).toBeUndefined()
    expect(await found(['PERMANENT'], mac.toLowerCase())).toBeUndefined()
  })
})

describe('a route or a rule that refuses packets for another node', () => {
  const found = async (more: object) => {
    const request = { node: 'controller', routes: [{ to: REMOTE }] }
    const answer = { to: REMOTE, error: 'Permission denied' }
    const lab = solvedLab(
      withLook({ look: 'routes', ...request }, [answer]),
      withLook({ look: 'stack', ...request }, { ...quietStack, routes: [answer], ...more }),
    )
    return underlayRefused(lab, 'controller', 'hypervisor')
  }

  it('is told apart', async () => {
    const rules = [`100: from all to ${REMOTE} prohibit`]
    expect((await found({ rules }))?.where).toBe('controller · rules')
    const refusing = [{ type: 'prohibit', prefix: REMOTE, table: 'main' }]
    expect((await found({ rules, refusing }))?.where).toBe('controller · routes')
    expect((await found({}))?.where).toBe('controller · routes')
  })
})

describe('the address of the tunnels', () => {
  const moved = (isAlsoOnBridge: boolean) =>
    solvedLab(({ kernel }) => {
      const { links } = kernel.controller
      const bridge = named(links, 'br-eth1')
      const own = bridge.addresses.filter(({ address }) => address === OWN)
      named(links, 'eth1').addresses.push(...own)
      if (!isAlsoOnBridge) bridge.addresses = bridge.addresses.filter(({ address }) => address !== OWN)
    })

  it('is named on a port of a bridge, unless the bridge has it as well', async () => {
    expect(told((await addressOnPort(moved(false), 'controller'))!)).toBe(
      `controller · eth1: eth1 on controller has the address ${OWN}, but it is a port of br-eth1, which takes what arrives there: the address belongs on br-eth1`,
    )
    expect(await addressOnPort(moved(true), 'controller')).toBeUndefined()
    expect(await addressOnPort(solvedLab(), 'controller')).toBeUndefined()
  })
})

describe('the link by which a node is on the underlay', () => {
  const dead = (name: string, change: { isUp?: boolean; hasCarrier?: boolean }) =>
    deadBeneath(
      solvedLab(({ kernel }) => void Object.assign(named(kernel.hypervisor.links, name), change)),
      'hypervisor',
      OWN,
    )

  it('is named where it is down, also beneath the bridge that has the address', async () => {
    expect(told((await dead('eth1', { isUp: false }))!)).toBe(
      'hypervisor · eth1: eth1 of hypervisor is down, and nothing else leads out of br-eth1',
    )
    expect(told((await dead('eth1', { hasCarrier: false }))!)).toMatch(/^hypervisor · eth1: .* no carrier/)
    expect(told((await dead('br-eth1', { isUp: false }))!)).toBe(
      'hypervisor · br-eth1: br-eth1 of hypervisor is down',
    )
    const unplugged = solvedLab(({ ovs: { hypervisor } }) => {
      for (const bridge of hypervisor.Bridge.filter(({ name }) => name === 'br-eth1'))
        bridge.ports = bridge.ports.filter(
          uuid => hypervisor.Port.find(({ _uuid }) => _uuid === uuid)?.name !== 'eth1',
        )
    })
    expect(told((await deadBeneath(unplugged, 'hypervisor', OWN))!)).toBe(
      'hypervisor · Open_vSwitch · Bridge · ports: br-eth1 of hypervisor has the address, but no interface that leads out of hypervisor is in it',
    )
    expect(await dead('eth2', { isUp: false })).toBeUndefined()
    expect(await deadBeneath(solvedLab(), 'hypervisor', '203.0.113.9')).toBeUndefined()
  })

  it('is named where Open vSwitch cannot use it, and where it is in the integration bridge instead', async () => {
    const error = 'could not add network device eth1 to ofproto (Invalid argument)'
    const unusable = solvedLab(({ ovs: { hypervisor } }) => {
      Object.assign(named(hypervisor.Interface, 'eth1'), { type: 'dpdk', error: [error] })
    })
    expect(told((await deadBeneath(unusable, 'hypervisor', OWN))!)).toBe(
      `hypervisor · Open_vSwitch · Interface · error: Open vSwitch on hypervisor cannot use eth1, and nothing else leads out of br-eth1: ${error}`,
    )
    const moved = solvedLab(({ ovs: { hypervisor } }) => {
      const { _uuid } = named(hypervisor.Port, 'eth1')
      const [from, to] = ['br-eth1', 'br-int'].map(name => named(hypervisor.Bridge, name))
      from!.ports = from!.ports.filter(uuid => uuid !== _uuid)
      to!.ports.push(_uuid)
    })
    expect(told((await deadBeneath(moved, 'hypervisor', OWN))!)).toMatch(
      /; eth1 is in br-int, where OVN drops what comes from it$/,
    )
  })
})

it('names the setting by which ovn-controller takes the bridge that the node itself sends by', async () => {
  const taken = solvedLab(({ ovs: { hypervisor } }) => {
    hypervisor.Open_vSwitch[0].external_ids['ovn-bridge'] = 'br-eth1'
  })
  expect(told((await heldInBridge(taken, 'hypervisor', 'br-eth1'))!)).toMatch(
    /external_ids:ovn-bridge: ovn-bridge = "br-eth1" on hypervisor, so ovn-controller programs br-eth1/,
  )
})

describe('a node that tells nobody the MAC address of its tunnels', () => {
  const silent = (arp: object, hasNoArp?: true) =>
    underlaySilent(
      solvedLab(
        ({ kernel }) => {
          if (hasNoArp) named(kernel.hypervisor.links, 'br-eth1').hasNoArp = hasNoArp
        },
        withLook({ look: 'arp', node: 'hypervisor' }, { neighbours: [], chains: [], solicits: {}, ...arp }),
      ),
      'hypervisor',
      'controller',
    )

  it('is named by its link, its setting or its filter', async () => {
    expect(told((await silent({}, true))!)).toMatch(/^hypervisor · br-eth1: .* ARP switched off/)
    expect((await silent({ ignores: { 'br-eth1': 8 } }))?.where).toBe('hypervisor · arp_ignore')
    const chains = chain('arp', 'input', [[DROP]])
    expect((await silent({ chains }))?.where).toBe('hypervisor · nftables')
    expect(await silent({ ignores: { 'br-eth1': 1 } })).toBeUndefined()
  })
})
