import { describe, expect, it } from 'vitest'
import { KeptFrames } from '../capture/kept-frames.ts'
import { PcapReader } from '../capture/pcap.ts'
import { dissect } from './dissect.ts'
import { packetLines } from './lines.ts'
import { packetsOf } from './packet.ts'
import { pcapngOf } from './pcapng.ts'

/** An echo request of 192.168.10.200 to 192.168.10.100, cut behind its ICMP header. */
const ECHO =
  '66802c126393ba7c4e305584' +
  '0800' +
  '4500005400004000' +
  '4001a463' +
  'c0a80ac8c0a80a64' +
  '0800f7ff12340003'
/** The same in Geneve with OVN's option, from 192.168.33.20 to 192.168.33.10. */
const TUNNELLED =
  '0200c0a82110' +
  '0200c0a82120' +
  '0800' +
  '4500008a00004000' +
  '4011775d' +
  'c0a82114c0a8210a' +
  'd43117c100760000' +
  '0240655800000100' +
  '0102800100020003' +
  ECHO

const frame = (hex: string, node: string, link: string, timeNs: bigint) => ({
  at: { node, link },
  linkType: 1,
  timeNs,
  originalLength: 98,
  bytes: Buffer.from(hex, 'hex'),
})

describe('a packet that is opened', () => {
  it('has its headers, from the outermost on', () => {
    const { layers, words, vni } = dissect(frame(TUNNELLED, 'hypervisor', 'eth1', 0n))
    expect(layers.map(({ name }) => name)).toEqual([
      'Ethernet',
      'IPv4',
      'UDP',
      'Geneve',
      'Ethernet',
      'IPv4',
      'ICMP',
    ])
    expect(words).toBe('192.168.10.200 > 192.168.10.100 ICMP echo request 3')
    expect(vni).toBe(1)
    expect(layers[3]?.fields).toEqual(
      [
        ['vni', '1'],
        ['protocol', '0x6558'],
        ['ingress port', '2'],
        ['egress port', '3'],
      ].map(([name, value]) => ({ name, value })),
    )
  })

  it.each([0, 1, 13, 14, 20, 34, 40])('ends where it was cut, after %d bytes, and says so', length => {
    const { layers } = dissect({ linkType: 1, bytes: Buffer.from(ECHO, 'hex').subarray(0, length) })
    expect(layers.at(-1)?.name).toBe('cut')
  })
})

const kept = () => {
  const frames = new KeptFrames()
  const { take } = frames.begin()
  for (const { at, ...record } of [
    frame(ECHO, 'hypervisor', 'eth2', 1_795_583_860_000_001_500n),
    frame(TUNNELLED, 'controller', 'eth1', 1_795_583_860_000_500_000n),
    frame(ECHO, 'hypervisor', 'veth-ns2-br', 1_795_583_860_000_000_000n),
  ])
    take(at, record)
  return frames
}

it('packets of all nodes are one list in the order of their time', () => {
  expect(packetLines(packetsOf(kept().frames), 0, 'en')).toEqual([
    '3 packets of the last probe, each with the time of its node’s own clock',
    '      0.000 ms  hypervisor · veth-ns2-br  not encapsulated  192.168.10.200 > 192.168.10.100 ICMP echo request 3',
    '      0.002 ms  hypervisor · eth2  not encapsulated  192.168.10.200 > 192.168.10.100 ICMP echo request 3',
    '      0.500 ms  controller · eth1  Geneve vni 1  192.168.10.200 > 192.168.10.100 ICMP echo request 3',
  ])
})

describe('kept frames', () => {
  it('are those of the last experiment that heard something', () => {
    const frames = kept()
    const { take } = frames.begin()
    expect(frames.frames.length).toBe(3)
    const { at, ...record } = frame(ECHO, 'controller', 'eth2', 5n)
    take(at, record)
    expect(frames.frames.map(one => one.timeNs)).toEqual([5n])
  })

  it('are bounded, and what is left out is counted', () => {
    const frames = new KeptFrames()
    const { take } = frames.begin()
    const { at, ...record } = frame(ECHO, 'controller', 'eth2', 5n)
    for (let at_ = 0; at_ < 5_000; at_++) take(at, record)
    expect(frames.frames.length + frames.leftOut).toBe(5_000)
    expect(frames.leftOut).toBeGreaterThan(0)
  })
})

describe('the pcapng file', () => {
  /** Blocks by the specification: type, length, body, length again. */
  const blocksOf = (file: Buffer) => {
    const blocks: { type: number; body: Buffer }[] = []
    for (let at = 0; at < file.length; ) {
      const length = file.readUInt32LE(at + 4)
      expect([length % 4, file.readUInt32LE(at + length - 4)]).toEqual([0, length])
      blocks.push({ type: file.readUInt32LE(at), body: file.subarray(at + 8, at + length - 4) })
      at += length
    }
    return blocks
  }

  it('has a section, an interface for each place by its name, and each packet with its time', () => {
    const blocks = blocksOf(pcapngOf(kept().frames))
    expect(blocks.map(({ type }) => type)).toEqual([0x0a0d0d0a, 1, 1, 1, 6, 6, 6])
    const names = blocks
      .filter(({ type }) => type === 1)
      .map(({ body }) => body.subarray(12, 12 + body.readUInt16LE(10)).toString())
    expect(names).toEqual(['hypervisor:veth-ns2-br', 'hypervisor:eth2', 'controller:eth1'])
    const packets = blocks.filter(({ type }) => type === 6)
    expect(
      packets.map(({ body }) => (BigInt(body.readUInt32LE(4)) << 32n) | BigInt(body.readUInt32LE(8))),
    ).toEqual(kept().frames.map(({ timeNs }) => timeNs))
    expect(packets.map(({ body }) => body.subarray(20, 20 + body.readUInt32LE(12)).toString('hex'))).toEqual([
      ECHO,
      ECHO,
      TUNNELLED,
    ])
  })

  it('is no pcap, and empty of packets where none was heard', () => {
    expect(() => new PcapReader().push(pcapngOf([]))).toThrow()
    expect(blocksOf(pcapngOf([])).length).toBe(1)
  })
})
