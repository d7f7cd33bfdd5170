import { describe, expect, it } from 'vitest'
import { journeyFor } from '../route/ends.ts'
import type { Journey } from '../route/hop.ts'
import { quietStack, withLook } from '../testing/diagnostics.ts'
import { type Edit, named, ns2, pings, solvedLab } from '../testing/solved-lab.ts'
import { tokenOf } from '../testing/wire.ts'
import { followPath } from './follow.ts'

const OUTSIDE = '192.168.10.1'
const BUSY = 4

/** What comes of following ns2's ping to the outside. */
async function told(...edits: Edit[]) {
  const alone: Edit = evidence => {
    const token = tokenOf(evidence, 'ns2', OUTSIDE)
    evidence.traffic.pings = evidence.traffic.pings.filter(ping => ping.token === token)
  }
  const lab = solvedLab(alone, ...edits)
  const journey = (await journeyFor(lab, { from: 'ns2', to: OUTSIDE })) as Journey
  const { verdict, hops } = await followPath(lab, journey, AbortSignal.timeout(BUSY * 1000))
  const broken = hops.find(hop => hop.verdict === 'broken')
  return { verdict, ...(broken && { at: broken.id, where: broken.where, saw: broken.saw }) }
}

/** An edit: what was heard of the ping, at the plug and at the exit. */
const heard =
  (
    change: (packet: { icmp: string; sourceMac: string; destinationMac: string }, link: string) => boolean,
  ): Edit =>
  evidence => {
    for (const capture of evidence.traffic.captures)
      if ('heard' in capture && capture.node === ns2.node)
        capture.heard = capture.heard.filter(packet => change(packet, capture.link))
  }

const routerPort: Edit = ({ northbound }) => {
  const port = northbound.Logical_Switch_Port.find(({ name }) => name === 'ls0-ns2')!
  const joined = { ...port, _uuid: 'joined', name: 'ls0-r', type: 'router', options: { 'router-port': 'rp' } }
  northbound.Logical_Switch_Port.push({ ...joined, addresses: ['router'] })
  northbound.Logical_Switch[0]!.ports.push('joined')
  const router = { _uuid: 'r', name: 'rp', mac: '00:00:00:00:77:01', networks: [`${OUTSIDE}/24`] }
  Object.assign(northbound, { Logical_Router_Port: [router] })
}
const ROUTER = 'OVN_Northbound · Logical_Router_Port · networks'

describe('a ping that is followed', () => {
  it('is reached where it is answered by whom it is for', async () => {
    expect(pings.pings.map(({ to }) => to)).toContain(OUTSIDE)
    expect(await told()).toEqual({ verdict: 'reached' })
  })

  it('is broken where a router port of OVN has the address, also while the other one still answers', async () => {
    expect(await told(routerPort)).toMatchObject({ verdict: 'broken', at: 'answer', where: ROUTER })
  })

  it('is broken at the router port that answers before anything gets out', async () => {
    const answered = heard((packet, link) => {
      if (packet.icmp === 'echo-reply') packet.sourceMac = '00:00:00:00:77:01'
      return link === 'veth-ns2-br'
    })
    expect(await told(routerPort, answered)).toMatchObject({
      verdict: 'broken',
      where: ROUTER,
      saw: { en: expect.stringContaining('rp'), 'zh-TW': expect.stringMatching(/\p{Script=Han}/u) },
    })
  })

  it('is broken where the bridge’s own device has the address', async () => {
    const held: Edit = ({ kernel }) => {
      const link = named(kernel.controller.links, 'br-eth2')
      link.isUp = true
      link.addresses.push({ family: 'inet', address: OUTSIDE, prefixLength: 24 })
    }
    expect(await told(held)).toMatchObject({ verdict: 'broken', at: 'answer', where: 'controller · br-eth2' })
  })

  it('is reached by the bridge that OVN has joined, whatever a key names that it has not taken up', async () => {
    const written: Edit = ({ ovs }) => {
      const [openVSwitch] = ovs.hypervisor.Open_vSwitch
      openVSwitch.external_ids[`ovn-bridge-mappings-${openVSwitch.external_ids['system-id']}`] =
        'flat0:br-eth1'
    }
    expect(await told(written)).toEqual({ verdict: 'reached' })
  })

  it('is lost in the namespace where ARP is off, and it sends to itself', async () => {
    const off: Edit = ({ kernel, traffic }) => {
      named(kernel.hypervisor.netns.ns2, 'eth0').hasNoArp = true
      for (const ping of traffic.pings) ping.received = 0
    }
    const toItself = heard((packet, link) => {
      packet.destinationMac = packet.sourceMac
      return link === 'veth-ns2-br' && packet.icmp === 'echo-request'
    })
    const stack = withLook(
      { look: 'stack', node: 'hypervisor', netns: 'ns2', routes: [{ to: OUTSIDE, from: ns2.address }] },
      { ...quietStack, routes: [{ to: OUTSIDE, device: 'eth0' }] },
    )
    expect(await told(off, toItself, stack)).toMatchObject({
      verdict: 'broken',
      at: 'send',
      where: 'hypervisor · netns ns2 · arp',
    })
  })

  it('names the member that a bond sent it by, not one it did not', async () => {
    const bond: Edit = evidence => {
      const { ovs, traffic } = evidence
      const { Port, Interface } = ovs.hypervisor
      const port = named(Port, 'eth2')
      Interface.push({ ...named(Interface, 'eth2'), _uuid: 'other', name: 'eth7' })
      Object.assign(port, { name: 'bond0', interfaces: [...port.interfaces, 'other'] })
      for (const ping of traffic.pings) ping.received = 0
      const eth2 = traffic.captures.find(({ node, link }) => node === ns2.node && link === 'eth2')!
      traffic.captures.push({ ...structuredClone(eth2), link: 'eth7' })
    }
    const lost = heard((packet, link) => packet.icmp === 'echo-request' && link !== 'eth2')
    expect(await told(bond, lost)).toMatchObject({
      where: `hypervisor · eth7 → ${OUTSIDE}`,
      saw: {
        en: expect.stringContaining('through eth7, the member that the bond bond0 uses, and not eth2'),
      },
    })
  })

  it('is lost where its port has a type', async () => {
    const typed: Edit = ({ northbound, traffic }) => {
      northbound.Logical_Switch_Port.find(({ name }) => name === 'ls0-ns2')!.type = 'external'
      for (const ping of traffic.pings) ping.received = 0
    }
    const lost = heard((packet, link) => link === 'veth-ns2-br' && packet.icmp === 'echo-request')
    expect(await told(typed, lost)).toMatchObject({
      where: 'OVN_Northbound · Logical_Switch_Port · type',
    })
  })
})
