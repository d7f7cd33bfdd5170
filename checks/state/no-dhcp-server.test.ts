import { describe, expect, it } from 'vitest'
import type { DhcpServer, Link } from '../../harness/look/evidence.ts'
import { type Edit, type Evidence, lan, leasedLab } from '../testing/leased-lab.ts'
import { unmet } from '../testing/outcome.ts'

const ofNs1 = ({ kernel }: Evidence): Link[] => kernel.controller.netns.ns1!
const server =
  (links: (evidence: Evidence) => Link[], more: Partial<DhcpServer>): Edit =>
  evidence =>
    void evidence.leases.controller.servers.push({ links: links(evidence), program: 'dnsmasq', ...more })
const datapath =
  (name: string): Edit =>
  ({ kernel }) => {
    kernel.controller.datapath = [
      { datapath: name, bridge: 'br-int', name: 'br-int', ofport: 65534, type: 'internal' },
    ]
  }
/** Both ends of ns1's pair are the node's: the one that is not in br-int has a server. */
const ofPairOnNode = ({ kernel: { controller } }: Evidence): Link[] => {
  const inner = controller.netns.ns1!.find(({ name }) => name === 'eth0')!
  const outer = controller.links.find(({ index }) => index === inner.peerIndex)!
  Object.assign(inner, { name: 'inner', index: 77 })
  outer.peerIndex = 77
  for (const end of [inner, outer]) delete end.peerNetnsId
  controller.links.push(inner)
  return [inner]
}
const LINK = { isUp: true, hasCarrier: true, mtu: 1500, addresses: [] }
const pair = (one: string, index: number, other: string, more: Partial<Link> = {}): [Link, Link] => [
  { ...LINK, name: one, index, mac: `02:00:00:00:00:${index}`, kind: 'veth', peerIndex: index + 1 },
  {
    ...LINK,
    name: other,
    index: index + 1,
    mac: `02:00:00:00:01:${index}`,
    kind: 'veth',
    peerIndex: index,
    ...more,
  },
]
const bridge = (name: string, index: number): Link => ({
  ...LINK,
  name,
  index,
  mac: `02:00:00:00:02:${index}`,
  kind: 'bridge',
})
/** The switch of ns1 has a port of that MAC address no more, and its plug bears the name of a port of another. */
const elsewhere: Edit = ({ kernel, northbound: { Logical_Switch, Logical_Switch_Port } }) => {
  const [own] = Logical_Switch as [(typeof Logical_Switch)[number]]
  const port = Logical_Switch_Port.find(({ name }) => name === 'ls0-ns1')!
  own.ports = own.ports.filter(uuid => uuid !== port._uuid)
  Logical_Switch.push({ ...own, _uuid: 'of-another', name: 'other', ports: [port._uuid] })
  for (const link of kernel.controller.netns.ns1!) if (link.name === 'eth0') link.mac = '02:00:00:00:77:77'
}
/** ns1's plug in the integration bridge is one end of a pair whose other end is in a Linux bridge of the node, or of a namespace. */
const bridged =
  (isDeep?: 'deep'): Edit =>
  evidence => {
    const { links, netns } = evidence.kernel.controller
    const plug = links.find(({ name }) => name === 'veth-ns1-br')!
    const [one, other] = pair('veth-ns1-br', 80, 'inner', { master: 'br9' })
    Object.assign(plug, { index: one.index, peerIndex: one.peerIndex })
    delete plug.peerNetnsId
    const further: [Link, Link] = pair('z0', 84, 'z1', { peerNetnsId: 1 })
    Object.assign(further[0], { master: 'br9', peerNetnsId: 2 })
    if (isDeep) Object.assign(netns, { deep: [further[1]] })
    links.push(other, bridge('br9', 83), ...(isDeep ? [further[0]] : []))
  }

/** The node whose own bridge br-eth1 has the tunnels' address; it has no namespace on the switch. */
const onHypervisor: Edit = ({ kernel: { hypervisor }, leases }) => {
  hypervisor.datapath = [
    { datapath: 'netdev@ovs-netdev', bridge: 'br-int', name: 'br-int', ofport: 65534, type: 'internal' },
  ]
  leases.hypervisor.servers.push({ links: hypervisor.links, program: 'dhcpd' })
}
const ofNode = ({ kernel }: Evidence) => kernel.controller.links

describe('a DHCP server', () => {
  it.each<[string, Edit[]]>([
    ['there is none', []],
    ['it is bound to a link that leads into no bridge', [server(ofNs1, { netns: 'ns1', device: 'lo' })]],
    ['its namespace leads nowhere', [server(() => [], { netns: '' })]],
    [
      'it is the node’s, for other networks',
      [datapath('netdev@ovs-netdev'), server(ofNode, { device: 'eth0' })],
    ],
    [
      'it is bound to an address, as one for relays is',
      [datapath('netdev@ovs-netdev'), server(ofNode, { address: '192.168.33.10' })],
    ],
    ['its node has nothing of Open vSwitch but the bridge of the tunnels', [onHypervisor]],
    [
      'it is bound to a Linux bridge that leads nowhere',
      [
        evidence => void evidence.kernel.controller.links.push(bridge('br9', 83)),
        server(ofNode, { device: 'br9' }),
      ],
    ],
    ['what it hears is another switch', [elsewhere, server(ofNs1, { netns: 'ns1' })]],
    ['the datapath takes its packets first', [datapath('system@ovs-system'), server(ofNode, {})]],
  ])('does not hear the switch where %s', async (_, edits) => {
    await expect(lan.hasNoServer()(leasedLab(...edits))).resolves.toBeUndefined()
  })

  it.each<[string, Edit[]]>([
    ['controller · netns ns1', [server(ofNs1, { netns: 'ns1' })]],
    ['controller · dnsmasq', [datapath('netdev@ovs-netdev'), server(ofNode, {})]],
    ['controller · dnsmasq', [datapath('netdev@ovs-netdev'), server(ofPairOnNode, { device: 'inner' })]],
    ['controller · dnsmasq', [bridged(), server(ofNode, { device: 'br9' })]],
    [
      'controller · netns deep',
      [bridged('deep'), server(({ kernel }) => kernel.controller.netns.deep!, { netns: 'deep' })],
    ],
  ])('is named: %s', async (where, edits) => {
    expect((await unmet(lan.hasNoServer()(leasedLab(...edits)))).where).toBe(where)
  })
})
