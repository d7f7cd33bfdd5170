import { expect, it } from 'vitest'
import { unmet } from '../testing/outcome.ts'
import { type Edit, lost, ns1, ns2, pings, tunnelledLab } from '../testing/tunnelled-lab.ts'
import { fits } from './fits.ts'

const FULL = 1500
const fitting = (...edits: Edit[]) => fits(tunnelledLab(...edits), pings, ns2, ns1.address, FULL)
const fullAreLost = lost({ bytes: FULL - 28 })

it('holds on the solved lab, and where only small packets or those of TCP are lost', async () => {
  await expect(fitting()).resolves.toBeUndefined()
  await expect(fitting(lost({}))).resolves.toBeUndefined()
  await expect(fitting(lost({ tcpPort: 80 }))).resolves.toBeUndefined()
})

it('does not hold where packets of that size are lost', async () => {
  const { expected, saw } = await unmet(fitting(fullAreLost))
  expect(expected.en).toBe('192.168.1.1 answers pings of 1500 bytes from ns2, without fragmentation')
  expect(saw.en).toMatch(/^20 sent, 0 answered/)
})

it('names the link of the underlay that a packet in the tunnel does not fit through', async () => {
  const narrow: Edit = ({ kernel }) => {
    for (const link of kernel.hypervisor.links) if (link.name === 'eth1') link.mtu = 1500
  }
  const { where, saw } = await unmet(fitting(fullAreLost, narrow))
  expect(where).toBe('hypervisor · eth1')
  expect(saw.en).toContain('eth1 on hypervisor has an MTU of 1500 bytes, and a ping in Geneve has 1558')
})
