import { describe, expect, it } from 'vitest'
import type { DatapathFlow, DatapathPort } from '../../harness/look/evidence.ts'
import { isCarried } from './carried.ts'
import { echoStations, type Station } from './stations.ts'
import { across, heardOn, NS1, NS2, TOKEN } from './testing/heard.ts'

const port = (name: string, number: number): DatapathPort => ({
  ...{ datapath: 'netdev@ovs-netdev', bridge: 'br-int', name, ofport: 1, number, type: 'system' },
})
const PORTS = [port('veth-ns2-br', 5), port('eth2', 7)]

/** The question of ns2, as it comes in to hypervisor. */
function question(more: { isTunnel?: true } = {}): Station {
  const traffic = heardOn(across, { request: [20, 20, 20, 20], reply: [20, 20, 20, 20] })
  const [station] = echoStations(across, traffic, TOKEN)
  return { ...station!, post: { ...station!.post, ...more } }
}

const flow = (more: Partial<DatapathFlow>): DatapathFlow => ({
  ...{ inPort: 5, sourceMac: NS2.mac, destinationMac: NS1.mac, packets: 19, actions: '7' },
  ...more,
})

describe('what the datapath of a node has carried', () => {
  it.each<[string, Partial<DatapathFlow>]>([
    ['this packet', {}],
    ['another packet of the same machine', { destinationMac: 'ff:ff:ff:ff:ff:ff', actions: '3' }],
  ])('is told by a flow for %s', (_, more) => {
    expect(isCarried([flow(more)], PORTS, question())).toBe(true)
  })

  it('is told by a flow that does not look at MACs', () => {
    const { sourceMac: _source, destinationMac: _destination, ...wide } = flow({})
    expect(isCarried([wide], PORTS, question())).toBe(true)
  })

  it.each<[string, Partial<DatapathFlow>]>([
    ['no packets', { packets: 0 }],
    ['packets that came in elsewhere', { inPort: 7 }],
    ['packets of another machine', { sourceMac: '02:00:00:00:00:77' }],
  ])('is nothing where there is a flow with %s only', (_, more) => {
    expect(isCarried([flow(more)], PORTS, question())).toBe(false)
  })

  it('cannot be told in a tunnel, or where the datapath does not have the link', () => {
    expect(isCarried([], PORTS, question({ isTunnel: true }))).toBeUndefined()
    expect(isCarried([], PORTS.slice(1), question())).toBeUndefined()
  })
})
