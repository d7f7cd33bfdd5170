import { describe, expect, it } from 'vitest'
import type { NftRule } from '../../harness/look/stack.ts'
import { FORGOTTEN_MS } from '../../harness/look/traffic.ts'
import { byHand, traced, withLook } from '../testing/diagnostics.ts'
import { type Edit, ns1, ns2, pings, solvedLab } from '../testing/solved-lab.ts'
import { probeOf } from '../traffic/traffic.ts'
import { madeByHand } from './by-hand.ts'

const met = async (...edits: Edit[]) => {
  const lab = solvedLab(...edits)
  const { traffic, ping, route } = await probeOf(lab, pings, ns2, ns1.address)
  return (await madeByHand(lab, route, traffic, ping))?.quietMs
}
const first = (...step: Parameters<typeof byHand>) =>
  traced('hypervisor', /in_port=2.*icmp_type=8/, seen => ({
    ...seen,
    steps: [byHand(...step), ...seen.steps],
  }))
const filtered = (netns: string | undefined, family: string, rule: NftRule = [{ drop: null }]) =>
  withLook(
    { look: 'arp', node: 'controller', ...(netns !== undefined && { netns }) },
    {
      ...{ neighbours: [], solicits: {} },
      chains: [
        {
          ...{ family, table: 't', name: 'in', hook: 'input', devices: [], policy: 'accept' },
          rules: [rule],
        },
      ],
    },
  )
const known = (set: string, op: string) => ({
  match: { op, left: { payload: { protocol: 'ip', field: 'saddr' } }, right: set },
})

describe('what somebody has put on the way of a ping that was answered', () => {
  it('is nothing on the solved lab, nor what every bridge begins with, nor what tables of a bridge pass on', async () => {
    expect(await met()).toBeUndefined()
    expect(await met(first('br-eth1', 'priority 0', 'NORMAL', 'resubmit(,43)'))).toBeUndefined()
  })

  it('is a flow in a bridge beside the integration bridge', async () => {
    expect(await met(first('br-eth2', 'icmp, priority 100', 'resubmit(,9)'))).toBe(FORGOTTEN_MS)
    expect(await met(first('br-eth2', 'priority 0', 'learn(table=9)', 'NORMAL'))).toBe(FORGOTTEN_MS)
  })

  it('is a packet filter in a namespace at an end, or where frames cross the node; others are the own of the node', async () => {
    expect(await met(filtered('ns1', 'ip'))).toBe(FORGOTTEN_MS)
    expect(await met(filtered(undefined, 'netdev'))).toBe(FORGOTTEN_MS)
    expect(await met(filtered(undefined, 'ip'))).toBeUndefined()
  })

  const learns = (life: string, ...more: { match: string; actions: string }[]) =>
    met(
      first('br-eth2', 'icmp, priority 100', 'resubmit(,9)'),
      withLook(
        { look: 'flows', node: 'hypervisor', bridge: 'br-eth2' },
        [
          {
            match: 'icmp,in_port=2',
            actions: `learn(table=9,${life}NXM_OF_IP_SRC[]=NXM_OF_IP_DST[],load:0x1->NXM_NX_REG0[])`,
          },
          ...more.map(one => ({ ...one, table: 9 })),
        ].map(flow => ({ table: 0, priority: 100, cookie: '0', ...flow })),
      ),
    )

  it('takes as long to forget as the flows live that it makes, but for those of a switch that floods', async () => {
    expect(await learns('idle_timeout=60,')).toBe(60_000 + FORGOTTEN_MS)
    expect(await learns('hard_timeout=30,idle_timeout=60,', { match: '', actions: 'drop' })).toBe(
      30_000 + FORGOTTEN_MS,
    )
    expect(await learns('idle_timeout=60,', { match: '', actions: 'FLOOD' })).toBe(FORGOTTEN_MS)
    expect(await learns('')).toBe(Number.POSITIVE_INFINITY)
    expect(await learns('', { match: '', actions: 'FLOOD' })).toBe(FORGOTTEN_MS)
  })

  it('never forgets what a rule adds to a set without a timeout, where another goes by it', async () => {
    const added = { set: { op: 'add', elem: { payload: { protocol: 'ip', field: 'daddr' } }, set: '@ever' } }
    const going = [known('@ever', '!='), added, { drop: null }]
    expect(await met(filtered('ns1', 'ip', going))).toBe(Number.POSITIVE_INFINITY)
    expect(await met(filtered('ns1', 'ip', [added]))).toBe(FORGOTTEN_MS)
  })

  it('takes as long to forget as elements live that it adds to a set', async () => {
    const adds = (about: object) =>
      met(filtered('ns1', 'inet', [known('@s', '!='), { set: { op: 'add', set: '@s', ...about } }]))
    expect(await adds({ timeout: 60 })).toBe(60_000 + FORGOTTEN_MS)
    expect(await adds({ timeout: 60, elem: { elem: { val: {}, timeout: 5 } } })).toBe(5_000 + FORGOTTEN_MS)
    expect(await adds({ timeout: 60, op: 'delete' })).toBe(FORGOTTEN_MS)
  })
})
