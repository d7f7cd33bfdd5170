import { expect, it } from 'vitest'
import { unmet } from '../testing/outcome.ts'
import { type Edit, named, ns1, ns2, pings, solvedLab } from '../testing/solved-lab.ts'
import { type Spot, WAY } from '../testing/wire.ts'
import { reaches } from '../traffic/reaches.ts'

const OUTSIDE = '192.168.10.1'
const [FIRST, LEAVES] = WAY
const pinging = (...edits: Edit[]) => reaches(solvedLab(...edits), pings, ns2, ns1.address)
/** Nothing came of the largest packets of ns2 to an address; only at these places they were heard. */
const largestLost =
  (to: string, places: readonly Spot[] = [FIRST]): Edit =>
  ({ traffic }) => {
    const ping = traffic.pings.find(one => one.isLargest && one.from.netns === 'ns2' && one.to === to)!
    ping.received = 0
    for (const seen of traffic.captures)
      if ('heard' in seen)
        seen.heard = seen.heard.filter(
          ({ token, icmp }) =>
            token !== ping.token ||
            (icmp === 'echo-request' &&
              places.some(([node, link]) => node === seen.node && link === seen.link)),
        )
  }

it('does not hold where only small packets pass, and names the link that is too narrow', async () => {
  const narrow: Edit = ({ kernel }) => {
    named(kernel.hypervisor.links, 'eth2').mtu = 1400
  }
  expect(await unmet(pinging(largestLost(ns1.address), narrow))).toMatchObject({
    saw: {
      en: 'of small packets, 20 of 20 were answered; of those of 1500 bytes, 0 of 6; eth2 on hypervisor has an MTU of 1400 bytes, and a ping has 1500',
    },
    where: 'hypervisor · eth2',
  })
})

it('asks no more of a machine outside than to answer small packets, but that large ones get out to it', async () => {
  const outward = (places: readonly Spot[]) =>
    reaches(solvedLab(largestLost(OUTSIDE, places)), pings, ns2, OUTSIDE)
  await expect(outward([FIRST, LEAVES])).resolves.toBeUndefined()
  expect((await unmet(outward([FIRST]))).where).toMatch(/^hypervisor · veth-ns2-br → eth2$/)
})
