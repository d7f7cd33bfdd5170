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

  it('is told of what came in to the namespace, and whether a program could take it', () => {
    const printed = `inside eth0 4 ${FRAME}\ninside eth0 0 ${FRAME}\ninside eth1 0 ${FRAME}\ntaken eth0 0 ${FRAME}\ndropped 0\ndropped 0\n`
    const { heard } = dhcpSeenFrom(printed, MAC, XID)
    expect(heard.map(({ link, isOutgoing, isTaken }) => [link, isOutgoing, isTaken])).toEqual([
      ['eth0', true, undefined],
      ['eth0', false, true],
      ['eth1', false, false],
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
