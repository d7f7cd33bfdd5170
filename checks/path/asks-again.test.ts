import { expect, it } from 'vitest'
import type { ArpFacts } from '../../harness/look/evidence.ts'
import { withLook } from '../testing/diagnostics.ts'
import { unmet } from '../testing/outcome.ts'
import { type Edit, innerLink, named, ns1, ns2, pings, solvedLab } from '../testing/solved-lab.ts'
import { reaches } from '../traffic/reaches.ts'

const facts = (node: string, netns: string, about: Partial<ArpFacts> = {}): Edit =>
  withLook(
    { look: 'arp', node, netns },
    {
      ...{ neighbours: [], chains: [] },
      ...{ solicits: { eth0: { multicast: 3, unicast: 3, daemon: 0 } } },
      ...about,
    },
  )
const silent = facts('hypervisor', 'ns2', { ignores: { eth0: 8 } })

/** An edit: OVN answers ns1's question to everybody, in the place of ns2. */
const byOvn: Edit = evidence => {
  const [{ mac }, owner] = [innerLink(evidence, ns1), innerLink(evidence, ns2).mac]
  const [port] = named(evidence.ovs.controller.Interface, 'veth-ns1-br').ofport
  evidence.traces.unshift({
    node: 'controller',
    packet: {
      bridge: 'br-int',
      flow: `in_port=${port},dl_src=${mac},dl_dst=ff:ff:ff:ff:ff:ff,arp,arp_op=1,arp_spa=${ns1.address},arp_tpa=${ns2.address},arp_sha=${mac}`,
    },
    seen: {
      steps: [],
      bridges: ['br-int'],
      datapathActions: `set(eth(src=${owner},dst=${mac})),set(arp(sip=${ns2.address},tip=${ns1.address},op=2/0xff,sha=${owner},tha=${mac})),5`,
    },
  })
}

// Seen: three questions to the one it knew, then one to everybody, and no packet is lost meanwhile.
it('who is not answered by the one it knew asks everybody, and OVN may answer that', async () => {
  const asks = (...edits: Edit[]) =>
    reaches(solvedLab(facts('controller', 'ns1'), silent, ...edits), pings, ns2, ns1.address)
  await expect(asks(byOvn)).resolves.toBeUndefined()
  expect((await unmet(asks())).where).toBe('hypervisor · netns ns2 · arp_ignore')
  const never = facts('controller', 'ns1', { solicits: { eth0: { multicast: 0, unicast: 3, daemon: 0 } } })
  expect((await unmet(asks(byOvn, never))).where).toBe('hypervisor · netns ns2 · arp_ignore')
})
