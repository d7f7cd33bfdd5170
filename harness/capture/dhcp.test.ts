import { describe, expect, it } from 'vitest'
import { dhcpIn, discoverFrame } from './dhcp.ts'

const MAC = 'ce:5b:68:fe:13:54'
const XID = Buffer.from('8d141e00', 'hex')
/** What OVN 25.03 answered to it. */
const OFFER = Buffer.from(
  `ce5b68fe135402000a0000010800450001300000000040116fbd0a000001ffffffff00430044011c000002010600${XID.toString('hex')}` +
    `00008000000000000a0000020000000000000000ce5b68fe1354${'00'.repeat(202)}` +
    '63825363350102330400000e100104ffffff0003040a00000136040a00000100000000ff00000000',
  'hex',
)

describe('a DISCOVER', () => {
  const frame = discoverFrame(MAC, XID)

  it('is a whole packet from nobody to everybody, of the least length some relays take', () => {
    expect(frame.subarray(0, 14).toString('hex')).toBe('ffffffffffffce5b68fe13540800')
    const ip = frame.subarray(14, 34)
    expect([ip.readUInt16BE(2), ip.subarray(12).toString('hex')]).toEqual([328, '00000000ffffffff'])
    expect(frame.length).toBe(14 + 328)
    // RFC 1071: with its own checksum in it, a header sums up to all ones.
    const sum = Array.from({ length: 10 }, (_, at) => ip.readUInt16BE(2 * at)).reduce((one, two) => one + two)
    expect((sum & 0xffff) + (sum >>> 16)).toBe(0xffff)
  })

  it('is found again, in a tunnel as well', () => {
    const wrapped = Buffer.concat([Buffer.alloc(50, 0xab), frame])
    for (const one of [frame, wrapped])
      expect(dhcpIn(one, MAC, XID)).toMatchObject({ message: 'discover', source: '0.0.0.0', routers: [] })
  })
})

describe('an OFFER', () => {
  it('is read, its padding passed over', () => {
    expect(dhcpIn(OFFER, MAC, XID)).toEqual({
      message: 'offer',
      sourceMac: '02:00:0a:00:00:01',
      source: '10.0.0.1',
      offered: '10.0.0.2',
      serverId: '10.0.0.1',
      leaseSeconds: 3600,
      routers: ['10.0.0.1'],
    })
  })

  it('of another exchange, to another host, or cut short, is none', () => {
    expect(dhcpIn(OFFER, MAC, Buffer.from('8d141e01', 'hex'))).toBeUndefined()
    expect(dhcpIn(OFFER, 'ce:5b:68:fe:13:55', XID)).toBeUndefined()
    expect(dhcpIn(OFFER.subarray(0, 200), MAC, XID)).toBeUndefined()
  })
})
