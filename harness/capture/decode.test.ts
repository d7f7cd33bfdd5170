import { describe, expect, it } from 'vitest'
import { decode } from './decode.ts'
import { heardInFile } from './heard.ts'
import { arp, echo, ethernet, geneve, ipv4, ipv6, pcap, TOKEN, udp } from './testing/frames.ts'

const listen = (frame: Buffer, linkType = 1) => heardInFile(pcap([frame], { linkType }), new Set([TOKEN]))
const heard = (frame: Buffer, linkType = 1) => listen(frame, linkType).packets
/** When frames made by hand were captured, in ms. */
const AT = 1_700_000_000_000.007
const INNER = ethernet(0x0800, ipv4(1, echo(0)))
const OUTER = { from: [192, 168, 33, 10], to: [192, 168, 33, 20] }
const tunnelled = (body: Buffer, port = 6081) => ethernet(0x0800, ipv4(17, udp(port, body), OUTER))

describe('what is found in a frame', () => {
  it('a plain echo, its IPv4 options and the padding of a short frame skipped', () => {
    const options = Buffer.from('94040000', 'hex')
    const padded = Buffer.concat([ethernet(0x0800, ipv4(1, echo(0), { options })), Buffer.alloc(20)])
    expect(heard(padded)).toEqual([
      {
        token: TOKEN,
        icmp: 'echo-reply',
        source: '192.168.10.200',
        destination: '192.168.10.100',
        ttl: 64,
        sourceMac: '0a:00:00:00:00:02',
        destinationMac: '0a:00:00:00:00:01',
        count: 1,
        firstMs: AT,
      },
    ])
  })

  it('the VLAN it is tagged with, the outer one of two', () => {
    const body = ipv4(1, echo(8))
    expect(heard(ethernet(0x0800, body, [0x8100, 0xe007]))).toMatchObject([{ token: TOKEN, vlan: 7 }])
    expect(heard(ethernet(0x0800, body, [0x88a8, 100], [0x8100, 7]))).toMatchObject([{ vlan: 100 }])
  })

  it('what a router or a filter may go by besides addresses: TTL and type of service', () => {
    const frame = ethernet(0x0800, ipv4(1, echo(8), { tos: 0xb8 }))
    frame.writeUInt8(9, 22)
    expect(heard(frame)).toMatchObject([{ ttl: 9, tos: 0xb8 }])
  })

  it('an ICMPv6 echo behind an extension header', () => {
    const hopByHop = Buffer.concat([Buffer.from('3a00050200000000', 'hex'), echo(129)])
    expect(heard(ethernet(0x86dd, ipv6(0, hopByHop)))).toMatchObject([
      { token: TOKEN, icmp: 'echo-reply', source: 'fd00::1', destination: 'fd00::2', ttl: 64 },
    ])
  })

  it('an echo in Geneve with options: who speaks inside, and between which tunnel ends', () => {
    const options = Buffer.from('0102800100010002', 'hex')
    const found = heard(tunnelled(geneve(5, INNER, options)))
    expect(found).toMatchObject([
      {
        token: TOKEN,
        icmp: 'echo-reply',
        source: '192.168.10.200',
        destination: '192.168.10.100',
        geneve: { vni: 5, outerSource: '192.168.33.10', outerDestination: '192.168.33.20' },
      },
    ])
  })

  it('Geneve in a VLAN, and in IPv6', () => {
    const vlan = ethernet(0x0800, ipv4(17, udp(6081, geneve(5, INNER)), OUTER), [0x8100, 33])
    expect(heard(vlan)).toMatchObject([{ geneve: { vni: 5 } }])
    const inIpv6 = ethernet(0x86dd, ipv6(17, udp(6081, geneve(5, INNER))))
    expect(heard(inIpv6)).toMatchObject([{ geneve: { outerSource: 'fd00::1', outerDestination: 'fd00::2' } }])
  })

  it('the keys of the logical ports in the option OVN adds, wherever it stands among others', () => {
    const other = Buffer.from('0103000111223344', 'hex')
    const ports = Buffer.from('0102800100028003', 'hex')
    expect(heard(tunnelled(geneve(5, INNER, Buffer.concat([other, ports]))))).toMatchObject([
      { geneve: { ports: { ingress: 2, egress: 0x8003 } } },
    ])
    expect(heard(tunnelled(geneve(5, INNER, other)))[0]?.geneve).not.toHaveProperty('ports')
  })

  it('an echo in a Linux cooked capture', () => {
    const cooked = Buffer.from('0800000000000002000100060a00000000020000', 'hex')
    expect(heard(Buffer.concat([cooked, ipv4(1, echo(8))]), 276)).toMatchObject([
      { token: TOKEN, sourceMac: '0a:00:00:00:00:02', destinationMac: '' },
    ])
  })

  it.each([
    ['an echo with the payload of an ordinary ping', ethernet(0x0800, ipv4(1, echo(8, ordinary())))],
    ['a destination unreachable', ethernet(0x0800, ipv4(1, echo(3)))],
    ['a later fragment', ethernet(0x0800, ipv4(1, echo(8), { fragment: 0x0010 }))],
    ['UDP to another port', tunnelled(geneve(5, INNER), 4789)],
    ['a tunnel in a tunnel', tunnelled(geneve(5, tunnelled(geneve(6, INNER))))],
    [
      'a header length that cannot be',
      ethernet(0x0800, Buffer.concat([Buffer.from('41', 'hex'), ipv4(1, echo(8))])),
    ],
  ])('nothing in %s', (_what, frame) => {
    expect(heard(frame)).toEqual([])
  })

  it('ARP, plain or in Geneve: who speaks, of whom, and which MAC it says', () => {
    const asking = ethernet(0x0806, arp(1))
    const about = {
      source: '192.168.10.200',
      destination: '192.168.10.100',
      sourceMac: '0a:00:00:00:00:02',
      destinationMac: '0a:00:00:00:00:01',
      saysMac: '02:00:00:00:00:09',
      count: 1,
      firstMs: AT,
    }
    expect(listen(asking).arps).toEqual([{ arp: 'request', ...about }])
    expect(listen(ethernet(0x0806, arp(2))).arps).toEqual([{ arp: 'reply', ...about }])
    expect(listen(tunnelled(geneve(5, asking))).arps).toMatchObject([{ ...about, geneve: { vni: 5 } }])
    // RARP, and a frame without content.
    expect(listen(ethernet(0x0806, arp(3))).arps).toEqual([])
    expect(listen(ethernet(0x0806, Buffer.alloc(28))).arps).toEqual([])
  })

  it('what IPv6 has in the place of ARP: who asks for whom, and who answers', () => {
    // The packets of the frames are from fd00::1, to fd00::2 or a group of hosts.
    const neighbour = (type: number) =>
      ethernet(
        0x86dd,
        ipv6(58, Buffer.from(`${type.toString(16)}00000000000000fd${'00'.repeat(14)}09`, 'hex')),
      )
    expect(listen(neighbour(135)).arps).toMatchObject([
      { arp: 'request', source: 'fd00::1', destination: 'fd00::9', saysMac: '0a:00:00:00:00:02' },
    ])
    expect(listen(neighbour(136)).arps).toMatchObject([
      { arp: 'reply', source: 'fd00::9', destination: 'fd00::2' },
    ])
    expect(listen(neighbour(134)).arps).toEqual([])
  })

  it('nothing, and no error, in a frame cut at any byte or with any byte changed', () => {
    const frame = tunnelled(geneve(5, INNER))
    const record = (bytes: Buffer) => ({ linkType: 1, timeNs: 0n, originalLength: 0, bytes })
    for (let at = 0; at < frame.length; at++) {
      // The last eight bytes repeat the first half of the token once more.
      if (at < frame.length - 8) expect(heard(frame.subarray(0, at))).toEqual([])
      for (const byte of [0x00, 0x45, 0x60, 0x81, 0xff]) {
        const changed = Buffer.from(frame)
        changed[at] = byte
        expect(() => decode(record(changed))).not.toThrow()
      }
    }
  })
})

/** Bytes 0x10, 0x11, … behind the timestamp, as ping sends them without -p. */
function ordinary() {
  return Buffer.from(Array.from({ length: 56 }, (_, at) => at))
}
