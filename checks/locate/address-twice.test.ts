import { describe, expect, it } from 'vitest'
import type { Link } from '../../harness/look/evidence.ts'
import { OUTSIDE, outward } from '../testing/heard.ts'
import { type Edit, innerLink, named, ns1, ns2, solvedLab } from '../testing/solved-lab.ts'
import { told } from '../testing/told.ts'
import { recordedRoute, withRow } from '../testing/traces.ts'
import { addressTwice, routerTwice } from './address-twice.ts'

const outwardRoute = { ...outward, from: recordedRoute.from }
const twice = async (route: typeof recordedRoute, ...edits: Edit[]) =>
  told(await addressTwice(solvedLab(...edits), route))

type Node = 'controller' | 'hypervisor'
const on =
  (node: Node, link: string, address: string, change: Partial<Link> = {}): Edit =>
  ({ kernel }) => {
    const found = named(kernel[node].links, link)
    found.addresses.push({ family: 'inet', address, prefixLength: 24 })
    Object.assign(found, change)
  }
/** A link of a namespace: beside the inner one, or in a namespace whose plug is the link of a node that is told. */
const inNetns =
  (netns: string, address: string, plug?: string): Edit =>
  evidence => {
    const link: Link = {
      ...structuredClone(innerLink(evidence, ns2)),
      ...{ name: 'x', index: 77, addresses: [{ family: 'inet', address, prefixLength: 24 }] },
    }
    delete link.peerIndex
    if (plug) {
      const outer = named(evidence.kernel.hypervisor.links, plug)
      link.peerIndex = outer.index
      outer.peerIndex = link.index
    }
    const all = evidence.kernel.hypervisor.netns
    all[netns] = [...(all[netns] ?? []), link]
  }
const tagged: Edit = ({ ovs }) => {
  named(ovs.hypervisor.Port, 'br-eth2').tag = [100]
}
const port =
  (name: string, columns: object): Edit =>
  ({ northbound }) =>
    void Object.assign(named(northbound.Logical_Switch_Port, name), columns)
/** Another switch with a localnet port to flat0, and br-eth1's own plug, where another namespace is, at a port of it. */
const nextSwitch =
  (localnet: object): Edit =>
  ({ northbound, ovs }) => {
    const [first] = northbound.Logical_Switch
    const cable = named(northbound.Logical_Switch_Port, 'ls0-localnet')
    const twin = named(northbound.Logical_Switch_Port, 'ls0-ns1')
    northbound.Logical_Switch.push({ ...first!, _uuid: 's1', name: 'ls1', ports: ['l1', 't1'] })
    northbound.Logical_Switch_Port.push(
      { ...cable, _uuid: 'l1', name: 'ls1-localnet', ...localnet },
      { ...twin, _uuid: 't1', name: 'ls1-twin', addresses: ['unknown'] },
    )
    named(ovs.hypervisor.Interface, 'eth1').external_ids = { 'iface-id': 'ls1-twin' }
  }
const claims = (name: string, address: string) => port(name, { addresses: [`02:00:00:00:00:0a ${address}`] })
const router = withRow('Logical_Router_Port', {
  ...{ _uuid: 'a', name: 'lrp0', mac: '02:00:00:00:00:0A', networks: [`${OUTSIDE}/24`] },
})
const joined = port('ls0-ns1', { type: 'router', options: { 'router-port': 'lrp0' } })

const NS1_OWNS = 'as well, but that belongs to ns1 @ controller'
const NB = 'OVN_Northbound'

