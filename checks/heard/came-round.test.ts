import { describe, expect, it } from 'vitest'
import type { HeardPacket } from '../../harness/look/evidence.ts'
import { OUTSIDE } from '../testing/heard.ts'
import { solvedLab } from '../testing/solved-lab.ts'
import { lostOutward, recordedRoute, traceOf } from '../testing/traces.ts'
import { unlessCameRound } from './came-round.ts'

const [plug, exit] = recordedRoute.posts
const route = { ...recordedRoute, to: undefined, address: OUTSIDE, posts: [plug!, exit!] }
const { mac } = recordedRoute.from
const [destinationMac, source, destination] = ['02:00:00:00:00:01', '192.168.10.200', OUTSIDE]
const flow = `in_port=2,dl_src=${mac},dl_dst=${destinationMac},icmp,nw_src=${source},nw_dst=${destination},nw_ttl=64,icmp_type=8,icmp_code=0`
const frame = (incoming?: number): HeardPacket => ({
  ...{ icmp: 'echo-request', token: '', source, destination, sourceMac: mac, destinationMac },
  ...{ count: 20, firstMs: 0, ...(incoming !== undefined && { incoming }) },
})

/** Where it is lost, if `incoming` of 20 packets came in by the link out, and the flows do with them what was traced. */
const placeOf = async (traced: string, incoming?: number) => {
  const lab = solvedLab(({ traces }) => {
    traces.unshift({ node: 'hypervisor', packet: { bridge: 'br-int', flow }, seen: traceOf(traced) })
  })
  const outside = { ...lostOutward, place: { kind: 'outside' as const, post: exit! }, frame: frame(incoming) }
  return (await unlessCameRound(lab, route, outside)).place
}

describe('packets that were captured on the link out', () => {
  it('are lost before it where they only came in by it, and the flows send them elsewhere', async () => {
    expect(await placeOf('acl', 20)).toMatchObject({ kind: 'bridge', node: 'hypervisor', enters: plug })
  })

  it.each([
    ['left by it where any of them did not come in', 'acl', 19],
    ['left by it where nobody knows which of them came in', 'acl', undefined],
    ['left by it, and came back, where the flows send them out there', 'through', 20],
  ])('%s', async (_, traced, incoming) => {
    expect(await placeOf(traced, incoming)).toMatchObject({ kind: 'outside' })
  })
})
