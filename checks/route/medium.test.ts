import { describe, expect, it } from 'vitest'
import { bracket } from '../heard/bracket.ts'
import * as there from '../testing/bridged-lab.ts'
import { bridged, bridgeWith, switched } from '../testing/bridged-lab.ts'
import { across, heardOn, NS1, NS2, OUTSIDE, outward, ping } from '../testing/heard.ts'
import { type Edit, named, ns1, solvedLab, unplug } from '../testing/solved-lab.ts'
import { endOf } from './end.ts'
import { asHeard, routeBetween } from './medium.ts'
import { listenAt, type Route } from './route.ts'

const PLUGS = ['veth-ns1-br', 'veth-ns2-br']
const between = (...edits: Edit[]) => routeBetween(solvedLab(...edits), NS2, NS1, ns1.address)
/** Where packets leave hypervisor. */
const exit = async (...edits: Edit[]) => (await between(...edits)).posts[1]

const setting =
  (key: string, value: string): Edit =>
  ({ ovs }) => {
    ovs.hypervisor.Open_vSwitch[0].external_ids[key] = value
  }
/** One more link of the kernel in a bridge, which is there or not. */
const withLink =
  (bridge: string, name: string): Edit =>
  ({ ovs }) => {
    const { Bridge, Port, Interface } = ovs.hypervisor
    Interface.push({ ...structuredClone(named(Interface, 'eth2')), _uuid: `i-${name}`, name })
    Port.push({
      ...structuredClone(named(Port, 'eth2')),
      _uuid: `p-${name}`,
      name,
      interfaces: [`i-${name}`],
    })
    if (!Bridge.some(one => one.name === bridge))
      Bridge.push({ ...named(Bridge, 'br-eth2'), _uuid: bridge, name: bridge, ports: [] })
    named(Bridge, bridge).ports.push(`p-${name}`)
  }
const withoutLocalnet: Edit = ({ northbound }) => {
  named(northbound.Logical_Switch_Port, 'ls0-localnet').type = ''
}
const localnetElsewhere: Edit = ({ northbound }) => {
  const { _uuid } = named(northbound.Logical_Switch_Port, 'ls0-localnet')
  const ls0 = named(northbound.Logical_Switch, 'ls0')
  ls0.ports = ls0.ports.filter(port => port !== _uuid)
  northbound.Logical_Switch.push({ ...ls0, _uuid: 'ls1', name: 'ls1', ports: [_uuid] })
}
const typed =
  (type: string, ...error: string[]): Edit =>
  ({ ovs }) => {
    Object.assign(named(ovs.hypervisor.Interface, 'eth2'), { type, error })
  }
const inNoBridge: Edit = ({ ovs, kernel }) => {
  unplug(ovs.hypervisor, 'eth1')
  const { links } = kernel.hypervisor
  named(links, 'eth1').addresses = named(links, 'br-eth1').addresses
  named(links, 'br-eth1').addresses = []
}

