import { expect, it } from 'vitest'
import { inWords } from './frame-words.ts'
import { ethernet, ipv4, udp } from './testing/frames.ts'

const words = (payload: Buffer) =>
  inWords({
    ...{ linkType: 1, timeNs: 0n, originalLength: 0 },
    bytes: ethernet(0x0800, ipv4(17, udp(6343, payload))),
  })
const numbers = (...all: number[]) => {
  const bytes = Buffer.alloc(4 * all.length)
  all.forEach((value, at) => void bytes.writeUInt32BE(value, 4 * at))
  return bytes
}

it('reads no header in a later piece, whose data may look like one', () => {
  const piece = ipv4(
    17,
    Buffer.concat([Buffer.alloc(8), numbers(5, 1, 0xc0a82114, 0, 1, 1000, 1, 1, 200, 0, 0, 0)]),
  )
  piece.writeUInt16BE(185, 6)
  const record = { linkType: 1, timeNs: 0n, originalLength: 0 }
  expect(inWords({ ...record, bytes: ethernet(0x0800, piece) })).toMatch(/^UDP \S+ > \S+, a later piece$/)
})

it('tells what only reports a packet from what may carry one on', () => {
  // Version, IPv4 and address of the agent, sub-agent, sequence, uptime, samples, format and length of the first.
  const sample = numbers(5, 1, 0xc0a82114, 0, 1, 1000, 1, 1, 200, 0, 0, 0)
  expect(words(sample)).toMatch(/^sFlow \S+ > \S+$/)
  const quoted = Buffer.concat([Buffer.from('0303000000000000', 'hex'), ipv4(17, udp(6343, sample))])
  const record = { linkType: 1, timeNs: 0n, originalLength: 0 }
  expect(inWords({ ...record, bytes: ethernet(0x0800, ipv4(1, quoted)) })).toMatch(/^sFlow /)
  const counters = numbers(5, 1, 0xc0a82114, 0, 1, 1000, 0, 0)
  for (const other of [Buffer.from('a token'), numbers(5, 1), numbers(5, 9, 1, 0, 1, 9, 1, 1, 9), counters])
    expect(words(other)).toMatch(/^UDP \S+ > \S+ port 6343$/)
})