describe('an address of the path that somebody else has as well', () => {
  it.each<[string, ...Edit[]]>([
    [
      `hypervisor · eth2: eth2 on hypervisor has the address 192.168.10.100 ${NS1_OWNS}`,
      on('hypervisor', 'eth2', ns1.address),
    ],
    [
      'controller · br-eth2: br-eth2 on controller has the address 192.168.10.200 as well, but that belongs to ns2 @ hypervisor',
      on('controller', 'br-eth2', ns2.address, { isUp: true }),
    ],
    [
      `hypervisor · netns ns2: ns2 x on hypervisor has the address 192.168.10.100 ${NS1_OWNS}`,
      inNetns('ns2', ns1.address),
    ],
    [
      'hypervisor · netns ns2: ns2 x on hypervisor has the address 192.168.10.200 as well, but that belongs to ns2 @ hypervisor',
      inNetns('ns2', ns2.address),
    ],
    [
      `hypervisor · netns other: other x on hypervisor has the address 192.168.10.100 ${NS1_OWNS}`,
      inNetns('other', ns1.address, 'veth-ns2-br'),
    ],
    [
      `hypervisor · netns other: other x on hypervisor has the address 192.168.10.100 ${NS1_OWNS}`,
      inNetns('other', ns1.address, 'eth1'),
      nextSwitch({}),
    ],
    [
      `${NB} · Logical_Switch_Port · addresses: the port ls0-ns2 has 192.168.10.100 with 02:00:00:00:00:0a, and OVN answers for it; after the repair, hosts remember this answer for about half a minute`,
      claims('ls0-ns2', ns1.address),
    ],
    [
      `${NB} · Logical_Switch_Port · addresses: the ports ls0-ns1 and ls0-ns2 both have 192.168.10.100, and ls0-ns2 has it with 02:00:00:00:00:0a: OVN answers with the MAC address of either`,
      claims('ls0-ns2', ns1.address),
      port('ls0-ns1', { dynamic_addresses: [`02:00:00:00:00:0b ${ns1.address}`] }),
    ],
  ])('between two ends: %s', async (words, ...edits) => {
    expect(await twice(recordedRoute, ...edits)).toBe(words)
  })

  it.each<[string, ...Edit[]]>([
    [
      'hypervisor · eth2: eth2 on hypervisor has the address 192.168.10.1 as well, but that belongs to a machine on the physical network',
      on('hypervisor', 'eth2', OUTSIDE),
    ],
    [
      `${NB} · Logical_Router_Port · networks: the router port lrp0 (02:00:00:00:00:0a) answers for 192.168.10.1`,
      router,
      joined,
    ],
  ])('outward: %s', async (words, ...edits) => {
    expect(await twice(outwardRoute, ...edits)).toBe(words)
  })

  it.each<[string, ...Edit[]]>([
    ['nobody'],
    ['a link that is down', on('hypervisor', 'br-eth2', ns1.address)],
    [
      'a link of another wire',
      on('hypervisor', 'eth0', ns1.address),
      on('controller', 'br-eth1', ns1.address),
    ],
    ['a port of another VLAN', on('hypervisor', 'br-eth2', ns1.address, { isUp: true }), tagged],
    ['a namespace that is on no wire', inNetns('other', ns1.address)],
    ['a namespace on another wire', inNetns('other', ns1.address, 'eth0')],
    [
      'a namespace at a switch of another network',
      inNetns('other', ns1.address, 'eth1'),
      nextSwitch({ options: { network_name: 'flat1' } }),
    ],
    [
      'a namespace at a switch of another VLAN',
      inNetns('other', ns1.address, 'eth1'),
      nextSwitch({ tag: [7] }),
    ],
    ['the end’s own port, whatever MAC it was told', claims('ls0-ns1', ns1.address)],
    ['a port OVN answers nobody for', claims('ls0-ns2', ns1.address), port('ls0-ns2', { type: 'virtual' })],
    [
      'a port OVN was told not to answer for',
      claims('ls0-ns2', ns1.address),
      port('ls0-ns2', { options: { disable_arp_nd_rsp: 'true' } }),
    ],
    [
      'a port any MAC address is sent to',
      port('ls0-ns2', { addresses: [`02:00:00:00:00:0a ${ns1.address}`, 'unknown'] }),
    ],
  ])('is not told of %s', async (_what, ...edits) => {
    expect(await twice(recordedRoute, ...edits)).toBeUndefined()
  })

  /** A link of hypervisor that is on no wire, and what its stack says of ARP by the plug of ns2. */
  const elsewhere = (sysctls: object, datapath = 'netdev'): Edit[] => [
    on('hypervisor', 'eth0', ns1.address),
    ({ ovs, diagnostics }) => {
      named(ovs.hypervisor.Bridge, 'br-int').datapath_type = datapath
      const facts = { neighbours: [], chains: [], solicits: {}, ignores: { 'veth-ns2-br': 0 } }
      diagnostics.push({
        request: { look: 'arp', node: 'hypervisor' },
        evidence: { ...facts, judgesSources: [], ...sysctls },
      })
    },
  ]
  it('is told of a link on no wire whose stack hears who asks, and answers', async () => {
    expect(await twice(recordedRoute, ...elsewhere({}))).toMatch(
      /^hypervisor · eth0: eth0 on hypervisor has the address 192\.168\.10\.100 as well/,
    )
  })
  it('is told of one that has the address of the router where the path ends', async () => {
    const toRouter = { ...recordedRoute, to: undefined, posts: recordedRoute.posts.slice(0, 1) }
    const told = (...edits: Edit[]) =>
      routerTwice(solvedLab(...edits), { ...toRouter, routed: { from: { joints: [] } } })
    expect((await told(...elsewhere({})))?.where).toBe('hypervisor · eth0')
    expect(await told(...elsewhere({}, 'system'))).toBeUndefined()
    expect(await told()).toBeUndefined()
  })
  it.each<[string, Edit[]]>([
    ['answers only by the link that has it', elsewhere({ ignores: { 'veth-ns2-br': 1 } })],
    ['refuses who asks', elsewhere({ judgesSources: ['veth-ns2-br'] })],
    ['is not known to answer', elsewhere({ judgesSources: undefined })],
    ['hears nothing', elsewhere({}, 'system')],
  ])('is not told of one whose stack %s', async (_what, edits) => {
    expect(await twice(recordedRoute, ...edits)).toBeUndefined()
  })

  it('is not told of a router that the switch is not joined to', async () => {
    expect(await twice(outwardRoute, router)).toBeUndefined()
  })
})
