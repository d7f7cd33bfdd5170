import { describe, expect, it } from 'vitest'
import { CannotLook } from '../../harness/core/errors.ts'
import type { CaptureHeard, HeardPacket, PingSeen, Traffic } from '../../harness/look/evidence.ts'
import { assertOnWire } from './wires.ts'

const AT = { node: 'controller', link: 'eth2' }
const ping: PingSeen = {
  from: { node: 'controller' },
  to: '192.168.10.1',
  token: 'a',
  sent: 20,
  received: 20,
}
const packet = (icmp: HeardPacket['icmp'], count: number): HeardPacket => ({
  ...{ token: 'a', icmp, source: '', destination: '', sourceMac: '', destinationMac: '', count, firstMs: 0 },
})
const both = [packet('echo-request', 20), packet('echo-reply', 20)]

/** What a wire's capture makes of the ping, where it heard these packets. */
function judged(heard: HeardPacket[], more: Partial<CaptureHeard> = {}): unknown {
  const capture: CaptureHeard = {
    ...{
      node: 'wires',
      link: 'controller-eth2',
      wireOf: AT,
      heardMarker: true,
      packetsTotal: 50,
      droppedByKernel: 0,
    },
    ...{ heard, arps: [], otherwise: [] },
    ...more,
  }
  const traffic: Traffic = { pings: [ping], captures: [capture] }
  try {
    assertOnWire(traffic, AT, ping, () => true)
    return 'agrees'
  } catch (thrown) {
    return thrown
  }
}

describe('what a node heard of a ping, against the wire at the other end of its link', () => {
  it('stands where the wire carried question and answer', () => {
    expect(judged(both)).toBe('agrees')
  })

  it.each<[string, HeardPacket[]]>([
    ['carried nothing of it', []],
    ['carried only the questions', both.slice(0, 1)],
    ['carried half of it', both.map(one => ({ ...one, count: 10 }))],
  ])('neither holds nor fails where the wire %s', (_what, heard) => {
    const thrown = judged(heard)
    expect(thrown).toBeInstanceOf(CannotLook)
    expect(thrown).toMatchObject({ where: 'controller · eth2 · wire' })
  })

  it('neither holds nor fails where the answer did not come to the node by it', () => {
    const came = (incoming: number) =>
      both.map(one => ({ ...one, ...(one.icmp === 'echo-reply' && { incoming }) }))
    expect(judged(came(0))).toMatchObject({ where: 'controller · eth2 · wire' })
    expect(judged(came(20))).toBe('agrees')
  })

  it.each<[string, Partial<CaptureHeard>]>([
    ['did not hear its marker', { heardMarker: false }],
    ['lost packets', { droppedByKernel: 1 }],
  ])('is not touched by the silence of a capture that %s', (_what, more) => {
    expect(judged([], more)).toBe('agrees')
  })
})
