import { expect, it, vi } from 'vitest'
import type { Node } from '../testing/recorded.ts'
import { named, ns1, ns2, pings, solvedLab } from '../testing/solved-lab.ts'
import { trafficOf } from './traffic.ts'

it('asks for the largest packets that the link of the namespace has room for, and of a tiny one for none', async () => {
  for (const [mtu, sizes] of [
    [1400, [1372]],
    [68, []],
  ] as const) {
    const lab = solvedLab(({ kernel }) => {
      for (const { node, netns } of [ns1, ns2]) named(kernel[node as Node].netns[netns]!, 'eth0').mtu = mtu
    })
    const asked = vi.spyOn(lab, 'traffic')
    await trafficOf(lab, pings)
    const bytes = asked.mock.calls[0]![0].pings.flatMap(ping => ping.bytes ?? [])
    expect([...new Set(bytes)]).toEqual(sizes)
  }
})
