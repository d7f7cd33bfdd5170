import { describe, expect, it } from 'vitest'
import { byHand, traced, withLook } from '../testing/diagnostics.ts'
import { type Edit, ns1, ns2, pings, solvedLab } from '../testing/solved-lab.ts'
import { probeOf } from '../traffic/traffic.ts'
import { isMadeByHand } from './by-hand.ts'

const met = async (...edits: Edit[]) => {
  const lab = solvedLab(...edits)
  const { traffic, ping, route } = await probeOf(lab, pings, ns2, ns1.address)
  return isMadeByHand(lab, route, traffic, ping)
}
const first = (...step: Parameters<typeof byHand>) =>
  traced('hypervisor', /in_port=2.*icmp_type=8/, seen => ({
    ...seen,
    steps: [byHand(...step), ...seen.steps],
  }))
const filtered = (netns: string | undefined, family: string) =>
  withLook(
    { look: 'arp', node: 'controller', ...(netns !== undefined && { netns }) },
    {
      ...{ neighbours: [], solicits: {} },
      chains: [
        {
          ...{ family, table: 't', name: 'in', hook: 'input', devices: [], policy: 'accept' },
          rules: [[{ drop: null }]],
        },
      ],
    },
  )

describe('what somebody has put on the way of a ping that was answered', () => {
  it('is nothing on the solved lab, nor what every bridge begins with, nor what tables of a bridge pass on', async () => {
    expect(await met()).toBe(false)
    expect(await met(first('br-eth1', 'priority 0', 'NORMAL', 'resubmit(,43)'))).toBe(false)
  })

  it('is a flow in a bridge beside the integration bridge', async () => {
    expect(await met(first('br-eth2', 'icmp, priority 100', 'resubmit(,9)'))).toBe(true)
    expect(await met(first('br-eth2', 'priority 0', 'learn(table=9)', 'NORMAL'))).toBe(true)
  })

  it('is a packet filter in a namespace at an end, or where frames cross the node; others are the own of the node', async () => {
    expect(await met(filtered('ns1', 'ip'))).toBe(true)
    expect(await met(filtered(undefined, 'netdev'))).toBe(true)
    expect(await met(filtered(undefined, 'ip'))).toBe(false)
  })
})
