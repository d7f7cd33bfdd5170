import { describe, expect, it } from 'vitest'
import type { CarriedFlow, DatapathPort } from '../../harness/look/evidence.ts'
import { echoStations } from '../route/stations.ts'
import { across, heardOn, NS2, TOKEN } from '../testing/heard.ts'
import type { Crossing } from './carried.ts'
import { isCarried } from './carried.ts'

const port = (name: string, number: number): DatapathPort => ({
  ...{ datapath: 'netdev@ovs-netdev', bridge: 'br-int', name, ofport: 1, number, type: 'system' },
})
const PORTS = [port('veth-ns2-br', 5), port('eth2', 7)]

/** The question of ns2, as it comes in to hypervisor and goes out of it. */
function question(more: { isTunnel?: true } = {}): Crossing {
  const traffic = heardOn(across, { request: [20, 20, 20, 20], reply: [20, 20, 20, 20] })
  const [station, next] = echoStations(across, traffic, TOKEN)
  return { station: { ...station!, post: { ...station!.post, ...more } }, next: next! }
}

const flow = (more: Partial<CarriedFlow>): CarriedFlow => ({ inPort: 5, sourceMac: NS2.mac, ...more })

describe('what the datapath of a node has carried', () => {
  it('is told by a flow for packets of this machine', () => {
    expect(isCarried([flow({})], PORTS, question())).toBe(true)
  })

  it('is told by a flow that does not look at MACs', () => {
    expect(isCarried([{ inPort: 5 }], PORTS, question())).toBe(true)
  })

  it.each<[string, Partial<CarriedFlow>]>([
    ['packets that came in elsewhere', { inPort: 7 }],
    ['packets of another machine', { sourceMac: '02:00:00:00:00:77' }],
    ['packets that it drops', { outPorts: [], packets: 20 }],
    ['packets that it sends elsewhere', { outPorts: [3], packets: 40 }],
  ])('is nothing where there is a flow with %s only', (_, more) => {
    expect(isCarried([flow(more)], PORTS, question())).toBe(false)
  })

  it('is told by a flow that sends to this link and others, whatever goes elsewhere as well', () => {
    const both = [flow({ outPorts: [3, 7], packets: 15 }), flow({ outPorts: [3], packets: 99 })]
    expect(isCarried(both, PORTS, question())).toBe(true)
  })

  it('is not told by the few packets that ask for an address, where so many went elsewhere', () => {
    const asked = [flow({ outPorts: [7], packets: 1 }), flow({ outPorts: [], packets: 19 })]
    expect(isCarried([...asked, flow({ outPorts: [], packets: 1 })], PORTS, question())).toBe(false)
    expect(isCarried(asked, PORTS, question())).toBe(true)
  })

  it('cannot be told by packets for another machine, which go elsewhere by right', () => {
    const others = flow({ destinationMac: '02:00:00:00:00:88', outPorts: [3], packets: 99 })
    expect(isCarried([others], PORTS, question())).toBeUndefined()
  })

  it('cannot be told by packets for another address behind the same router', () => {
    const others = flow({ destination: '203.0.113.0/24', outPorts: [3], packets: 99 })
    const own = flow({ destination: '0.0.0.0/0', outPorts: [3], packets: 99 })
    expect(isCarried([others, flow({ outPorts: [7], packets: 1 })], PORTS, question())).toBe(true)
    expect(isCarried([own, flow({ outPorts: [7], packets: 1 })], PORTS, question())).toBe(false)
  })

  it('cannot be told where the flows of so many packets are forgotten', () => {
    expect(isCarried([flow({ outPorts: [3], packets: 2 })], PORTS, question())).toBeUndefined()
  })

  it('cannot be told where no flow is left, and the datapath looked up as many packets as came in', () => {
    expect(isCarried([], PORTS, question(), true)).toBeUndefined()
    expect(isCarried([], PORTS, question(), false)).toBe(false)
  })

  it('cannot be told in a tunnel, or where the datapath does not have the link', () => {
    expect(isCarried([], PORTS, question({ isTunnel: true }))).toBeUndefined()
    expect(isCarried([], PORTS.slice(1), question())).toBeUndefined()
  })
})
