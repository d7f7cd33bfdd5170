import { expect, it } from 'vitest'
import type { HeardPacket } from '../../harness/look/evidence.ts'
import { withStack } from '../testing/diagnostics.ts'
import { across, OUTSIDE } from '../testing/heard.ts'
import { type Edit, innerLink, ns1, ns2, solvedLab } from '../testing/solved-lab.ts'
import { told } from '../testing/told.ts'
import { lostOutward, recordedRoute } from '../testing/traces.ts'
import { locate } from './locate.ts'

const [plug, leaves] = across.posts
const route = { ...recordedRoute, to: undefined, address: OUTSIDE, posts: [plug!, leaves!] }
const COPY = '02:00:00:00:00:99'
const frame: HeardPacket = {
  ...{ icmp: 'echo-request', token: '', source: ns2.address, destination: OUTSIDE, count: 20, firstMs: 0 },
  ...{ sourceMac: recordedRoute.from.mac, destinationMac: recordedRoute.to!.mac },
}

it('what went to another machine by a route of its sender is that route’s', async () => {
  const byNs1 = { to: OUTSIDE, device: 'eth0', gateway: ns1.address }
  const lab = solvedLab(withStack('hypervisor', 'ns2', [ns2.address, OUTSIDE], { routes: [byNs1] }))
  const broken = { ...lostOutward, place: { kind: 'outside', post: leaves! } as const, frame }
  expect(told(await locate(lab, route, broken))).toBe(
    'hypervisor · netns ns2 · routes: in ns2, packets for 192.168.10.1 leave through eth0 via 192.168.10.100, not directly through eth0',
  )
})

it('what the outside answers to a copy of the sender is the copy’s', async () => {
  const copied: Edit = evidence => {
    evidence.kernel.hypervisor.netns.ns9 = [{ ...innerLink(evidence, ns2), mac: COPY, index: 99 }]
  }
  const packet = { ...lostOutward.packet, kind: 'echo-reply', source: OUTSIDE, destination: ns2.address }
  const place = { kind: 'bridge', node: 'hypervisor', enters: leaves!, leaves: plug! } as const
  const answer = (destinationMac: string) => ({
    ...{ ...lostOutward, packet: { ...packet, kind: 'echo-reply' as const }, place },
    frame: { ...frame, source: OUTSIDE, destination: ns2.address, destinationMac },
  })
  const found = async (mac: string) => told(await locate(solvedLab(copied), route, answer(mac)))
  expect(await found(COPY)).toBe(
    `hypervisor · netns ns9: ns9 eth0 on hypervisor (${COPY}) has the address 192.168.10.200 as well, and answers for it`,
  )
  expect(await found(recordedRoute.from.mac)).not.toContain('ns9')
})
