import { expect, it } from 'vitest'
import type { TraceSeen } from '../../harness/look/evidence.ts'
import { crossingsOf } from '../heard/crossings.ts'
import { byHand, withLook } from '../testing/diagnostics.ts'
import { type Edit, ns1, ns2, pings, solvedLab } from '../testing/solved-lab.ts'
import { probeOf } from '../traffic/traffic.ts'
import { keepsSome } from './choosy-flows.ts'

const flow = (match: string, actions = 'drop') =>
  withLook({ look: 'flows', node: 'hypervisor', bridge: 'br-eth2' }, [
    { table: 0, priority: 100, cookie: '0', match, actions },
  ])

/** What hypervisor's flows would do with the same packets with a TTL of 100. */
const traced =
  (other: (seen: TraceSeen) => TraceSeen): Edit =>
  ({ traces }) => {
    for (const one of traces.filter(({ node }) => node === 'hypervisor')) {
      const packet = { ...one.packet, flow: one.packet.flow.replace(/nw_ttl=\d+/, 'nw_ttl=100') }
      traces.push({ ...one, packet, seen: other(one.seen) })
    }
  }
const dropped = (seen: TraceSeen): TraceSeen => ({
  ...seen,
  steps: [byHand('br-eth2', 'icmp,nw_ttl=100, priority 100', 'drop')],
  datapathActions: 'drop',
})

const found = async (...edits: Edit[]) => {
  const lab = solvedLab(...edits)
  const { traffic, ping, route } = await probeOf(lab, pings, ns2, ns1.address)
  return keepsSome(lab, route, 'hypervisor', crossingsOf(route, traffic, ping))
}

it('names a flow that keeps packets with a time to live which no check sends', async () => {
  const { where, saw } = (await found(flow('icmp,nw_ttl=100'), traced(dropped)))!
  expect(where).toBe('hypervisor · br-eth2 · OpenFlow')
  expect(saw.en).toContain('are kept, such as those with TTL 100: the packet matches a flow on br-eth2')
})

it('says nothing of a flow that passes them, is for others, or is about the last hops', async () => {
  expect(
    await found(
      flow('icmp,nw_ttl=100', 'NORMAL'),
      traced(seen => seen),
    ),
  ).toBeUndefined()
  for (const match of [
    'icmp6,nw_ttl=100',
    'udp,nw_ttl=100',
    'icmp,nw_src=192.168.10.9,nw_ttl=100',
    'icmp,nw_ttl=1',
  ])
    expect(await found(flow(match), traced(dropped)), match).toBeUndefined()
  expect(await found(traced(dropped))).toBeUndefined()
})

it('says nothing of a packet that OVN keeps until it knows the MAC address of its next hop', async () => {
  const asks = byHand('br-int', 'ip', 'controller(userdata=00.00.00.00.00.00.00.00,pause)')
  const kept = (seen: TraceSeen): TraceSeen => ({
    ...seen,
    steps: [asks],
    datapathActions: 'userspace(pid=0)',
  })
  expect(await found(flow('icmp,nw_ttl=100'), traced(kept))).toBeUndefined()
})
