import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { discoverFrame } from '../capture/dhcp.ts'
import { dhcpProbe, dhcpSeenFrom } from './dhcp-probe.ts'

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

it('is asked for by words that a shell takes as they are, and a program that perl understands', () => {
  const { script } = dhcpProbe({ netns: "it's", device: 'eth0', index: 2, mac: MAC }, 0.8)
  execFileSync('sh', ['-n'], { input: script })
  const program = execFileSync('sh', [
    '-c',
    `${script.slice(0, script.indexOf('\nperl'))}; printf %s "$DHCP"`,
  ])
  expect(() =>
    execFileSync('perl', ['-c'], { input: program, stdio: ['pipe', 'ignore', 'ignore'] }),
  ).not.toThrow()
})
