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
/** Of a bridge that was set to drop pieces (`ovs-ofctl set-frags`), as ofproto/trace says it in place of a flow. */
const kept = (seen: TraceSeen): TraceSeen => ({
  ...dropped(seen),
  steps: [byHand('br-eth2', 'Packets are IP fragments and the fragment handling mode is "drop".', 'drop')],
})

/** An ACL of OVN for pieces, which marks them for a later table to drop. */
const marked = (seen: TraceSeen): TraceSeen => ({
  ...dropped(seen),
  steps: [
    byHand('br-int', 'ip,metadata=0x1,nw_frag=yes, priority 3000', 'set_field:0x20000->reg8'),
    byHand('br-int', 'reg8=0x20000/0x20000,metadata=0x1, priority 1000', 'drop'),
  ],
})

const found = async (...edits: Edit[]) => {
  const lab = solvedLab(...edits)
  const { traffic, ping, route } = await probeOf(lab, pings, ns2, ns1.address)
  return keepsPieces(lab, route, 'hypervisor', crossingsOf(route, traffic, ping))
}

it('names the bridge that keeps the pieces of a packet, and passes whole ones', async () => {
  expect((await found(traced(kept)))?.where).toMatch(/^hypervisor · .* · OpenFlow$/)
  expect((await found(traced(marked)))?.where).toMatch(/^hypervisor · .* · OpenFlow$/)
  expect(await found(traced(seen => seen))).toBeUndefined()
})

it('names connection tracking where it was told to put no pieces together, and the packets pass it', async () => {
  const tracked = (seen: TraceSeen): TraceSeen => ({
    ...seen,
    steps: [byHand('br-int', 'ip,metadata=0x1, priority 1', 'ct(table=47,zone=NXM_NX_REG11[0..15],nat)')],
  })
  const within = async (joinsNoPieces: string[], edit: Edit) => {
    const lab = solvedLab(edit)
    const { traffic, ping, route } = await probeOf(lab, pings, ns2, ns1.address)
    return keepsPieces(lab, route, 'hypervisor', crossingsOf(route, traffic, ping), { joinsNoPieces })
  }
  expect((await within(['hypervisor'], traced(tracked)))?.where).toBe('hypervisor · ovs-vswitchd · ipf')
  expect(await within(['controller'], traced(tracked))).toBeUndefined()
  expect(
    await within(
      ['hypervisor'],
      traced(seen => seen),
    ),
  ).toBeUndefined()
})

it('says nothing where nobody could trace pieces, or what they come to has nothing to do with pieces', async () => {
  expect(await found()).toBeUndefined()
  // A piece is shown to flows with an ICMP type of 0 (ovs-ofctl(8), set-frags): an ACL for answers drops it.
  expect(await found(traced(dropped))).toBeUndefined()
  // Others are led to the router's chassis and back.
  expect(await found(traced(dropped, dropped))).toBeUndefined()
})
