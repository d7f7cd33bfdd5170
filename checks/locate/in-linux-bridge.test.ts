import { describe, expect, it } from 'vitest'
import type { FdbEntry, Link } from '../../harness/look/evidence.ts'
import { endOf } from '../route/end.ts'
import { bridged, type Edit, linkIn, lostAfter, ns1, ns2 } from '../testing/bridged-lab.ts'
import { chain, DROP, field } from '../testing/nft.ts'
import { atLinks } from '../testing/ns2-edits.ts'
import { unmet } from '../testing/outcome.ts'
import { named, type Edit as SolvedEdit, solvedLab } from '../testing/solved-lab.ts'
import { told as inWords } from '../testing/told.ts'
import { lost as losing, recordedRoute } from '../testing/traces.ts'
import { reachesByBridge } from '../traffic/carried-by.ts'
import { keptByPorts, knownElsewhere } from './in-linux-bridge.ts'

const lost = (...edits: Edit[]) => unmet(reachesByBridge(bridged.lab(...edits), bridged.experiment, ns2, ns1))
/** The request comes to the port of who asks and no further; or into the bridge, and out of no port. */
const NOT_TAKEN = lostAfter(['veth-ns2-br'])
const NOT_PUT_OUT = lostAfter(['veth-ns2-br', 'br0'])
const port =
  (name: string, state: string, unusual: string[] = []): Edit =>
  evidence => {
    linkIn(evidence, name).bridgePort = { state, unusual }
  }
const innerMac = ({ kernel }: Parameters<Edit>[0]) =>
  kernel.controller.netns.ns1!.find(({ name }) => name === 'eth0')!.mac
const told =
  (bridge: { hasSpanningTree: boolean; filtersVlans: boolean }): Edit =>
  evidence => {
    linkIn(evidence, 'br0').bridge = bridge
  }
const filter =
  (family: string, hook: string): Edit =>
  ({ stack }) => {
    stack.chains = chain(family, hook, [[field('ip', 'protocol', 'icmp'), DROP]])
  }

const MAC_OF_NS1 = bridged.macOf('ns1')
/** An edit: where br0 takes the MAC address of ns1 to be. */
const knows =
  (entry: Omit<FdbEntry, 'mac'>): Edit =>
  evidence => {
    evidence.fdb = [{ mac: MAC_OF_NS1, ...entry }]
  }

