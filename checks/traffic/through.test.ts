import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '../../harness/core/root.ts'
import type { Proof } from '../../harness/judge/proof.ts'
import { Lab } from '../../harness/look/lab.ts'
import { loadRecording, replay } from '../../harness/look/recording.ts'
import { loadTopology } from '../../harness/topology/load-topology.ts'
import { ns1, ns2, solvedLab } from '../testing/solved-lab.ts'
import { ns1 as far1, ns2 as far2 } from '../testing/tunnelled-lab.ts'
import { throughPhysical, throughTunnel } from './through.ts'

const tunnel = throughTunnel(far1, far2, { fullBytes: 1500, tcpPort: 80 })

/** The recording answers the very experiment that a real check asked for, and no other. */
const replayed = async (recording: string) =>
  new Lab(replay(await loadRecording(join(root, 'lessons', recording))), await loadTopology())

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

  it('asks who is outside on its link, and nobody where the topology has nobody', async () => {
    await expect(throughPhysical('eth2', ns1, ns2).reachesOutside(ns1)(solvedLab())).resolves.toBeUndefined()
    expect(() => throughPhysical('eth1', ns1, ns2).reachesOutside(ns1)(solvedLab())).toThrow(
      'the topology has nobody outside on eth1',
    )
  })
})
