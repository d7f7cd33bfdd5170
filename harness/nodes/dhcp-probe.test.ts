import { describe, expect, it } from 'vitest'
import { discoverFrame } from '../capture/dhcp.ts'
import { dhcpSeenFrom } from './dhcp-probe.ts'

const MAC = '02:00:00:00:00:01'
const XID = Buffer.from('01020304', 'hex')
const FRAME = discoverFrame(MAC, XID).toString('hex')

describe('what became of a DISCOVER', () => {
  it('is told by link and way, without what is of somebody else', () => {
    const printed = `sent\noutside veth0 1 ${FRAME}\noutside eth1 4 ${FRAME}\noutside veth0 1 00ff\ndropped 1\ndropped 2\n`
    const { heard, ...rest } = dhcpSeenFrom(printed, MAC, XID)
    expect(rest).toEqual({ sent: 1, dropped: 3 })
    expect(
      heard.map(({ link, isInside, isOutgoing, message }) => [link, isInside, isOutgoing, message]),
    ).toEqual([
      ['veth0', false, false, 'discover'],
      ['eth1', false, true, 'discover'],
    ])
  })

  it('is told where the kernel does not send it', () => {
    expect(dhcpSeenFrom('refused Network is down\ndropped 0\ndropped 0\n', MAC, XID)).toMatchObject({
      sent: 0,
      complaint: 'Network is down',
    })
  })

  it('is not told where one of the two listeners did not end', () => {
    expect(() => dhcpSeenFrom('sent\ndropped 0\n', MAC, XID)).toThrow(SyntaxError)
  })
})
