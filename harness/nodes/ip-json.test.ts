import { describe, expect, it } from 'vitest'
import { linksFrom } from './ip-json.ts'

/** What a release prints for an entry, cut to what matters. */
const entry = (more: object) => ({
  ifindex: 2,
  ifname: 'eth1',
  flags: ['BROADCAST', 'MULTICAST', 'UP', 'LOWER_UP'],
  mtu: 1500,
  link_type: 'ether',
  address: '52:54:00:00:00:01',
  addr_info: [],
  ...more,
})
const linkOf = (more: object) => linksFrom(JSON.stringify([entry(more)]))[0]

describe('links as ip -d -j addr tells them', () => {
  it('reads a physical interface with its addresses', () => {
    const addr_info = [
      { family: 'inet', local: '192.168.33.10', prefixlen: 24, broadcast: '192.168.33.255', label: 'eth1' },
      { family: 'inet6', local: 'fe80::1', prefixlen: 64, scope: 'link' },
      {},
    ]
    expect(linkOf({ addr_info, master: 'ovs-system' })).toEqual({
      name: 'eth1',
      index: 2,
      mac: '52:54:00:00:00:01',
      isUp: true,
      hasCarrier: true,
      mtu: 1500,
      master: 'ovs-system',
      addresses: [
        { family: 'inet', address: '192.168.33.10', prefixLength: 24 },
        { family: 'inet6', address: 'fe80::1', prefixLength: 64 },
      ],
    })
  })

  it('knows a Linux bridge, and what a port of it keeps back', () => {
    const info_data = { stp_state: 1, vlan_filtering: 0, ageing_time: 0 }
    expect(linkOf({ linkinfo: { info_kind: 'bridge', info_data } })?.bridge).toEqual({
      hasSpanningTree: true,
      filtersVlans: false,
    })
    const port = (more: object) =>
      linkOf({
        linkinfo: {
          info_kind: 'veth',
          info_slave_kind: 'bridge',
          info_slave_data: { state: 'forwarding', hairpin: true, flood: true, isolated: false, ...more },
        },
      })?.bridgePort
    expect(port({})).toEqual({ state: 'forwarding', unusual: [] })
    expect(port({ state: 'listening', isolated: true, flood: false })).toEqual({
      state: 'listening',
      unusual: ['isolated on', 'flood off'],
    })
    expect(linkOf({ linkinfo: { info_slave_kind: 'openvswitch' } })?.bridgePort).toBeUndefined()
  })

  it('tells up without carrier from down', () => {
    expect(linkOf({ flags: ['NO-CARRIER', 'BROADCAST', 'UP'] })).toMatchObject({
      isUp: true,
      hasCarrier: false,
    })
    expect(linkOf({ flags: ['BROADCAST', 'M-DOWN'] })).toMatchObject({ isUp: false, hasCarrier: false })
  })

  it("knows the other end of a veth in another namespace, in this one, and by an old release's word", () => {
    const linkinfo = { info_kind: 'veth' }
    expect(linkOf({ linkinfo, link_index: 7, link_netnsid: 0 })).toMatchObject({
      kind: 'veth',
      peerIndex: 7,
      peerNetnsId: 0,
    })
    expect(linkOf({ linkinfo, link: 'if9' })).toMatchObject({ peerIndex: 9 })
    const pair = [
      entry({ linkinfo, link: 'veth-b' }),
      entry({ linkinfo, ifname: 'veth-b', ifindex: 3, link: 'eth1' }),
    ]
    expect(linksFrom(JSON.stringify(pair)).map(link => link.peerIndex)).toEqual([3, 2])
  })

  it('takes the lower link of a VLAN for no peer, and knows it and the tag', () => {
    const linkinfo = { info_kind: 'vlan', info_data: { protocol: '802.1Q', id: 20 } }
    const pair = [entry({}), entry({ linkinfo, ifname: 'eth1.20', ifindex: 3, link: 'eth1' })]
    const vlan = linksFrom(JSON.stringify(pair))[1]
    expect(vlan).toMatchObject({ lowerIndex: 2, vlan: 20 })
    expect(vlan).not.toHaveProperty('peerIndex')
    expect(linkOf({ linkinfo, link_index: 7, link_netnsid: 1 })).toMatchObject({
      lowerIndex: 7,
      peerNetnsId: 1,
    })
  })

  it.each([
    ['passthru', true],
    ['bridge', undefined],
  ])('of a macvlan in mode %s', (mode, isPassthru) => {
    const linkinfo = { info_kind: 'macvlan', info_data: { mode } }
    const [link] = linksFrom(JSON.stringify([{ ifname: 'mv0', link_index: 7, link_netnsid: 1, linkinfo }]))
    expect(link).toMatchObject({ lowerIndex: 7, peerNetnsId: 1 })
    expect(link?.isPassthru).toBe(isPassthru)
  })

  it('passes over the empty entries of old releases, and reads nothing as no links', () => {
    expect(linksFrom(JSON.stringify([{}, entry({}), null]))).toHaveLength(1)
    expect(linksFrom('')).toEqual([])
    expect(linksFrom('[]')).toEqual([])
  })

  it.each(['[{"ifname":', '{"ifname":"eth1"}', 'Option "-j" is unknown'])('refuses %j', words => {
    expect(() => linksFrom(words)).toThrow(SyntaxError)
  })
})
