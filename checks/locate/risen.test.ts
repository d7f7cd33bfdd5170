import { describe, expect, it } from 'vitest'
import type { DropCounters } from '../../harness/look/evidence.ts'
import type { Wanted } from '../nouns/wanted.ts'
import { withLook } from '../testing/diagnostics.ts'
import { type Edit, solvedLab } from '../testing/solved-lab.ts'
import { lost, recordedRoute } from '../testing/traces.ts'
import { counted, countedInStack } from './risen.ts'

const lostEcho: Wanted = {
  kind: 'echo-request',
  source: recordedRoute.from.address,
  destination: recordedRoute.address,
  token: '',
}
const METER = 'br-eth2 · OpenFlow · meter 1'
const ALL = 'ovs-vswitchd · coverage · datapath_drop_meter'

const riseOf = async (before: DropCounters, after: DropCounters) => {
  const lost: Edit = ({ traffic }) => Object.assign(traffic.pings[0]!, { sent: 20, received: 2 })
  const named = (await solvedLab().ovs('hypervisor')).bridges.map(({ name }) => name)
  const request = {
    ...{ look: 'drop-counters' as const, node: 'hypervisor', bridges: named },
    of: `hypervisor ns2 ${recordedRoute.address}`,
  }
  const lab = solvedLab(lost, withLook(request, before), withLook({ ...request, again: true }, after))
  return counted(lab, recordedRoute, lostEcho, 'hypervisor', await lab.ovs('hypervisor'))
}

describe('the counter that rose by what was lost', () => {
  it('is the place, the nearest one before that of all', async () => {
    const told = await riseOf({ [ALL]: 5, [METER]: 5 }, { [ALL]: 23, [METER]: 23 })
    expect(told?.where).toBe(`hypervisor · ${METER}`)
    expect(told?.saw.en).toMatch(/rose by 18 while 18 of 20/)
    expect((await riseOf({}, { [ALL]: 18 }))?.where).toBe(`hypervisor · ${ALL}`)
  })
  it('says why rather than that the flows dropped the packet', async () => {
    const dropped = 'ovs-vswitchd · coverage · drop_action_of_pipeline'
    const full = 'ovs-vswitchd · coverage · conntrack_full'
    const told = await riseOf({}, { [dropped]: 40, [full]: 20 })
    expect(told?.where).toBe(`hypervisor · ${full}`)
    expect(told?.saw.en).toMatch(/^the connection tracking table of Open vSwitch is full.*rose by 20 while/)
    expect(told?.tryThis).toContain('dpctl/ct-get-maxconns')
    const zone = await riseOf({}, { [dropped]: 40, 'ovs-vswitchd · coverage · conntrack_zone_full': 20 })
    expect(zone?.saw.en).toMatch(/^a zone of connection tracking .* limit allows/)
    expect(zone?.tryThis).toContain('dpctl/ct-get-limits')
    expect((await riseOf({}, { [dropped]: 40 }))?.where).toBe(`hypervisor · ${dropped}`)
  })
  it('is none where it rose by little, or at the bridge itself', async () => {
    expect(await riseOf({ [METER]: 5 }, { [METER]: 8 })).toBeUndefined()
    expect(await riseOf({}, { 'br-eth2 · port LOCAL · tx drop': 20 })).toBeUndefined()
  })
})

const inNs2 = async (
  after: DropCounters,
  { sent, kind = 'echo-request' }: { sent: number; kind?: Wanted['kind'] } = { sent: 20 },
) => {
  const none: Edit = ({ traffic }) => Object.assign(traffic.pings[0]!, { sent, received: 0 })
  const request = {
    ...{ look: 'stack-counters' as const, node: 'hypervisor', netns: 'ns2' },
    of: `hypervisor ns2 ${recordedRoute.address}`,
  }
  const lab = solvedLab(none, withLook(request, {}), withLook({ ...request, again: true }, after))
  const broken = { ...lost, packet: { ...lostEcho, kind }, before: 3, behind: 0 }
  return countedInStack(lab, recordedRoute, recordedRoute.from, broken)
}

describe('what a kernel counts of packets that it did not send, answer or take', () => {
  it('is told by the queue of a link before what the kernel refuses', async () => {
    const told = await inNs2({
      'nstat · IpOutDiscards': 20,
      'eth0 · qdisc pfifo': 20,
      'eth0 · tx dropped': 20,
    })
    expect(told).toMatchObject({
      broken: { where: 'hypervisor · netns ns2 · eth0', cause: 'queueing' },
      isOfDevice: true,
    })
    expect(told?.broken.saw.en).toMatch(/^qdisc pfifo of eth0 counts them; .* rose by 20 while 20 of 20/)
  })
  it('is told in the kernel’s own words, but not that it had an error for an answer', async () => {
    const told = await inNs2({ 'nstat · IcmpInErrors': 20, 'nstat · TcpExtIPReversePathFilter': 20 })
    expect(told).toMatchObject({
      broken: { where: 'hypervisor · netns ns2 · TcpExtIPReversePathFilter' },
      isOfDevice: false,
    })
  })
  it('counts what could not even be sent, and of ARP the questions', async () => {
    expect(await inNs2({ 'eth0 · qdisc pfifo': 2 }, { sent: 0 })).toBeDefined()
    expect(await inNs2({ 'eth0 · qdisc pfifo': 1 }, { sent: 12 })).toBeUndefined()
    expect(await inNs2({ 'eth0 · tx dropped': 5 }, { sent: 12 })).toBeUndefined()
    expect(await inNs2({ 'eth0 · qdisc pfifo': 2 }, { sent: 12, kind: 'arp-reply' })).toBeDefined()
  })
})
