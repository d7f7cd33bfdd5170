import { describe, expect, it } from 'vitest'
import type { HeardArp } from '../../harness/look/evidence.ts'
import { heardOn, NS1, TOKEN } from '../testing/heard.ts'
import { unmet } from '../testing/outcome.ts'
import { captureOn } from '../testing/recorded.ts'
import { type Edit, ns1, ns3, onPlug, path, routedLab } from '../testing/routed-lab.ts'
import { named } from '../testing/solved-lab.ts'
import type { Break } from './place.ts'
import { type Post, plugPost, type Route } from './route.ts'
import { unresolved } from './unresolved.ts'

/** An edit: the ping from ns1 to ns3 was not answered, and this alone was heard of ARP on a veth. */
const lost =
  (link: string, source: string, destination: string): Edit =>
  evidence => {
    for (const ping of evidence.traffic.pings)
      if (ping.from.netns === 'ns1' && ping.to === ns3.address) ping.received = 0
    const [sourceMac, destinationMac] = ['02:00:00:00:00:01', 'ff:ff:ff:ff:ff:ff']
    const frame = { sourceMac, destinationMac, saysMac: sourceMac, count: 3, firstMs: 1 }
    const asked: HeardArp = { arp: 'request', source, destination, ...frame }
    captureOn(evidence, 'controller', link).arps = [asked]
    onPlug('veth-ns3-br', () => undefined)(evidence)
  }
const unsent = onPlug('veth-ns1-br', () => undefined)
const requestsOnly = onPlug('veth-ns1-br', packet => (packet.icmp === 'echo-request' ? packet : undefined))
const via =
  (gateway: string): Edit =>
  ({ stacks }) => {
    const nothing = { rules: [], neighbours: [], sysctls: {}, chains: [], qdiscs: [], filters: [] }
    const routes = [{ to: ns3.address, device: 'eth0', gateway }]
    stacks.ns1 = { routes, ...nothing, blockingPolicies: [], xdp: [] }
  }
const brokenBy = async (...edits: Edit[]) => unmet(path.reaches(ns1, ns3)(routedLab(...edits)))

describe('an echo that was never sent to another subnet', () => {
  it('for nobody has the address of the gateway: the route is named', async () => {
    const asked = lost('veth-ns1-br', ns1.address, '192.168.1.253')
    expect(await brokenBy(asked, unsent, via('192.168.1.253'))).toMatchObject({
      where: 'controller · netns ns1 · routes',
      saw: { en: expect.stringContaining('to 192.168.1.253, but the router has 192.168.1.254') },
    })
  })

  it('for the switch does not lead to the gateway: its port is named', async () => {
    const asked = lost('veth-ns1-br', ns1.address, ns1.gateway)
    const misnamed: Edit = ({ northbound }) => {
      named(northbound.Logical_Switch_Port, 'ls0-lr0').options = { 'router-port': 'lr0_ls0' }
    }
    const { where } = await brokenBy(asked, unsent, via(ns1.gateway), misnamed)
    expect(where).toBe('OVN_Northbound · Logical_Switch_Port · options:router-port')
  })
})

it('an echo that a router could not deliver, for the end does not answer its question: the end is the place', async () => {
  const asked = lost('veth-ns3-br', ns3.gateway, ns3.address)
  const { where } = await brokenBy(asked, requestsOnly, via(ns1.gateway))
  expect(where).toMatch(/^controller · netns ns3/)
})

describe('the question of a router for its next hop', () => {
  const HOP = '192.168.10.1'
  const tunnel = (node: string): Post => ({
    ...{ id: `exit ${node}`, kind: 'exit', node, links: ['eth1'], underlay: [], isTunnel: true },
  })
  const [plug, near, far] = [plugPost(NS1), tunnel('controller'), tunnel('hypervisor')]
  const out: Post = { id: 'out', kind: 'exit', node: 'hypervisor', links: ['eth2'], underlay: [] }
  const route = {
    ...{ from: NS1, to: undefined, address: '203.0.113.10', posts: [plug, near, far, out] },
    routed: { from: { joints: [] } },
    outward: { outer: { node: 'hypervisor', address: '192.168.10.30' } },
  } as unknown as Route
  const waiting: Break = {
    place: { kind: 'bridge', node: 'controller', enters: plug, leaves: near },
    packet: { kind: 'echo-request', source: NS1.address, destination: '203.0.113.10', token: TOKEN },
    ...{ before: 20, behind: 0 },
  }
  const asked = { arp: 'request', source: '192.168.10.30', destination: HOP, count: 3 } as HeardArp
  const told = { ...asked, arp: 'reply', source: HOP, destination: '192.168.10.30' } as HeardArp
  const found = (arps: Record<string, HeardArp[]>, blind: number[] = []) => {
    const traffic = heardOn(route, { blind })
    for (const seen of traffic.captures)
      if ('arps' in seen) seen.arps.push(...(arps[`${seen.node} ${seen.link}`] ?? []))
    return unresolved(route, traffic, TOKEN, waiting)
  }
  const tunnelled = { 'controller eth1': [asked], 'hypervisor eth1': [asked] }

  it('is what was lost where it was heard last', () => {
    expect(found(tunnelled)).toMatchObject({
      place: { kind: 'bridge', node: 'hypervisor', enters: far, leaves: out },
      packet: { kind: 'arp-request', source: '192.168.10.30', destination: HOP },
    })
    expect(found({ 'controller eth1': [asked] })?.place).toEqual({ kind: 'wire', from: near, to: far })
    expect(found({ ...tunnelled, 'hypervisor eth2': [asked] })?.place).toEqual({ kind: 'outside', post: out })
    expect(found(tunnelled, [3])?.isWide).toBe(true)
  })

  it('asks nobody whom it is for where it left under a tag', () => {
    const tagged = { ...asked, vlan: 7 }
    expect(found({ ...tunnelled, 'hypervisor eth2': [tagged] })?.odd).toEqual({ what: 'vlan', frame: tagged })
    expect(found({ ...tunnelled, 'hypervisor eth2': [asked] })?.odd).toBeUndefined()
  })

  it('is none where it was answered, or never heard', () => {
    expect(found({ ...tunnelled, 'hypervisor eth2': [asked, told] })).toBeUndefined()
    expect(found({})).toBeUndefined()
    const announced = { ...asked, destination: asked.source }
    expect(found({ ...tunnelled, 'hypervisor eth2': [asked, told, announced] })).toBeUndefined()
  })
})
