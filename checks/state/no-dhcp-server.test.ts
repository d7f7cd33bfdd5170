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
    ['the datapath takes its packets first', [datapath('system@ovs-system'), server(ofNode, {})]],
  ])('does not hear the switch where %s', async (_, edits) => {
    await expect(lan.hasNoServer()(leasedLab(...edits))).resolves.toBeUndefined()
  })

  it.each<[string, Edit[]]>([
    ['controller · netns ns1', [server(ofNs1, { netns: 'ns1' })]],
    ['controller · dnsmasq', [datapath('netdev@ovs-netdev'), server(ofNode, {})]],
    ['controller · dnsmasq', [datapath('netdev@ovs-netdev'), server(ofPairOnNode, { device: 'inner' })]],
  ])('is named: %s', async (where, edits) => {
    expect((await unmet(lan.hasNoServer()(leasedLab(...edits)))).where).toBe(where)
  })
})
