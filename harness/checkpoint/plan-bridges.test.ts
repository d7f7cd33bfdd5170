import { describe, expect, it } from 'vitest'
import { planBridges } from './plan-bridges.ts'
import { planLinks } from './plan-links.ts'
import { planOvs } from './plan-ovs.ts'
import { type NodeState, nodeStateFrom, type SavedVlans } from './state.ts'

const port = (ifname: string, slave: Record<string, unknown>) => ({
  ...{ ifindex: 3, ifname, flags: ['UP'], mtu: 1500, master: 'br0' },
  linkinfo: { info_kind: 'veth', info_slave_kind: 'bridge', info_slave_data: slave },
})
const bridge = (data: Record<string, unknown>) => ({
  ...{ ifindex: 2, ifname: 'br0', flags: ['UP'], mtu: 1500 },
  linkinfo: { info_kind: 'bridge', info_data: data },
})
const base64 = (name: string) => Buffer.from(name).toString('base64')
const state = (netns: string, links: object[], vlans: SavedVlans[] = []): NodeState =>
  nodeStateFrom(
    `M node \nM ovs \nM links ${base64(netns)}\n${JSON.stringify(links)}\nM vlans ${base64(netns)}\n${JSON.stringify(vlans)}\nM end \n`,
    'M',
  )
/** As a new port has it (bridge(8)). */
const ONE = { vlan: 1, flags: ['PVID', 'Egress Untagged'] }

describe('a Linux bridge', () => {
  it('gets the settings and VLANs that it, and its ports, had', () => {
    const saved = state(
      'a b',
      [bridge({ vlan_filtering: 1, ageing_time: 1000 }), port('p', { isolated: true, learning: true })],
      [
        { ifname: 'br0', vlans: [ONE, { vlan: 100 }] },
        { ifname: 'p', vlans: [{ vlan: 7, vlanEnd: 9, flags: ['Egress Untagged'] }] },
      ],
    )
    const now = state(
      'a b',
      [bridge({ vlan_filtering: 0, ageing_time: 30000 }), port('p', { isolated: false, learning: true })],
      [
        { ifname: 'br0', vlans: [ONE] },
        { ifname: 'p', vlans: [ONE] },
      ],
    )
    expect(planBridges(saved, now)).toEqual([
      "ip -n 'a b' link set dev br0 type bridge ageing_time 1000",
      "ip -n 'a b' link set dev br0 type bridge vlan_filtering 1",
      "ip -n 'a b' link set dev p type bridge_slave isolated on",
      "bridge -n 'a b' vlan add dev br0 vid 100 self",
      "bridge -n 'a b' vlan del dev p vid 1",
      "bridge -n 'a b' vlan add dev p vid 7-9 untagged",
    ])
    expect(planBridges(saved, saved)).toEqual([])
  })
})

it('a veth pair within one namespace is made once', () => {
  const veth = (ifname: string, link: string, ifindex: number) => ({
    ...{ ifname, link, ifindex, flags: ['UP'], mtu: 1500, linkinfo: { info_kind: 'veth' } },
  })
  const saved = state('', [veth('w0', 'w1', 8), veth('w1', 'w0', 9)])
  expect(planLinks(saved, state('', []))).toEqual(['ip link add name w0 type veth peer name w1'])
})

it('of the flows of br-int, those that somebody put there are kept', () => {
  const dumped = [
    'NXST_FLOW reply (xid=0x4):',
    ' cookie=0x77, priority=65535,in_port="veth-ns1-br" actions=output:"veth-ns2-br"',
    ' cookie=0x7, table=8, priority=1 actions=drop',
    ' priority=200,icmp actions=drop',
    ' priority=100,in_port="ovn-1-0" actions=move:NXM_NX_TUN_ID[0..23]->OXM_OF_METADATA[0..23],resubmit(,43)',
    ' cookie=0x4c9983b2, priority=100,in_port="veth-ns1-br" actions=load:0x4->NXM_NX_REG13[0..15],resubmit(,8)',
    ' table=64, priority=0 actions=resubmit(,65)',
    ' priority=0 actions=drop',
  ]
  const printed = (lines: string[]) =>
    nodeStateFrom(`M node \nM integration \n${lines.join('\n')}\nM end \n`, 'M')
  const saved = printed(dumped)
  expect(planOvs(saved, printed(dumped.slice(4)))).toEqual([
    `ovs-ofctl add-flow br-int 'cookie=0x77, priority=65535,in_port="veth-ns1-br" actions=output:"veth-ns2-br"'`,
    "ovs-ofctl add-flow br-int 'cookie=0x7, table=8, priority=1 actions=drop'",
    "ovs-ofctl add-flow br-int 'priority=200,icmp actions=drop'",
  ])
  expect(planOvs(saved, saved)).toEqual([])
})
