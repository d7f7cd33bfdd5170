import { describe, expect, it } from 'vitest'
import type { DatapathFlow, DatapathPort } from '../../harness/look/evidence.ts'
import { type Crossing, isCarried } from './carried.ts'
import { echoStations } from './stations.ts'
import { across, heardOn, NS1, NS2, TOKEN } from './testing/heard.ts'

const port = (name: string, number: number): DatapathPort => ({
  ...{ datapath: 'netdev@ovs-netdev', bridge: 'br-int', name, ofport: 1, number, type: 'system' },
})
const PORTS = [port('veth-ns2-br', 5), port('eth2', 7)]

/** The question of ns2, as it crosses hypervisor. */
function crossing(more: { isTunnel?: true } = {}): Crossing {
  const traffic = heardOn(across, { request: [20, 20, 20, 20], reply: [20, 20, 20, 20] })
  const [station, next] = echoStations(across, traffic, TOKEN)
  return { station: station!, next: { ...next!, post: { ...next!.post, ...more } } }
}

const flow = (more: Partial<DatapathFlow>): DatapathFlow => ({
  ...{ inPort: 5, sourceMac: NS2.mac, destinationMac: NS1.mac, packets: 19, actions: '7' },
  ...more,
})

describe('what the datapath of a node has carried', () => {
  it.each<[string, Partial<DatapathFlow>]>([
    ['for these MACs', {}],
    ['for another port as well', { actions: '3,7' }],
    ['behind a meter', { actions: 'meter(5),7' }],
  ])('is a packet there is a flow for: %s', (_, more) => {
    expect(isCarried([flow(more)], PORTS, crossing())).toBe(true)
  })

  it('is a packet whose flow does not look at MACs', () => {
    const { sourceMac: _source, destinationMac: _destination, ...wide } = flow({})
    expect(isCarried([wide], PORTS, crossing())).toBe(true)
  })

  it.each<[string, Partial<DatapathFlow>]>([
    ['no packets', { packets: 0 }],
    ['packets that came in elsewhere', { inPort: 7 }],
    ['packets that went elsewhere', { actions: '3' }],
    ['a meter of that number', { actions: 'meter(7),3' }],
    ['packets of another machine', { sourceMac: '02:00:00:00:00:77' }],
    ['packets for another machine', { destinationMac: '02:00:00:00:00:77' }],
  ])('is none that has a flow with %s only', (_, more) => {
    expect(isCarried([flow(more)], PORTS, crossing())).toBe(false)
  })

  it('cannot be told in a tunnel, or where the datapath does not have the links', () => {
    expect(isCarried([], PORTS, crossing({ isTunnel: true }))).toBeUndefined()
    expect(isCarried([], PORTS.slice(1), crossing())).toBeUndefined()
  })
})
