import { expect, it } from 'vitest'
import type { TraceSeen } from '../../harness/look/evidence.ts'
import { crossingsOf } from '../heard/crossings.ts'
import { byHand } from '../testing/diagnostics.ts'
import { type Edit, ns1, ns2, pings, solvedLab } from '../testing/solved-lab.ts'
import { probeOf } from '../traffic/traffic.ts'
import { keepsPieces } from './pieces.ts'

/** What hypervisor's flows would do with the first piece of each ping, and with a whole one. */
const traced =
  (piece: (seen: TraceSeen) => TraceSeen, whole = (seen: TraceSeen) => seen): Edit =>
  ({ traces }) => {
    const own = traces.filter(({ node }) => node === 'hypervisor')
    for (const one of own) {
      const flow = one.packet.flow.replace(',icmp,', ',icmp,ip_frag=first,')
      traces.push({ ...one, packet: { ...one.packet, flow }, seen: piece(one.seen) })
      one.seen = whole(one.seen)
    }
  }
const dropped = (seen: TraceSeen): TraceSeen => ({ ...seen, datapathActions: 'drop' })

const found = async (...edits: Edit[]) => {
  const lab = solvedLab(...edits)
  const { traffic, ping, route } = await probeOf(lab, pings, ns2, ns1.address)
  return keepsPieces(lab, route, 'hypervisor', crossingsOf(route, traffic, ping))
}

it('names the bridge that keeps the pieces of a packet, and passes whole ones', async () => {
  expect((await found(traced(dropped)))?.where).toMatch(/^hypervisor · .* · OpenFlow$/)
  expect(await found(traced(seen => seen))).toBeUndefined()
})

it('says nothing where flows lead whole packets elsewhere too, or nobody could trace pieces', async () => {
  expect(await found(traced(dropped, dropped))).toBeUndefined()
  expect(await found()).toBeUndefined()
})

it('says nothing where connection tracking would have put the pieces together before they are dropped', async () => {
  const tracked = byHand('br-int', 'icmp, priority 100', 'ct(table=23,zone=NXM_NX_REG13[0..15])')
  const behind = (seen: TraceSeen) => dropped({ ...seen, steps: [...seen.steps, tracked] })
  expect(await found(traced(behind))).toBeUndefined()
})
