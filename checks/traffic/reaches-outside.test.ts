import { describe, expect, it } from 'vitest'
import type { HeardPacket } from '../../harness/look/evidence.ts'
import { withStack } from '../testing/diagnostics.ts'
import { replaced } from '../testing/names.ts'
import { blind, unmet } from '../testing/outcome.ts'
import { captureOn } from '../testing/recorded.ts'
import { type Edit, innerLink, ns1, ns2, onLoopback, pings, solvedLab } from '../testing/solved-lab.ts'
import { blinded, tokenOf } from '../testing/wire.ts'
import { reachesOutside } from './reaches-outside.ts'

const OUTSIDE = '192.168.10.1'
const pinging = (...edits: Edit[]) => reachesOutside(solvedLab(...edits), pings, ns1, OUTSIDE)
const ROUTE_MAC = '02:00:c0:a8:0a:01'

/** Each packet of the ping from ns1 to the outside, where it is heard, as `change` makes it; gone without. */
const heard =
  (links: string[], change: (packet: HeardPacket) => HeardPacket | undefined): Edit =>
  evidence => {
    const token = tokenOf(evidence, 'ns1', OUTSIDE)
    for (const link of links) {
      const capture = captureOn(evidence, 'controller', link)
      capture.heard = capture.heard.flatMap(packet => {
        const changed = packet.token === token ? change(packet) : packet
        return changed ? [changed] : []
      })
    }
  }

const BOTH = ['veth-ns1-br', 'eth2']
/** What a ping that never left ns1 looks like: answered, and on no link. */
const answeredInside = heard(BOTH, () => undefined)
/** All that 192.168.10.1 says comes from ns2's own MAC. */
const answeredByNs2: Edit = evidence => replaced(ROUTE_MAC, innerLink(evidence, ns2).mac)(evidence)

describe('reachesOutside', () => {
  it.each([ns1, ns2])('holds on the solved lab: $netns', async from => {
    await expect(reachesOutside(solvedLab(), pings, from, OUTSIDE)).resolves.toBeUndefined()
  })

  it('does not hold where nothing left the namespace, and names the route that leads elsewhere', async () => {
    const path: [string, string] = [ns1.address, OUTSIDE]
    const routes = [{ to: OUTSIDE, device: 'f0' }]
    expect(
      await unmet(pinging(answeredInside, withStack('controller', 'ns1', path, { routes }))),
    ).toMatchObject({
      where: 'controller · netns ns1 · routes',
      saw: {
        en: `20 sent, 20 answered; in ns1, packets for ${OUTSIDE} leave through f0, not directly through eth0`,
      },
    })
    const inside = withStack('controller', 'ns1', path, { routes: [{ to: OUTSIDE, device: 'lo' }] })
    expect(await unmet(pinging(answeredInside, inside))).toMatchObject({
      where: 'controller · netns ns1 · routes',
      saw: {
        en: expect.stringContaining(
          `a local route of ns1 takes packets for ${OUTSIDE} in, although no interface there has that address`,
        ),
      },
    })
    expect(await unmet(pinging(answeredInside, inside, onLoopback(ns1, OUTSIDE)))).toMatchObject({
      where: 'controller · netns ns1',
      saw: { en: expect.stringContaining(`ns1 lo on controller has the address ${OUTSIDE} as well`) },
    })
  })

  it('does not hold where it was answered before the physical link', async () => {
    const told = await unmet(pinging(heard(['eth2'], () => undefined)))
    expect(told.where).toBe('controller · veth-ns1-br → eth2')
  })

  it('does not hold where a machine of ours answers', async () => {
    expect(await unmet(pinging(answeredByNs2))).toMatchObject({
      expected: { en: `${OUTSIDE}, a machine outside the lab, answers the ping from ns1` },
      where: 'hypervisor · netns ns2',
      saw: { en: expect.stringMatching(/ ns2 eth0 on hypervisor \(.*\) answers for 192\.168\.10\.1,/) },
    })
  })

  it.each<[string, Edit, string]>([
    [
      'a router of OVN has that MAC',
      ({ northbound }) => {
        const router = { _uuid: '1', name: 'lr0-ls0', mac: ROUTE_MAC, networks: [`${OUTSIDE}/24`] }
        Object.assign(northbound, { Logical_Router_Port: [router] })
      },
      'OVN_Northbound · Logical_Router_Port · networks',
    ],
    [
      'a bridge of a node has that MAC',
      ({ kernel }) => {
        kernel.controller.links.find(({ name }) => name === 'br-eth2')!.mac = ROUTE_MAC
      },
      'controller · br-eth2',
    ],
  ])('does not hold where %s', async (_what, edit, where) => {
    expect((await unmet(pinging(edit))).where).toBe(where)
  })

  it('is unknown where another node sends the answers out, and holds where they were flooded into it', async () => {
    const onHypervisor =
      (incoming: number): Edit =>
      evidence => {
        const answer = captureOn(evidence, 'controller', 'eth2').heard.find(
          ({ token, icmp }) => token === tokenOf(evidence, 'ns1', OUTSIDE) && icmp === 'echo-reply',
        )
        captureOn(evidence, 'hypervisor', 'eth2').heard.push({ ...answer!, incoming })
      }
    expect(await blind(pinging(onHypervisor(0)))).toMatchObject({
      where: 'hypervisor · eth2',
      reason: {
        en: expect.stringMatching(/^the answers of 192\.168\.10\.1 were sent out through eth2 by hypervisor/),
      },
    })
    await expect(pinging(onHypervisor(20))).resolves.toBeUndefined()
  })

  it.each(BOTH)('is unknown where %s could not be listened to', async link => {
    expect(await blind(pinging(blinded('controller', link)))).toMatchObject({ where: `controller · ${link}` })
  })
})
