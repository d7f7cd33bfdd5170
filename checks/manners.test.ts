import { expect, it } from 'vitest'
import { connects } from './connects.ts'
import { fits } from './fits.ts'
import { unmet } from './testing/outcome.ts'
import { type Edit, ns1, ns2, pingOf, pings, tunnelledLab } from './testing/tunnelled-lab.ts'

const [FULL, PORT] = [1500, 80]
/** An edit: what came of the ping of ns2 in that manner was nothing, and nobody heard it behind its own plug. */
const lost =
  (manner: { bytes?: number; tcpPort?: number }): Edit =>
  evidence => {
    const ping = pingOf(evidence, 'ns2', manner)
    ping.received = 0
    for (const seen of evidence.traffic.captures)
      if ('heard' in seen && seen.link !== 'veth-ns2-br')
        seen.heard = seen.heard.filter(({ token }) => token !== ping.token)
  }

it('fits, and connects, on the solved lab', async () => {
  await expect(fits(tunnelledLab(), pings, ns2, ns1.address, FULL)).resolves.toBeUndefined()
  await expect(connects(tunnelledLab(), pings, ns2, ns1.address, PORT)).resolves.toBeUndefined()
})

it('is judged by its own packets: of full size', async () => {
  const lab = () => tunnelledLab(lost({ bytes: FULL - 28 }))
  const { expected, saw } = await unmet(fits(lab(), pings, ns2, ns1.address, FULL))
  expect(expected.en).toBe('192.168.1.1 answers pings of 1500 bytes from ns2, in one piece')
  expect(saw.en).toMatch(/^20 sent, 0 answered/)
  await expect(connects(lab(), pings, ns2, ns1.address, PORT)).resolves.toBeUndefined()
})

it('is judged by its own packets: of TCP', async () => {
  const lab = () => tunnelledLab(lost({ tcpPort: PORT }))
  const { expected } = await unmet(connects(lab(), pings, ns2, ns1.address, PORT))
  expect(expected.en).toBe('192.168.1.1 answers TCP from ns2 to port 80, be it with a refusal')
  await expect(fits(lab(), pings, ns2, ns1.address, FULL)).resolves.toBeUndefined()
})

it('names the link of the underlay that a packet in the tunnel does not fit through', async () => {
  const narrow: Edit = ({ kernel }) => {
    for (const link of kernel.hypervisor.links) if (link.name === 'eth1') link.mtu = 1500
  }
  const { where, saw } = await unmet(
    fits(tunnelledLab(lost({ bytes: FULL - 28 }), narrow), pings, ns2, ns1.address, FULL),
  )
  expect(where).toBe('hypervisor · eth1')
  expect(saw.en).toContain('eth1 on hypervisor has an MTU of 1500 bytes, and a ping in Geneve has 1558')
})
