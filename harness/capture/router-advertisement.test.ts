import { describe, expect, it } from 'vitest'
import { answerTo, ROUTER_MESSAGE, routerMessageIn, solicitFrame } from './router-advertisement.ts'

const MAC = 'ce:5b:68:fe:13:54'
const FROM = 'fe80::1:2:3'
/** What OVN 25.03 advertised to everybody. */
const ADVERTISED = Buffer.from(
  '333300000001020492 19db6f86dd6000000000383affFE80000000000000000492fffe19db6fff020000000000000000000000000001'.replaceAll(
    ' ',
    '',
  ) +
    '86000000ff00ffff00000000000000000101020492 19db6f'.replaceAll(' ', '') +
    '030440c0ffffffffffffffff0000000020010db8000300000000000000000000',
  'hex',
)
const told = (frame: Buffer, pattern: string) => new RegExp(pattern, 's').test(frame.toString('latin1'))

describe('a Router Solicitation', () => {
  const frame = solicitFrame(MAC, FROM)

  it('goes to all routers, cannot have crossed one, and has the sum it must have', () => {
    expect(frame.subarray(0, 14).toString('hex')).toBe('333300000002ce5b68fe135486dd')
    expect([frame[20], frame[21], frame.readUInt16BE(18), frame.length]).toEqual([58, 255, 16, 70])
    // RFC 4443, section 2.3: with the sum in it, pseudo-header and message sum up to all ones.
    const summed = Buffer.concat([
      frame.subarray(22, 54),
      Buffer.from([0, 0, 0, 16, 0, 0, 0, 58]),
      frame.subarray(54),
    ])
    const sum = Array.from({ length: summed.length / 2 }, (_, at) => summed.readUInt16BE(2 * at)).reduce(
      (a, b) => a + b,
    )
    expect((sum & 0xffff) + (sum >>> 16)).toBe(0xffff)
  })

  it('is found again, in a tunnel as well', () => {
    for (const one of [frame, Buffer.concat([Buffer.alloc(50, 0xab), frame])])
      expect(routerMessageIn(one)).toMatchObject({
        message: 'solicitation',
        source: FROM,
        destination: 'ff02::2',
      })
    expect(told(frame, ROUTER_MESSAGE)).toBe(true)
    expect(told(frame, answerTo(FROM))).toBe(false)
  })
})

describe('a Router Advertisement', () => {
  it('is read', () => {
    expect(routerMessageIn(ADVERTISED)).toEqual({
      message: 'advertisement',
      sourceMac: '02:04:92:19:db:6f',
      source: 'fe80::4:92ff:fe19:db6f',
      destination: 'ff02::1',
      lifetimeSeconds: 65535,
      isManaged: false,
      prefixes: [{ prefix: '2001:db8:3::/64', isAutonomous: true }],
    })
  })

  it('has an end where it says so, and may leave addresses to DHCPv6', () => {
    const frame = Buffer.from(ADVERTISED)
    frame.writeUInt8(0xc0, 59)
    frame.writeUInt8(0x80, 81)
    frame.writeUInt32BE(3600, 82)
    expect(routerMessageIn(frame)).toMatchObject({
      isManaged: true,
      prefixes: [{ prefix: '2001:db8:3::/64', isAutonomous: false, validSeconds: 3600 }],
    })
  })

  it('answers only whom it is for', () => {
    expect(told(ADVERTISED, ROUTER_MESSAGE)).toBe(true)
    expect([told(ADVERTISED, answerTo('ff02::1')), told(ADVERTISED, answerTo(FROM))]).toEqual([true, false])
  })

  it.each([0, 14, 60, 70, 90, 109])('is never half read: %i bytes of it', length => {
    expect(routerMessageIn(ADVERTISED.subarray(0, length))?.prefixes ?? []).toEqual([])
  })
})
