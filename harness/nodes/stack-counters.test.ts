import { describe, expect, it } from 'vitest'
import { stackCountersFrom, stackCountersScript } from './stack-counters.ts'

/** As iproute2 6.15 and Linux 6.18 print it. */
const PRINTED = `[{"ifindex":2,"ifname":"eth0","stats64":{"rx":{"packets":9,"errors":0,"dropped":3},"tx":{"packets":7,"errors":1,"dropped":0}}}]
MARK
[{"kind":"pfifo","handle":"8007:","dev":"eth0","root":true,"drops":12},{"kind":"pfifo","handle":"0:","dev":"eth0","parent":"1:","drops":4}]
MARK
Ip: Forwarding DefaultTTL InReceives InHdrErrors InAddrErrors
Ip: 2 64 7012 0 5597
IcmpMsg: InType0 InType3
IcmpMsg: 1 6
TcpExt: ArpFilter TCPBacklogDrop IPReversePathFilter PAWSActive
TcpExt: 0 0 20 5
MARK
XfrmInError             	0
XfrmOutPolBlock         	7
MARK
`

describe('what the kernel counts of packets it did not pass on', () => {
  it('is told by the place that counts', () => {
    expect(stackCountersFrom(PRINTED, 'MARK')).toEqual({
      'eth0 · rx dropped': 3,
      'eth0 · rx errors': 0,
      'eth0 · tx dropped': 0,
      'eth0 · tx errors': 1,
      'eth0 · qdisc pfifo': 12,
      'nstat · IpInHdrErrors': 0,
      'nstat · IpInAddrErrors': 5597,
      'nstat · TcpExtArpFilter': 0,
      'nstat · TcpExtTCPBacklogDrop': 0,
      'nstat · TcpExtIPReversePathFilter': 20,
      'nstat · XfrmInError': 0,
      'nstat · XfrmOutPolBlock': 7,
    })
  })
  it('is nothing where the output is cut', () => {
    expect(() => stackCountersFrom(PRINTED.slice(0, -5), 'MARK')).toThrow(SyntaxError)
  })
  it('is asked inside the namespace, its name in quotes', () => {
    expect(stackCountersScript("a'b", 'MARK')).toContain(`ip -n 'a'\\''b' -s -j link`)
    expect(stackCountersScript(undefined, 'MARK')).not.toMatch(/netns|-n '/)
  })
})
