import { describe, expect, it } from 'vitest'
import { isPieceInGeneve } from './geneve-piece.ts'

const ethernet = (etherType: string) => `020000000001020000000002${etherType}`
const ip = (protocol: string, offset: string, carried: string) =>
  `45000000000${offset}40${protocol}00000a0000010a000002${carried}`
const udp = (port: string, carried: string) => `c000${port}00000000${carried}`
const OPTIONED = '0240655800000100010280010001000200000000'.slice(0, 32)
const inner = (offset: string, protocol = '01') => ethernet('0800') + ip(protocol, offset, 'aabbccddaabbccdd')

const isPiece = (hex: string) =>
  isPieceInGeneve({ linkType: 1, bytes: Buffer.from(hex, 'hex'), timeNs: 0n, originalLength: hex.length / 2 })
const outer = (port: string, carried: string) => ethernet('0800') + ip('11', '00000', udp(port, carried))

describe('a later piece of an ICMP message in Geneve', () => {
  it('is known by the offset inside', () => {
    expect(isPiece(outer('17c1', OPTIONED + inner('000a2')))).toBe(true)
  })

  it.each([
    ['the first piece', outer('17c1', OPTIONED + inner('02000'))],
    ['another protocol', outer('17c1', OPTIONED + inner('000a2', '06'))],
    ['another port', outer('17c2', OPTIONED + inner('000a2'))],
    ['no tunnel at all', inner('000a2')],
    ['cut short', outer('17c1', OPTIONED)],
    ['no frame', '00'],
  ])('is none: %s', (_, hex) => expect(isPiece(hex)).toBe(false))
})