describe('the places a packet must pass', () => {
  it('between two nodes over the physical network', async () => {
    expect(await between()).toEqual(across)
  })

  it('on one node: its two plugs', async () => {
    const here = { ...NS1, node: 'hypervisor' }
    const { posts } = await routeBetween(solvedLab(), NS2, here, ns1.address)
    expect(posts.map(({ id }) => id)).toEqual(['plug veth-ns2-br', 'plug veth-ns1-br'])
  })

  it.each<[string, string[]]>([
    ['the Linux bridge between them', ['veth-ns2-br', 'br0', 'veth-ns1-br']],
    ['the same, but br-int where it has the plugs', ['veth-ns2-br', 'veth-ns1-br']],
  ])('on one node: %s', async (_, links) => {
    const lab = links.includes('br0') ? bridged.lab() : switched.lab(bridgeWith('br0', PLUGS))
    const [from, to] = await Promise.all([endOf(lab, there.ns2), endOf(lab, there.ns1)])
    const { posts } = await routeBetween(lab, from!, to, there.ns1.address)
    expect(posts.flatMap(post => post.links)).toEqual(links)
    expect(listenAt({ posts }).filter(({ isBridge }) => isBridge)).toEqual(
      links.includes('br0') ? [{ node: 'controller', link: 'br0', isBridge: true }] : [],
    )
  })

  it.each<[string, Edit]>([
    ['of the kernel, said in words', typed('system')],
    ['that Open vSwitch would have made itself, and cannot', typed('internal', 'could not open eth2')],
  ])('by an interface of a type %s', async (_, edit) => {
    expect((await exit(edit))?.links).toEqual(['eth2'])
  })

  it.each<[string, Edit[]]>([
    ['', []],
    [', also where no switch leads there', [withoutLocalnet]],
  ])('to an address outside: the sender’s node alone%s', async (_, edits) => {
    expect(await routeBetween(solvedLab(...edits), NS2, undefined, OUTSIDE)).toEqual(outward)
  })

  it.each<[string, Edit[], string[]]>([
    ['the link of the bridge with the tunnels’ address', [withoutLocalnet], ['eth1']],
    ['the same, where it is another switch that leads there', [localnetElsewhere], ['eth1']],
    ['the link that has it itself', [withoutLocalnet, inNoBridge], ['eth1']],
    [
      'the one of several addresses',
      [withoutLocalnet, setting('ovn-encap-ip', '10.9.9.9, 192.168.33.20')],
      ['eth1'],
    ],
    [
      'the tunnels’ link where nothing else is in a bridge',
      [({ ovs }) => unplug(ovs.hypervisor, 'eth2')],
      ['eth1'],
    ],
  ])('in a tunnel: %s', async (_what, edits, links) => {
    expect(await exit(...edits)).toMatchObject({ isTunnel: true, links, underlay: [] })
  })

  it.each<[string, Edit[], string[]]>([
    ['each of several links of the mapped bridge', [withLink('br-eth2', 'eth3')], ['eth2', 'eth3']],
    ['those of mapped bridges before others', [withLink('br-eth3', 'eth3')], ['eth2']],
    ['another than the tunnels’ where none is mapped', [setting('ovn-bridge-mappings', '')], ['eth2']],
    [
      'where the mapping is for this very chassis',
      [withLink('br-eth3', 'eth3'), setting('ovn-bridge-mappings', 'flat0:br-x'), perChassis],
      ['eth2'],
    ],
    [
      'none that is in the integration bridge',
      [setting('ovn-bridge-mappings', ''), withLink('br-int', 'eth3')],
      ['eth2'],
    ],
  ])('plain: %s', async (_what, edits, links) => {
    const post = await exit(...edits)
    expect(post).toMatchObject({ links, underlay: expect.arrayContaining(['eth1']) })
    expect(post).not.toHaveProperty('isTunnel')
  })
})

describe('the path of an end that has several addresses', () => {
  const OTHER = '192.168.10.201'
  const ALL = [20, 20, 20, 20]
  const speaking = (address: string): Route => ({ ...across, from: { ...NS2, address } })
  const able: Route = { ...across, from: { ...NS2, speaksBy: [NS2.address, OTHER] } }
  const spoken = (route: Route, address: string) => {
    const traffic = heardOn(speaking(address), { request: ALL, reply: ALL })
    const heard = asHeard(route, traffic, ping(20, 20))
    return { from: heard.from.address, broken: bracket(heard, traffic, ping(20, 20)) }
  }

  it.each([NS2.address, OTHER])('is whole where it speaks by %s', address => {
    expect(spoken(able, address)).toEqual({ from: address, broken: undefined })
  })

  it('is broken where it speaks by an address that is not its own', () => {
    const { from, broken } = spoken(able, '192.168.10.202')
    expect([from, broken?.odd?.what]).toEqual([NS2.address, 'rewritten'])
  })
})

function perChassis({ ovs }: Parameters<Edit>[0]) {
  const ids = ovs.hypervisor.Open_vSwitch[0].external_ids
  ids[`ovn-bridge-mappings-${ids['system-id']}`] = 'flat0:br-eth2'
}