describe('what keeps a Linux bridge from passing a packet', () => {
  it.each<[string, Edit[], string, string]>([
    [
      'a port that waits',
      [NOT_TAKEN, port('veth-ns2-br', 'listening'), told({ hasSpanningTree: true, filtersVlans: false })],
      'controller · br0 · port veth-ns2-br',
      'port veth-ns2-br of br0 is listening (its spanning tree is on), so it forwards nothing',
    ],
    [
      'a port that was told so',
      [NOT_PUT_OUT, port('veth-ns1-br', 'forwarding', ['isolated on'])],
      'controller · br0 · port veth-ns1-br',
      'port veth-ns1-br of br0 is set to isolated on',
    ],
    [
      'the MAC address of the bridge itself',
      [
        NOT_PUT_OUT,
        evidence => {
          linkIn(evidence, 'br0').mac = innerMac(evidence).toUpperCase()
        },
      ],
      'controller · br0',
      'br0 has the MAC address MAC itself, so br0 keeps the frames for it on the node',
    ],
    [
      'VLANs',
      [NOT_PUT_OUT, told({ hasSpanningTree: false, filtersVlans: true })],
      'controller · br0 · vlan_filtering',
      'br0 has vlan_filtering = 1, so only ports of the same VLAN reach each other',
    ],
    [
      'the policy of iptables',
      [
        NOT_PUT_OUT,
        ({ stack }) => {
          stack.chains = chain('ip', 'forward', [], { policy: 'drop' })
        },
      ],
      'controller · nftables',
      'a packet filter of the node, which applies to br0 too: ip t c: policy drop',
    ],
    [
      'a filter of bridges',
      [NOT_PUT_OUT, filter('bridge', 'forward')],
      'controller · nftables',
      'a packet filter of the node, which applies to br0 too: bridge t c: ip protocol icmp drop',
    ],
    [
      'an entry that somebody typed',
      [NOT_PUT_OUT, knows({ port: 'veth-ns2-br', typed: 'static' })],
      'controller · br0 · fdb',
      `an entry typed into br0 says that MAC is at veth-ns2-br, and not at veth-ns1-br`,
    ],
    [
      'a MAC address that two hosts have',
      [
        NOT_PUT_OUT,
        knows({ port: 'veth-ns2-br' }),
        ({ kernel: { controller } }) => {
          const link = {
            name: 'eth0',
            mac: MAC_OF_NS1,
            isUp: true,
            hasCarrier: true,
            mtu: 1500,
            addresses: [],
          }
          const { index, peerIndex } = named(controller.links, 'veth-ns2-br')
          controller.netns.twin = [{ ...link, index: peerIndex!, peerIndex: index }]
        },
      ],
      'controller · netns twin',
      'twin eth0 on controller has that MAC as well (MAC); br0 has learnt that MAC is at veth-ns2-br, and not at veth-ns1-br: a frame with that source came from there',
    ],
    [
      'a MAC address that was somewhere else',
      [NOT_PUT_OUT, knows({ port: 'veth-ns2-br' })],
      'controller · br0 · fdb',
      'br0 has learnt that MAC is at veth-ns2-br, and not at veth-ns1-br: a frame with that source came from there',
    ],
    [
      'a MAC address that the bridge takes for its own',
      [NOT_PUT_OUT, knows({ port: 'veth-ns1-br', typed: 'local' })],
      'controller · br0 · fdb',
      `an entry typed into br0 says that MAC is its own, at veth-ns1-br, so it takes what is for veth-ns1-br itself`,
    ],
    [
      'nobody knows what, for the bridge knows the right port',
      [NOT_PUT_OUT, knows({ port: 'veth-ns1-br' })],
      'controller · br0',
      'of 20 echo-request packets captured on br0, 0 came to veth-ns1-br',
    ],
    [
      'nobody knows what',
      [NOT_PUT_OUT, filter('ip', 'input')],
      'controller · br0',
      'of 20 echo-request packets captured on br0, 0 came to veth-ns1-br',
    ],
  ])('%s', async (_, edits, where, saw) => {
    const { where: at, saw: seen } = await lost(...edits)
    expect({ where: at, saw: seen.en.replace(/([0-9a-f]{2}:){5}[0-9a-f]{2}/g, 'MAC') }).toEqual({
      where,
      saw: `20 sent, 0 answered; ${saw}`,
    })
  })

  it.each([
    ['veth-ns1-br', ns1, ns2],
    ['veth-ns2-br', ns2, ns1],
  ])('is the same of two hosts with one MAC address, also if it was learnt at %s', async (port, from, to) => {
    const lab = bridged.lab(knows({ port }), ({ kernel }) => {
      kernel.controller.netns.ns2!.find(({ name }) => name === 'eth0')!.mac = MAC_OF_NS1
    })
    const ends = { from: (await endOf(lab, from))!, to: (await endOf(lab, to))! }
    const packet = { ...losing.packet, source: from.address, destination: to.address }
    const found = await knownElsewhere(lab, ends, 'controller', 'br0', { packet })
    expect(found).toMatchObject({ where: 'controller · netns ns2', cause: 'mac-twice' })
  })

  it('is named where the largest packets are lost alone', async () => {
    const narrow: Edit = evidence => {
      linkIn(evidence, 'veth-ns2-br').mtu = 1400
    }
    expect(await lost(lostAfter(['veth-ns2-br'], { isLargest: true }), narrow)).toMatchObject({
      where: 'controller · veth-ns2-br',
    })
  })
})

describe('what the ports of a bridge keep from a stack that has its address on it', () => {
  const end = { ...recordedRoute.from, device: 'bri' }
  const own = (change: Partial<Link>): Link[] => [
    { ...link, name: 'eth0', master: 'bri', ...change },
    { ...link, name: 'bri', kind: 'bridge', bridge: { hasSpanningTree: false, filtersVlans: true } },
  ]
  const link = { index: 2, mac: end.mac, isUp: true, hasCarrier: true, mtu: 1500, addresses: [] }
  const kept = async (change: Partial<Link>, ...edits: SolvedEdit[]) =>
    inWords(await keptByPorts(solvedLab(...edits), end, own(change), losing.packet, 'out'))

  it('is named in its namespace', async () => {
    expect(await kept({ bridgePort: { state: 'forwarding', unusual: ['flood off'] } })).toBe(
      'hypervisor · netns ns2 · bri · port eth0: port eth0 of bri is set to flood off',
    )
    expect(await kept({}, atLinks('ns2', { xdp: [] }))).toMatch(
      /^hypervisor · netns ns2 · bri · vlan_filtering: /,
    )
    const netem = atLinks('ns2', { qdiscs: [{ device: 'eth0', kind: 'netem', drops: 9 }] })
    expect(await kept({}, netem)).toMatch(/^hypervisor · netns ns2: .*netem/)
  })
})
