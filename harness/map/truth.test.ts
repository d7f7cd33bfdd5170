import { describe, expect, it } from 'vitest'
import type { Link } from '../look/evidence.ts'
import { svgOf } from './draw.ts'
import { listLines } from './list.ts'
import type { MapModel } from './model.ts'
import { type Recorded, recordedMap } from './recorded.testing.ts'

const changed = (change: (recorded: Recorded) => void) => recordedMap('day-06', 'mapping', change)
const element = ({ elements }: MapModel, name: string, node = 'controller') =>
  elements.find(one => one.name === name && one.node === node)
/** `KIND to NAME: why it carries nothing` of each edge that begins at a thing. */
const edgesFrom = (map: MapModel, name: string, node = 'controller') => {
  const own = element(map, name, node)!
  const nameOf = (id: string) => map.elements.find(one => one.id === id)!.name
  return map.edges
    .filter(({ from }) => from === own.id)
    .map(({ kind, to, off }) => `${kind} to ${nameOf(to)}${off ? `: ${off.en}` : ''}`)
}
const link = (name: string, index: number, more: Partial<Link> = {}): Link => ({
  ...{ name, index, mac: '02:00:00:00:00:01', isUp: true, hasCarrier: true, mtu: 1500, addresses: [] },
  ...more,
})

describe('what is there and carries nothing is not drawn as whole', () => {
  it('a veth pair whose end in the namespace is down', async () => {
    const map = await changed(({ kernel }) => {
      const facts = kernel('controller')
      facts.netns.ns1!.find(({ name }) => name === 'eth0')!.isUp = false
      facts.links.find(({ name }) => name === 'veth-ns1-br')!.hasCarrier = false
    })
    expect(edgesFrom(map, 'ns1')).toEqual(['veth to veth-ns1-br: down'])
    expect(edgesFrom(map, 'veth-ns1-br')).toEqual(['plugged to br-int: no carrier'])
    expect(svgOf(map, { lang: 'en' })).toContain('class="edge veth off"')
    expect(listLines(map, { lang: 'en' }).join('\n')).toContain('veth pair with veth-ns1-br (down)')
  })

  it('a port of Open vSwitch whose interface is gone with its namespace', async () => {
    const map = await changed(({ kernel }) => {
      const facts = kernel('controller')
      facts.links = facts.links.filter(({ name }) => name !== 'veth-ns1-br')
      delete facts.netns.ns1
    })
    expect(element(map, 'veth-ns1-br')?.off?.en).toBe('the node has no such interface')
    expect(edgesFrom(map, 'veth-ns1-br')).toEqual(['plugged to br-int: the node has no such interface'])
  })

  it('a tunnel to an address that the other node has not, and one whose underlay is down', async () => {
    const tunnel = ({ edges }: MapModel) => edges.find(({ kind }) => kind === 'tunnel')
    expect(tunnel(await changed(() => undefined))).toMatchObject({ kind: 'tunnel' })
    expect(tunnel(await changed(() => undefined))?.off).toBeUndefined()
    const elsewhere = await changed(({ rows }) => {
      for (const row of rows('Interface', 'controller'))
        if (row.type === 'geneve') row.options = { ...(row.options as object), remote_ip: '192.168.33.99' }
    })
    expect(tunnel(elsewhere)?.off?.en).toBe('hypervisor has no address 192.168.33.99')
    const down = await changed(({ kernel }) => {
      kernel('hypervisor').links.find(({ name }) => name === 'eth1')!.isUp = false
    })
    expect(tunnel(down)?.off?.en).toBe('eth1@hypervisor: down')
  })

  it('a patch port that is not led back to', async () => {
    const map = await changed(({ rows }) => {
      const [row] = rows('Interface', 'controller').filter(({ type }) => type === 'patch')
      row!.options = { peer: 'nobody' }
    })
    expect(map.elements.filter(({ kind, off }) => kind === 'patch' && off).map(({ off }) => off?.en)).toEqual(
      expect.arrayContaining(['no port nobody leads back', expect.stringMatching(/does not lead back$/)]),
    )
    expect(map.edges.filter(({ kind, from }) => kind === 'patch' && from.includes('controller'))).toEqual([])
  })

  it('bridges without ovs-vswitchd, and a node without ovn-controller', async () => {
    const map = await changed(({ kernel }) => {
      kernel('controller').daemons = ['ovn-northd', 'ovsdb-server']
    })
    expect(element(map, 'br-int')?.off?.en).toBe('ovs-vswitchd does not run')
    expect(element(map, 'controller')?.off?.en).toBe('ovn-controller does not run, ovs-vswitchd does not run')
    expect(edgesFrom(map, 'veth-ns1-br')).toEqual(['plugged to br-int: ovs-vswitchd does not run'])
  })
})

