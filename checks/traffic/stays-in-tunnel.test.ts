import { describe, expect, it } from 'vitest'
import type { HeardPacket } from '../../harness/look/evidence.ts'
import { blind, unmet } from '../testing/outcome.ts'
import { captureOn, NODES } from '../testing/recorded.ts'
import {
  type Edit,
  type Evidence,
  eth2Up,
  ns1,
  ns2,
  pingOf,
  pings,
  tunnelledEvidence,
  tunnelledLab,
} from '../testing/tunnelled-lab.ts'
import { staysInTunnel } from './stays-in-tunnel.ts'

const staying = (...edits: Edit[]) => staysInTunnel(tunnelledLab(...edits), pings, [ns1, ns2], 'controller')

/** A request of the ping as it is, as a capture hears it without a tunnel. */
const plainOf = (evidence: Evidence, token: string): HeardPacket => {
  const found = captureOn(evidence, 'controller', 'veth-ns1-br').heard.find(packet => packet.token === token)
  return found!
}
const leaks =
  (link: 'eth1' | 'eth2', manner = {}, isWire = false): Edit =>
  evidence => {
    const packet = plainOf(evidence, pingOf(evidence, 'ns2', manner).token)
    captureOn(evidence, 'controller', link, isWire).heard.push(packet)
  }
const VXLAN = 'UDP 192.168.33.20 > 192.168.33.10 port 4789'

describe('staysInTunnel', () => {
  it.each(NODES)('holds on the solved lab for %s, whose eth2 is down', async node => {
    await expect(staysInTunnel(tunnelledLab(), pings, [ns1, ns2], node)).resolves.toBeUndefined()
  })

  it('refuses an experiment whose captures on eth2 would take only pings as they are', async () => {
    const { isTunnelled: _, ...untunnelled } = pings
    await expect(staysInTunnel(tunnelledLab(), untunnelled, [ns1, ns2], 'controller')).rejects.toThrow(
      'staysInTunnel needs an experiment with isTunnelled: true',
    )
  })

  it('holds where eth2 is up, and carries something else', async () => {
    const { traffic } = tunnelledEvidence()
    const other = {
      ...captureOn({ traffic } as Evidence, 'controller', 'eth1').heard[0]!,
      token: '0'.repeat(32),
    }
    await expect(staying(eth2Up('controller', { heard: [other], packetsTotal: 9 }))).resolves.toBeUndefined()
  })

  it.each<[string, Edit[], string]>([
    ['plain on eth1', [leaks('eth1')], 'controller · eth1'],
    ['plain on eth2', [eth2Up('controller'), leaks('eth2')], 'controller · eth2'],
    ['on eth1, a packet of full size', [leaks('eth1', { bytes: 1472 })], 'controller · eth1'],
    ['on eth1, of TCP', [leaks('eth1', { tcpPort: 80 })], 'controller · eth1'],
    ['on the wire alone', [leaks('eth1', {}, true)], 'controller · eth1 · wire'],
    [
      'in VXLAN over eth2',
      [
        eth2Up('controller'),
        evidence => {
          const { token } = pingOf(evidence, 'ns1')
          captureOn(evidence, 'controller', 'eth2').otherwise.push({ token, how: VXLAN, count: 20 })
        },
      ],
      'controller · eth2',
    ],
  ])('does not hold where some of it is there: %s', async (_, edits, where) => {
    expect(await unmet(staying(...edits))).toMatchObject({ where })
  })

  it.each<[string, Edit, string]>([
    [
      'eth1 missed its marker',
      evidence => void Object.assign(captureOn(evidence, 'controller', 'eth1'), { heardMarker: false }),
      'controller · eth1',
    ],
    ['eth2 missed its marker', eth2Up('controller', { heardMarker: false }), 'controller · eth2'],
    ['eth2 lost packets', eth2Up('controller', { droppedByKernel: 2 }), 'controller · eth2'],
  ])('says nothing where the capture on %s', async (_, edit, where) => {
    expect(await blind(staying(edit))).toMatchObject({ where })
  })

  it('does not hold where the ping is not answered at all', async () => {
    await unmet(
      staying(evidence => {
        pingOf(evidence, 'ns1').received = 0
      }),
    )
  })
})
