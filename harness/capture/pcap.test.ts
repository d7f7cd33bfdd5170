import { describe, expect, it } from 'vitest'
import { heardInFile } from './heard.ts'
import { NotPcap, PcapReader } from './pcap.ts'
import { echo, ethernet, ipv4, type PcapOptions, pcap, TOKEN } from './testing/frames.ts'

const FRAME = ethernet(0x0800, ipv4(1, echo(8)))
const HEARD = {
  token: TOKEN,
  icmp: 'echo-request',
  source: '192.168.10.200',
  destination: '192.168.10.100',
  sourceMac: '0a:00:00:00:00:02',
  destinationMac: '0a:00:00:00:00:01',
}
const OURS = new Set([TOKEN])
const heardIn = (file: Buffer, tokens = OURS) => heardInFile(file, tokens).packets

describe('reading a capture', () => {
  it.each<PcapOptions>([
    { endian: 'LE', unit: 'us' },
    { endian: 'BE', unit: 'us' },
    { endian: 'LE', unit: 'ns' },
    { endian: 'BE', unit: 'ns' },
  ])('of %j', options => {
    const timeNs = options.unit === 'ns' ? 1_700_000_000_000_000_007n : 1_700_000_000_000_007_000n
    const [record] = new PcapReader().push(pcap([FRAME], options))
    expect(record).toEqual({ linkType: 1, timeNs, originalLength: 1500, bytes: FRAME })
    expect(heardIn(pcap([FRAME], options))).toMatchObject([{ ...HEARD, count: 1 }])
  })

  it('finds the same records wherever the stream is cut', () => {
    const whole = pcap([FRAME, Buffer.alloc(0), FRAME])
    for (let at = 1; at < whole.length; at++) {
      const reader = new PcapReader()
      const records = [...reader.push(whole.subarray(0, at)), ...reader.push(whole.subarray(at))]
      expect(
        records.map(record => record.bytes),
        `cut at byte ${at}`,
      ).toEqual([FRAME, Buffer.alloc(0), FRAME])
      expect(reader.isCut).toBe(false)
    }
  })

  it('knows a capture that ends within a record, and keeps what came before', () => {
    const cut = pcap([FRAME, FRAME]).subarray(0, -1)
    const reader = new PcapReader()
    expect(reader.push(cut)).toHaveLength(1)
    expect(reader.isCut).toBe(true)
    expect(heardIn(cut)).toMatchObject([HEARD])
  })

  it.each([
    ['words', Buffer.from('tcpdump: eth9: No such device exists\n')],
    ['NULs', Buffer.alloc(24)],
    ['a record that cannot be', Buffer.concat([pcap([]), Buffer.alloc(16, 0xff)])],
    ['a link type of other devices', pcap([FRAME], { linkType: 105 })],
    ['nothing', Buffer.alloc(0)],
  ])('refuses %s', (_what, bytes) => {
    expect(() => heardIn(bytes)).toThrow(NotPcap)
  })

  it('counts only the tokens asked for', () => {
    expect(heardIn(pcap([FRAME]))).toHaveLength(1)
    expect(heardIn(pcap([FRAME]), new Set(['f'.repeat(32)]))).toEqual([])
  })
})