describe('what is there is drawn', () => {
  it('an interface that Open vSwitch could not make, and an internal port', async () => {
    const map = await changed(({ rows }) => {
      const known = rows('Interface', 'controller').find(({ name }) => name === 'veth-ns1-br')!
      const port = rows('Port', 'controller').find(({ name }) => name === 'veth-ns1-br')!
      const bridge = rows('Bridge', 'controller').find(({ name }) => name === 'br-eth2')!
      const added = { name: 'gone', external_ids: {}, error: ['No such device'] }
      rows('Interface', 'controller').push({ ...known, ...added, _uuid: 'i' })
      rows('Port', 'controller').push({ ...port, name: 'gone', _uuid: 'p', interfaces: ['i'], tag: [7] })
      ;(bridge.ports as string[]).push('p')
    })
    expect(element(map, 'gone')).toMatchObject({ kind: 'plug', off: { en: 'No such device' } })
    expect(element(map, 'gone')?.facts.map(({ en }) => en)).toEqual(['tag 7'])
    expect(edgesFrom(map, 'gone')).toEqual(['plugged to br-eth2: No such device'])
  })

  it('pairs within a node and between two namespaces, and what stands on a physical link', async () => {
    const map = await changed(({ kernel }) => {
      const facts = kernel('hypervisor')
      const physical = facts.links.find(({ name }) => name === 'eth2')!
      facts.links.push(
        link('va', 201, { kind: 'veth', peerIndex: 202 }),
        link('vb', 202, { kind: 'veth', peerIndex: 201 }),
        link('eth2.7', 203, { kind: 'vlan', lowerIndex: physical.index, vlan: 7 }),
      )
      facts.netns.a = [link('e0', 2, { kind: 'veth', peerIndex: 3, peerNetnsId: 1 })]
      facts.netns.b = [link('e0', 3, { kind: 'veth', peerIndex: 2, peerNetnsId: 0 })]
      facts.netns.m = [link('m0', 4, { kind: 'macvlan', lowerIndex: physical.index, peerNetnsId: 0 })]
    })
    expect(edgesFrom(map, 'va', 'hypervisor')).toEqual(['veth to vb'])
    expect(edgesFrom(map, 'a', 'hypervisor')).toEqual(['veth to b'])
    expect(edgesFrom(map, 'eth2.7', 'hypervisor')).toEqual(['lower to eth2'])
    expect(edgesFrom(map, 'm', 'hypervisor')).toEqual(['lower to eth2'])
    expect(element(map, 'eth2.7', 'hypervisor')?.facts.map(({ en }) => en)).toEqual(['vlan', 'id 7'])
  })

  it('rules of a switch, as a number', async () => {
    const map = await changed(({ rows }) => {
      const acl = { priority: 1, direction: 'to-lport', match: '1', action: 'drop' } as const
      const [one] = rows('Logical_Switch')
      rows('ACL').push({ _uuid: 'a', ...acl }, { _uuid: 'b', ...acl })
      one!.acls = ['a', 'b']
    })
    expect(map.elements.find(({ kind }) => kind === 'switch')?.facts.map(({ en }) => en)).toEqual(['2 ACLs'])
  })
})
