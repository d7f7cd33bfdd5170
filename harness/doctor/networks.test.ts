import { describe, expect, it } from 'vitest'
import { loadTopology } from '../topology/load-topology.ts'
import { clashes, linuxRoutes, macRoutes, vboxAllows, windowsRoutes, within } from './networks.ts'

const topology = await loadTopology()
const on = (link: string, cidr: string, mac = '3c:22:fb:00:00:01') => ({ link, cidr, mac })

describe('networks of the lab that are used already', () => {
  it.each([
    ['an address in one', on('wlan0', '192.168.10.23/24'), '192.168.10.0/24'],
    ['a smaller network in one', on('docker1', '192.168.33.129/25'), '192.168.33.0/24'],
    ['a link with a wider network', on('eth0', '192.168.7.9/16'), '192.168.33.0/24'],
    ['a home router with .1', on('br-lan', '192.168.10.1/24'), '192.168.10.0/24'],
  ])('%s', (_, address, network) => {
    expect(clashes({ addresses: [address], routes: [], topology })).toContainEqual({
      network,
      link: address.link,
      by: address.cidr,
      isRoute: false,
    })
  })

  it('names a route over a VPN, and a link only once', () => {
    const routes = [
      { network: '192.168.33.0/24', link: 'tun0' },
      { network: '192.168.10.0/24', link: 'wlan0' },
    ]
    expect(clashes({ addresses: [on('wlan0', '192.168.10.23/24')], routes, topology })).toEqual([
      { network: '192.168.33.0/24', link: 'tun0', by: '192.168.33.0/24', isRoute: true },
      { network: '192.168.10.0/24', link: 'wlan0', by: '192.168.10.23/24', isRoute: false },
    ])
  })

  it.each([
    ['another network', on('wlan0', '192.168.1.7/24')],
    ["VirtualBox's own link", on('vboxnet0', '192.168.10.1/24', '0a:00:27:00:00:00')],
    ["libvirt's own bridge", on('virbr2', '192.168.33.1/24', '52:54:00:12:34:56')],
    ["macOS's own bridge", on('bridge100', '192.168.10.1/24', '3e:22:fb:00:00:64')],
    ['no address at all', on('tun0', '')],
  ])('not %s', (_, address) => {
    const routes = [{ network: '192.168.10.0/24', link: address.link }]
    expect(
      clashes({ addresses: [address], routes: address.cidr.endsWith('.1/24') ? routes : [], topology }),
    ).toEqual([])
  })

  it('not a default route, nor the halves of one that a VPN gives', () => {
    const routes = ['0.0.0.0/0', '128.0.0.0/1', '192.168.0.0/16'].map(network => ({ network, link: 'tun0' }))
    expect(clashes({ addresses: [], routes, topology })).toEqual([])
  })
})

it('knows which network is within which', () => {
  expect(within('192.168.10.128/25', '192.168.10.0/24')).toBe(true)
  expect(within('192.168.10.0/24', '192.168.10.128/25')).toBe(false)
  expect(within('192.168.11.0/24', '192.168.10.0/24')).toBe(false)
  expect(within('200.1.2.3/32', '0.0.0.0/0')).toBe(true)
})

it.each([
  ['no file', undefined, false],
  ['the line of the README', '* 192.168.10.0/24\n', true],
  ['anything', '# ours\n* 0.0.0.0/0 ::/0\n', true],
  ['several ranges in a line', '* 10.0.0.0/8 192.168.0.0/16\n', true],
  ['a line without the star', '192.168.10.0/24\n', false],
  ['a line that is commented out', '# * 192.168.10.0/24\n', false],
  ['a file without ranges', '# none\n', false],
])('VirtualBox with %s', (_, conf, allowed) => {
  expect(vboxAllows('192.168.10.0/24', conf)).toBe(allowed)
})

describe('the routes of each system', () => {
  it("Linux's", () => {
    const table = [
      'Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT',
      'eth0\t00000000\t0100A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0',
      'tun0\t0021A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0',
    ].join('\n')
    expect(linuxRoutes(table)).toEqual([
      { link: 'eth0', network: '0.0.0.0/0' },
      { link: 'tun0', network: '192.168.33.0/24' },
    ])
  })

  it("macOS's", () => {
    const table = 'default 192.168.1.1 UGScg en0\n192.168.33 10.8.0.1 UGSc utun4\n10.1/16 link#4 UCS en0'
    expect(macRoutes(table)).toEqual([
      { link: 'utun4', network: '192.168.33.0/24' },
      { link: 'en0', network: '10.1.0.0/16' },
    ])
  })

  it("Windows', in any language", () => {
    const table = 'Netzwerkziel Netzwerkmaske\r\n  192.168.10.0  255.255.255.0  10.8.0.1  10.8.0.2  25\r\n'
    expect(windowsRoutes(table, [on('VPN', '10.8.0.2/24')])).toEqual([
      { link: 'VPN', network: '192.168.10.0/24' },
    ])
    // `On-link` may be two words (German), and then the column after it is not where it was.
    const onLink = '  192.168.10.0  255.255.255.0  Auf Verbindung  192.168.10.23  281\r\n'
    expect(windowsRoutes(onLink, [on('WLAN', '192.168.10.23/24')])).toEqual([
      { link: 'WLAN', network: '192.168.10.0/24' },
    ])
  })
})
