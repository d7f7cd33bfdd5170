import { describe, expect, it } from 'vitest'
import type { HeardArp } from '../../harness/look/evidence.ts'
import { unmet } from '../testing/outcome.ts'
import { captureOn } from '../testing/recorded.ts'
import { type Edit, ns1, ns3, onPlug, path, routedLab } from '../testing/routed-lab.ts'
import { named } from '../testing/solved-lab.ts'

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
