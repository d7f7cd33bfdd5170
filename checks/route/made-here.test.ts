import { describe, expect, it } from 'vitest'
import type { Traffic } from '../../harness/look/evidence.ts'
import { across, captureOf, heardOn, outward, TOKEN } from '../testing/heard.ts'
import { madeHere } from './made-here.ts'
import type { Route } from './route.ts'

const ALL = { request: [20, 20, 20, 20], reply: [20, 20, 20, 20] }

/** Everything was heard; of what was heard at these places, this many came in. */
function cameIn(
  route: Route,
  counts: typeof ALL,
  spots: [string, string, 'request' | 'reply', number][],
): Traffic {
  const traffic = heardOn(route, counts)
  for (const [node, link, kind, incoming] of spots)
    for (const packet of captureOf(traffic, node, link).heard)
      if (packet.icmp === `echo-${kind}`) packet.incoming = incoming
  return traffic
}

describe('a packet that a node sent out itself', () => {
  it.each<[string, string, 'request' | 'reply', string]>([
    ['hypervisor', 'eth2', 'reply', 'hypervisor · eth2'],
    ['controller', 'eth2', 'request', 'controller · eth2'],
    ['hypervisor', 'veth-ns2-br', 'request', 'hypervisor · veth-ns2-br'],
    ['controller', 'veth-ns1-br', 'reply', 'controller · veth-ns1-br'],
  ])('is told where it should have come in: %s %s, the %s', (node, link, kind, where) => {
    expect(madeHere(across, cameIn(across, ALL, [[node, link, kind, 0]]), TOKEN)).toMatchObject({ where })
  })

  it('is an answer of a machine outside', () => {
    const traffic = cameIn(outward, { request: [20, 20], reply: [20, 20] }, [
      ['hypervisor', 'eth2', 'reply', 0],
    ])
    expect(madeHere(outward, traffic, TOKEN)?.saw.en).toBe(
      'none of the 20 echo-reply packets from 192.168.10.1 came in through eth2: hypervisor sent them out there itself',
    )
  })

  it('is none where some came in, where it had to go out, or where nobody knows', () => {
    expect(madeHere(across, cameIn(across, ALL, [['hypervisor', 'eth2', 'reply', 1]]), TOKEN)).toBeUndefined()
    expect(
      madeHere(across, cameIn(across, ALL, [['hypervisor', 'eth2', 'request', 0]]), TOKEN),
    ).toBeUndefined()
    expect(madeHere(across, heardOn(across, ALL), TOKEN)).toBeUndefined()
  })
})
