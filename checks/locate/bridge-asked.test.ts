import { describe, expect, it } from 'vitest'
import type { ArpFacts } from '../../harness/look/evidence.ts'
import { bridged, type Edit, linkIn, ns1, ns2 } from '../testing/bridged-lab.ts'
import { chain, DROP, field } from '../testing/nft.ts'
import { unmet } from '../testing/outcome.ts'
import { reachesByBridge } from '../traffic/carried-by.ts'

const STALE = '02:00:00:00:00:aa'
const asking = (...edits: Edit[]) => reachesByBridge(bridged.lab(...edits), bridged.experiment, ns2, ns1)
const port =
  (name: string, unusual: string): Edit =>
  evidence => {
    linkIn(evidence, name).bridgePort = { state: 'forwarding', unusual: [unusual] }
  }
const knows =
  (arp: Partial<ArpFacts>): Edit =>
  evidence => {
    Object.assign(evidence.arp, arp)
  }
const neighbour = (mac: string, device = 'br0') => ({
  neighbours: [{ address: ns1.address, device, mac, states: ['PERMANENT'] }],
})
const right = () => neighbour(bridged.macOf('ns1'))
const learnt = { learnt: [{ mac: STALE, port: 'veth-ns1-br' }] }
const SUPPRESSED = port('veth-ns1-br', 'neigh_suppress on')

describe('a Linux bridge that passes all but the question for a MAC address', () => {
  it.each<[string, Edit[], string, string]>([
    [
      'answers it itself, with what it was told',
      [SUPPRESSED, knows({ ...neighbour(STALE), ...learnt })],
      'controller · br0 · neighbours',
      `br0 itself answers the question for 192.168.1.1 with ${STALE}, its neighbour entry, because neigh_suppress is on at veth-ns1-br`,
    ],
    [
      'has a port that gets no broadcasts',
      [port('veth-ns1-br', 'bcast_flood off')],
      'controller · br0 · port veth-ns1-br',
      'port veth-ns1-br of br0 is set to bcast_flood off, so no question for a MAC address leaves by it',
    ],
    [
      'has a port that gets nothing that is flooded',
      [port('veth-ns1-br', 'proxy_arp on'), knows(right())],
      'controller · br0 · port veth-ns1-br',
      'port veth-ns1-br of br0 is set to proxy_arp on, so no question for a MAC address leaves by it',
    ],
    [
      'has a packet filter that drops it',
      [knows({ chains: chain('bridge', 'forward', [[field('arp', 'operation', 'request'), DROP]]) })],
      'controller · nftables',
      'a packet filter of the node, which applies to br0 too: bridge t c: arp operation request drop',
    ],
  ])('%s', async (_what, edits, where, why) => {
    const told = await unmet(asking(...edits))
    expect(told.where).toBe(where)
    expect(told.saw.en).toBe(
      `20 sent, 20 answered; answered only as long as the MAC address is remembered; asking for it again fails; ${why}`,
    )
  })

  it.each<[string, Edit[]]>([
    ['no port spares its machines questions', [knows({ ...neighbour(STALE), ...learnt })]],
    ['it does not know where that MAC is', [SUPPRESSED, knows(neighbour(STALE))]],
    ['the entry is of another link', [SUPPRESSED, knows({ ...neighbour(STALE, 'eth1'), ...learnt })]],
    [
      'the question comes in by such a port itself',
      [SUPPRESSED, port('veth-ns2-br', 'neigh_suppress on'), knows({ ...neighbour(STALE), ...learnt })],
    ],
    [
      'it answers both itself, with what is right',
      [port('veth-ns1-br', 'proxy_arp on'), port('veth-ns2-br', 'proxy_arp on'), knows(right())],
    ],
    ['who asks gets no broadcasts', [port('veth-ns2-br', 'bcast_flood off')]],
    [
      'the filter is for others',
      [knows({ chains: chain('bridge', 'forward', [[field('arp', 'operation', 'reply'), DROP]]) })],
    ],
  ])('holds where %s', async (_what, edits) => {
    await expect(asking(...edits)).resolves.toBeUndefined()
  })

  it('has the address itself, as an interface of its node, and answers too unless it was told not to', async () => {
    const hasIt: Edit = evidence => {
      const bridge = linkIn(evidence, 'br0')
      bridge.addresses.push({ family: 'inet', address: ns1.address, prefixLength: 24 })
    }
    expect(await unmet(asking(hasIt))).toMatchObject({
      where: 'controller · br0',
      saw: { en: expect.stringMatching(/br0 on controller has the address 192\.168\.1\.1 as well/) },
    })
    await expect(asking(hasIt, knows({ ignores: { br0: 8 } }))).resolves.toBeUndefined()
  })
})
