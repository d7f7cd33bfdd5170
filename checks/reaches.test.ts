import { describe, expect, it } from 'vitest'
import { reaches } from './reaches.ts'
import { unmet } from './testing/outcome.ts'
import { type Edit, ns1, ns2, pings, renamed, solvedLab } from './testing/solved-lab.ts'

const PHYSICAL = '192.168.10.1'
const pinging = (...edits: Edit[]) => reaches(solvedLab(...edits), pings, ns2, ns1.address)

const cameTo =
  (received: number, complaint?: string): Edit =>
  ({ traffic }) => {
    for (const ping of traffic.pings)
      if (ping.from.netns === 'ns2' && ping.to === ns1.address)
        Object.assign(ping, { received }, complaint === undefined ? {} : { complaint, sent: 0 })
  }

const about = {
  expected: { en: '192.168.10.100 answers the ping from ns2', 'zh-TW': 'ns2 ping 192.168.10.100 有回應' },
  where: 'hypervisor · netns ns2',
  tryThis: 'sudo ip netns exec ns2 ping -c 1 192.168.10.100   # on hypervisor',
}

describe('reaches', () => {
  it.each([
    { from: ns1, to: ns2.address },
    { from: ns2, to: ns1.address },
    { from: ns1, to: PHYSICAL },
    { from: ns2, to: PHYSICAL },
  ])('holds on the solved lab: $from.netns to $to', async ({ from, to }) => {
    await expect(reaches(solvedLab(renamed), pings, from, to)).resolves.toBeUndefined()
  })

  it('holds where the first answers were lost to address resolution', async () => {
    await expect(pinging(cameTo(1))).resolves.toBeUndefined()
  })

  it('counts what was sent and answered', async () => {
    expect(await unmet(pinging(cameTo(0)))).toEqual({
      ...about,
      saw: { en: '3 sent, 0 answered', 'zh-TW': '送出 3 個，收到 0 個回應' },
    })
  })

  it('gives ping’s own words where it could not send', async () => {
    const words = 'ping: connect: Network is unreachable'
    expect(await unmet(pinging(cameTo(0, words)))).toEqual({
      ...about,
      saw: { en: words, 'zh-TW': words },
    })
  })

  it('is about its own direction only', async () => {
    await expect(reaches(solvedLab(cameTo(0)), pings, ns1, ns2.address)).resolves.toBeUndefined()
  })

  it('is about its own beginning only', async () => {
    const lab = solvedLab(({ traffic }) => {
      for (const ping of traffic.pings) if (ping.from.netns === 'ns1') ping.received = 0
    })
    await expect(reaches(lab, pings, ns2, PHYSICAL)).resolves.toBeUndefined()
    await unmet(reaches(lab, pings, ns1, PHYSICAL))
  })

  it('tells the author of a lesson that the experiment lacks the ping', async () => {
    await expect(reaches(solvedLab(), pings, ns1, '192.168.10.9')).rejects.toThrow(
      new TypeError('The experiment has no ping from ns1 to 192.168.10.9'),
    )
  })
})
