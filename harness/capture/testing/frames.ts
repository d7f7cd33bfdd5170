/** Frames and captures made by hand, byte by byte, for what no kernel here would send. */

const bytesOf = (...parts: (Buffer | number[] | string)[]) =>
  Buffer.concat(parts.map(part => (typeof part === 'string' ? Buffer.from(part, 'hex') : Buffer.from(part))))
const u16 = (value: number) => [value >> 8, value & 0xff]

export const TOKEN = '00112233445566778899aabbccddeeff'
/** What `ping -p TOKEN -s 56` carries: a timestamp over the first of three and a half rounds. */
export const payloadOf = (token: string) => bytesOf(Buffer.alloc(16, 0x55), token, token, token.slice(0, 16))

export const echo = (type: number, payload = payloadOf(TOKEN), sequence = 1) =>
  bytesOf([type, 0, 0, 0, 0, 1], u16(sequence), payload)

/** Of IPv4 over Ethernet, between the addresses that `ipv4` has (RFC 826). */
export const arp = (operation: number) =>
  bytesOf(
    '000108000604',
    u16(operation),
    '020000000009',
    [192, 168, 10, 200],
    Buffer.alloc(6),
    [192, 168, 10, 100],
  )

interface Ipv4Options {
  tos?: number
  options?: Buffer
  fragment?: number
  from?: number[]
  to?: number[]
}
export const ipv4 = (protocol: number, body: Buffer, more: Ipv4Options = {}) => {
  const {
    tos = 0,
    options = Buffer.alloc(0),
    fragment = 0,
    from = [192, 168, 10, 200],
    to = [192, 168, 10, 100],
  } = more
  const length = 20 + options.length
  const words = [
    0x40 | (length / 4),
    tos,
    ...u16(length + body.length),
    0,
    0,
    ...u16(fragment),
    64,
    protocol,
    0,
    0,
  ]
  return bytesOf(words, from, to, options, body)
}

const FD00 = 'fd000000000000000000000000000001'
const FD02 = 'fd000000000000000000000000000002'
export const ipv6 = (next: number, body: Buffer) =>
  bytesOf('60000000', u16(body.length), [next, 64], FD00, FD02, body)

export const udp = (port: number, body: Buffer) =>
  bytesOf(u16(51234), u16(port), u16(8 + body.length), [0, 0], body)

export const geneve = (vni: number, body: Buffer, options = Buffer.alloc(0)) =>
  bytesOf([options.length / 4, 0, 0x65, 0x58, 0], u16(vni), [0], options, body)

/** `type` is an EtherType, with the tags that stand before it. */
export const ethernet = (type: number, body: Buffer, ...tags: [number, number][]) =>
  bytesOf('0a0000000001', '0a0000000002', ...tags.map(tag => tag.flatMap(u16)), u16(type), body)

export interface PcapOptions {
  endian?: 'LE' | 'BE'
  unit?: 'us' | 'ns'
  linkType?: number
}
export function pcap(
  frames: Buffer[],
  { endian = 'LE', unit = 'us', linkType = 1 }: PcapOptions = {},
): Buffer {
  const word = (value: number) => {
    const four = Buffer.alloc(4)
    if (endian === 'LE') four.writeUInt32LE(value)
    else four.writeUInt32BE(value)
    return four
  }
  const header = [word(unit === 'ns' ? 0xa1b23c4d : 0xa1b2c3d4), Buffer.alloc(12), word(256), word(linkType)]
  const records = frames.flatMap(frame => [
    word(1_700_000_000),
    word(7),
    word(frame.length),
    word(1500),
    frame,
  ])
  return Buffer.concat([...header, ...records])
}
