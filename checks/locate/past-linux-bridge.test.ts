import { expect, it } from 'vitest'
import { bridged, type Edit, linkIn, ns1, ns2 } from '../testing/bridged-lab.ts'
import { chain, DROP, field, match } from '../testing/nft.ts'
import { blind, unmet } from '../testing/outcome.ts'
import { reachesByBridge } from '../traffic/carried-by.ts'

const reached = (...edits: Edit[]) => reachesByBridge(bridged.lab(...edits), bridged.experiment, ns2, ns1)
const port =
  (name: string, state: string, ...unusual: string[]): Edit =>
  evidence => {
    linkIn(evidence, name).bridgePort = { state, unusual }
  }
const MAC_OF_NS1 = bridged.macOf('ns1')
const knows =
  (at: string, typed?: 'static' | 'local'): Edit =>
  evidence => {
    evidence.fdb = [{ mac: MAC_OF_NS1, port: at, ...(typed && { typed }) }]
  }
const filter =
  (...chains: Parameters<typeof chain>): Edit =>
  evidence => {
    evidence.arp = { chains: chain(...chains) }
  }
const PASSED_ON =
  'packets were captured on veth-ns2-br and veth-ns1-br, but br0 would not pass them from one to the other; '

it.each<[string, Edit[], string, string]>([
  [
    'ports that are both isolated',
    [port('veth-ns1-br', 'forwarding', 'isolated on'), port('veth-ns2-br', 'forwarding', 'isolated on')],
    'controller · br0 · port veth-ns2-br',
    'veth-ns2-br and veth-ns1-br are set to isolated on',
  ],
  [
    'a port that waits',
    [port('veth-ns1-br', 'listening')],
    'controller · br0 · port veth-ns1-br',
    'port veth-ns1-br of br0 is listening, so it forwards nothing',
  ],
  [
    'a typed entry',
    [knows('veth-ns1-br', 'local')],
    'controller · br0 · fdb',
    `an entry typed into br0 says that ${MAC_OF_NS1} is its own, at veth-ns1-br, so it takes what is for veth-ns1-br itself`,
  ],
  [
    'a filter of the bridge',
    [filter('bridge', 'forward', [[field('ip', 'protocol', 'icmp'), DROP]])],
    'controller · nftables',
    'a packet filter of the node, which applies to br0 too: bridge t c: ip protocol icmp drop',
  ],
])('did not carry what was heard behind it, for %s', async (_, edits, where, saw) => {
  expect(await unmet(reached(...edits))).toMatchObject({
    where,
    saw: { en: expect.stringContaining(`${PASSED_ON}${saw}`) },
  })
})

it.each<[string, Edit[]]>([
  ['one port that is isolated', [port('veth-ns1-br', 'forwarding', 'isolated on')]],
  ['an entry that it learnt', [knows('veth-ns9-br')]],
  ['a filter of other packets', [filter('bridge', 'forward', [[field('tcp', 'dport', 23), DROP]])]],
  [
    'a filter of IP, which need not apply',
    [filter('ip', 'forward', [[field('ip', 'protocol', 'icmp'), DROP]])],
  ],
  [
    'a filter that may not meet them',
    [filter('bridge', 'forward', [[match({ meta: { key: 'mark' } }, 9), DROP]])],
  ],
])('may have carried it, with %s', async (_, edits) => {
  await expect(reached(...edits)).resolves.toBeUndefined()
})

it('is not known to have carried it where a rule leads from port to port', async () => {
  const led: Edit = evidence => {
    evidence.arp = {
      filters: [{ device: 'veth-ns2-br', way: 'ingress', words: 'filter', leadsTo: ['veth-ns1-br'] }],
    }
  }
  expect((await blind(reached(led))).reason.en).toContain(
    'a filter of tc at veth-ns2-br, ingress, sends packets to veth-ns1-br, past the bridge',
  )
  const copied = filter('netdev', 'ingress', [[{ dup: { addr: 'veth-ns1-br' } }]], { dev: 'veth-ns2-br' })
  expect((await blind(reached(copied))).reason.en).toContain(
    'a packet filter at veth-ns2-br: netdev t c: dup',
  )
})

it('may be watched', async () => {
  const watched: Edit = evidence => {
    evidence.arp = {
      filters: [{ device: 'veth-ns2-br', way: 'ingress', words: 'filter', leadsTo: ['watch0'] }],
      chains: chain('netdev', 'ingress', [[{ dup: { addr: 'watch0' } }]], { dev: 'veth-ns1-br' }),
    }
  }
  await expect(reached(watched)).resolves.toBeUndefined()
})
