import { describe, expect, it } from 'vitest'
import { reachesOutside } from './reaches-outside.ts'
import { withStack } from './testing/diagnostics.ts'
import { blind, unmet } from './testing/outcome.ts'
import { both, captureOn, type Edit, ns1, pings, solvedLab } from './testing/solved-lab.ts'
import { blinded } from './testing/wire.ts'

const PHYSICAL = '192.168.10.1'
const pinging = (...edits: Edit[]) =>
  reachesOutside(solvedLab(...edits), pings, ns1, PHYSICAL, { endpoints: both, link: 'eth2' })

/** What a ping that never left ns1 looks like: answered, and not on eth2. */
const answeredInside: Edit = evidence => {
  const { token } = evidence.traffic.pings.find(ping => ping.from.netns === 'ns1' && ping.to === PHYSICAL)!
  const capture = captureOn(evidence, 'controller', 'eth2')
  capture.heard = capture.heard.filter(packet => packet.token !== token)
}

describe('reachesOutside', () => {
  it('holds on the solved lab', async () => {
    await expect(pinging()).resolves.toBeUndefined()
  })

  it('fails when the answer never was on the physical link', async () => {
    expect(await unmet(pinging(answeredInside))).toEqual({
      expected: {
        en: '192.168.10.1 answers the ping from ns1 over eth2',
        'zh-TW': 'ns1 ping 192.168.10.1，回應經過 eth2',
      },
      saw: {
        en: 'an answer, but on eth2 neither request nor reply',
        'zh-TW': '有回應，但 eth2 上沒有看到 request 也沒有看到 reply',
      },
      where: 'controller · eth2',
      tryThis: 'sudo tcpdump -n -e -i eth2 icmp   # on controller',
    })
  })

  it('names the route that leads elsewhere', async () => {
    const routes = [{ destination: '192.168.10.1', device: 'f0', type: 'unicast' }]
    expect(await unmet(pinging(answeredInside, withStack('controller', 'ns1', { routes })))).toMatchObject({
      where: 'controller · netns ns1 · routes',
      saw: { en: expect.stringContaining('take the route unicast 192.168.10.1 dev f0, not eth0') },
    })
  })

  it('is unknown where eth2 could not be listened to', async () => {
    expect(await blind(pinging(blinded('controller', 'eth2')))).toMatchObject({ where: 'controller · eth2' })
  })
})
