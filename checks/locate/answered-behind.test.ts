import { describe, expect, it } from 'vitest'
import type { NetworkStack } from '../../harness/look/evidence.ts'
import { quietStack, withLook } from '../testing/diagnostics.ts'
import { chain, field } from '../testing/nft.ts'
import { blind } from '../testing/outcome.ts'
import { type Edit, ns1, ns2, pings, solvedLab } from '../testing/solved-lab.ts'
import { told } from '../testing/told.ts'
import { probeOf } from '../traffic/traffic.ts'
import { answeredBehind } from './answered-behind.ts'

/** The kernel of ns1 has sent so many answers. */
const sent =
  (echoReplies: number): Edit =>
  ({ traffic }) => {
    traffic.ownAnswers = [{ node: ns1.node, netns: ns1.netns, echoReplies, packets: 500 }]
  }
const does = (about: Partial<NetworkStack>) =>
  withLook(
    {
      ...{ look: 'stack', node: ns1.node, netns: ns1.netns },
      routes: [{ to: ns1.address, from: ns2.address, by: 'eth0', isPing: true }],
    },
    { ...quietStack, routes: [{ to: ns1.address, device: 'lo' }], ...about },
  )

async function behind(...edits: Edit[]): Promise<string | undefined> {
  const lab = solvedLab(...edits)
  const { traffic, ping, route } = await probeOf(lab, pings, ns2, ns1.address)
  return told(await answeredBehind(lab, route, traffic, ping))
}

describe('answers that the kernel of an end', () => {
  it('has sent itself are its own, and those of others make them more', async () => {
    expect(await behind(sent(5_000))).toBeUndefined()
    expect(await behind()).toBeUndefined()
  })

  it('has not sent are of somebody behind it, led there by a rule', async () => {
    const dnat = [field('icmp', 'type', 'echo-request'), { dnat: { addr: '172.31.0.2' } }]
    expect(await behind(sent(0), does({ chains: chain('ip', 'prerouting', [dnat]) }))).toMatch(
      /^controller · netns ns1 · nftables: \d+ answers came under the address 192\.168\.10\.100, but the kernel of ns1 has sent only 0 of them.*dnat/,
    )
  })

  it('has not sent are of somebody behind it, led there by a route', async () => {
    expect(await behind(sent(0), does({ routes: [{ to: ns1.address, device: 'h0' }] }))).toMatch(
      /^controller · netns ns1 · routes: .*on to h0$/,
    )
  })

  it('has not sent are of nobody knows whom where nothing leads there', async () => {
    expect(await blind(behind(sent(0), does({})))).toMatchObject({ where: 'controller · netns ns1' })
  })
})
