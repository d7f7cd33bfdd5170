import type { KeptFrame } from '../capture/kept-frames.ts'
import { placeOf } from './packet.ts'

const SECTION = 0x0a0d0d0a
const INTERFACE = 1
const ENHANCED_PACKET = 6
const BYTE_ORDER = 0x1a2b3c4d
const [END_OF_OPTIONS, USER_APPLICATION, INTERFACE_NAME, TIME_RESOLUTION] = [0, 4, 2, 9]
/** Ten to the power of minus this. */
const NANOSECONDS = 9

/**
 * Frames as a pcapng file (draft-ietf-opsawg-pcapng), with an interface for each place they were captured at, called
 * `NODE:LINK`, or `NODE:NAMESPACE:LINK`. Wireshark and tshark read it. Times are those of each node’s own clock.
 */
export function pcapngOf(frames: readonly KeptFrame[]): Buffer {
  const keyOf = ({ at, linkType }: KeptFrame) => `${placeOf(at)}\n${linkType}`
  const interfaces = [...new Map(frames.map(frame => [keyOf(frame), frame])).entries()]
  const ids = new Map(interfaces.map(([key], id) => [key, id]))
  return Buffer.concat([
    block(SECTION, words32(BYTE_ORDER, 1, 0xffffffff, 0xffffffff), option(USER_APPLICATION, 'ovn-lab'), END),
    ...interfaces.map(([, { at, linkType }]) =>
      block(
        INTERFACE,
        // Without a limit of our own: each packet tells how long it was.
        Buffer.concat([words16(linkType, 0), words32(0)]),
        option(INTERFACE_NAME, placeOf(at)),
        option(TIME_RESOLUTION, Buffer.of(NANOSECONDS)),
        END,
      ),
    ),
    ...frames.map(frame => {
      const { timeNs, bytes, originalLength } = frame
      const time = BigInt.asUintN(64, timeNs)
      const head = words32(
        ids.get(keyOf(frame))!,
        Number(time >> 32n),
        Number(time & 0xffffffffn),
        bytes.length,
        originalLength,
      )
      return block(ENHANCED_PACKET, head, padded(bytes))
    }),
  ])
}

/** A block: its type, its length before and behind, and what is in it, to a multiple of four bytes. */
function block(type: number, ...body: Buffer[]): Buffer {
  const inside = Buffer.concat(body)
  const length = inside.length + 12
  return Buffer.concat([words32(type, length), inside, words32(length)])
}

function option(code: number, value: string | Buffer): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'utf8') : value
  return Buffer.concat([words16(code, bytes.length), padded(bytes)])
}

const words16 = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 2)
  for (const [at, value] of values.entries()) bytes.writeUInt16LE(value, at * 2)
  return bytes
}

const words32 = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 4)
  for (const [at, value] of values.entries()) bytes.writeUInt32LE(value, at * 4)
  return bytes
}

const padded = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)])

const END = words16(END_OF_OPTIONS, 0)
