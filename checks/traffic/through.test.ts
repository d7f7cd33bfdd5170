import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkout } from '../../harness/core/checkout.ts'
import type { Proof } from '../../harness/judge/proof.ts'
import { Lab } from '../../harness/look/lab.ts'
import { loadRecording, replay } from '../../harness/look/recording.ts'
import { loadTopology } from '../../harness/topology/load-topology.ts'
import type { Endpoint } from '../nouns/endpoint.ts'
import { ns1 as near1, ns2 as near2 } from '../testing/bridged-lab.ts'
import { unmet } from '../testing/outcome.ts'
import { path as routed, ns1 as routed1, ns3 as routed3 } from '../testing/routed-lab.ts'
import { ns1, ns2, solvedLab } from '../testing/solved-lab.ts'
import { ns1 as far1, ns2 as far2 } from '../testing/tunnelled-lab.ts'
import { throughPhysical, throughTunnel, withinNode } from './through.ts'

const tunnel = throughTunnel(far1, far2, { fullBytes: 1500, tcpPort: 80 })

const [one, other] = [1, 2].map(number => ({
  ...ns1,
  netns: `ns${number}`,
  address: `192.168.77.${number}`,
})) as [Endpoint, Endpoint]

/** The recording answers the very experiment that a real check asked for, and no other. */
const replayed = async (recording: string) =>
  new Lab(replay(await loadRecording(join(checkout, 'lessons', recording))), await loadTopology())

describe('a path', () => {
  it.each<[string, Proof]>([
    ['reaches', tunnel.reaches(far2, far1)],
    ['fits', tunnel.fits(far1, far2)],
    ['connects', tunnel.connects(far2, far1)],
    ['crosses the tunnel', tunnel.crossesTunnel('hypervisor')],
    ['stays in it', tunnel.staysInTunnel('controller')],
  ])('through a tunnel, on machines that have day 04 solved: %s', async (_, proof) => {
    await expect(proof(await replayed('day-04/recordings/solved.json'))).resolves.toBeUndefined()
  })

  it('within a node: holds, and tells a copy that leaves it', async () => {
    const path = withinNode(one, other)
    const whole = await replayed('../checks/traffic/testing/within-node.json')
    await expect(path.reaches(one, other)(whole)).resolves.toBeUndefined()
    await expect(path.staysOnNode()(whole)).resolves.toBeUndefined()
    const copied = await replayed('../checks/traffic/testing/mirrored-off-node.json')
    await expect(path.reaches(one, other)(copied)).resolves.toBeUndefined()
    expect(await unmet(path.staysOnNode()(copied))).toMatchObject({
      expected: { en: 'on eth2, there are no pings between ns1 and ns2' },
      where: 'controller · Open_vSwitch · Bridge · mirrors',
    })
  })

  it('through a router that one chassis alone works for: leaves the node, by the row that binds it there', async () => {
    const lab = await replayed('../checks/traffic/testing/router-on-another-chassis.json')
    await expect(routed.reaches(routed1, routed3)(lab)).resolves.toBeUndefined()
    await expect(routed.crossesRouter(routed3, routed1)(lab)).resolves.toBeUndefined()
    const { where, saw } = await unmet(routed.staysOnNode()(lab))
    expect(where).toBe('OVN_Northbound · Logical_Router · options:chassis')
    expect(saw.en).toMatch(/in Geneve .*: all packets cross the router on that chassis alone$/)
  })

  it('within a node: tells a network that passes only small packets', async () => {
    const narrow = await replayed('../checks/traffic/testing/narrow-within-node.json')
    expect(await unmet(withinNode(one, other).reaches(one, other)(narrow))).toMatchObject({
      saw: {
        en: expect.stringMatching(
          /^of small packets, 20 of 20 were answered; of those of 1500 bytes, 0 of 6;/,
        ),
      },
      where: expect.stringContaining('veth-ns2-br'),
    })
  })

  it('within a node: through OVN and no Linux bridge, or through a Linux bridge in place of OVN', async () => {
    const path = withinNode(near1, near2)
    const switched = await replayed('day-02/recordings/solved.json')
    await expect(path.carriedByOvn()(switched)).resolves.toBeUndefined()
    const bridged = await replayed('day-02/recordings/bridge.json')
    await expect(path.reachesByBridge(near1, near2)(bridged)).resolves.toBeUndefined()
    await expect(path.carriedByBridge()(bridged)).resolves.toBeUndefined()
  })

  it('asks who is outside on its link, and nobody where the topology has nobody', async () => {
    await expect(throughPhysical('eth2', ns1, ns2).reachesOutside(ns1)(solvedLab())).resolves.toBeUndefined()
    expect(() => throughPhysical('eth1', ns1, ns2).reachesOutside(ns1)(solvedLab())).toThrow(
      'the topology has nobody outside on eth1',
    )
  })
})
