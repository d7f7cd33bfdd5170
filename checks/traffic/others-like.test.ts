import { describe, expect, it } from 'vitest'
import { othersLike } from './others-like.ts'

const ETHERNET = 'in_port=3,dl_src=02:00:00:00:00:03,dl_dst=02:00:00:00:00:02'
const flow = `${ETHERNET},icmp,nw_src=10.0.1.30,nw_dst=10.0.1.20,nw_ttl=64,icmp_type=8,icmp_code=0`
const others = (...matches: string[]) => {
  const first = matches.map(match => ({ table: 0, priority: 100, cookie: '77', match, actions: 'drop' }))
  return othersLike({ bridge: 'br-int', flow }, first).map(one => one.flow.replace(`${ETHERNET},`, ''))
}
/** What is tried in any case. */
const ANY = others('in_port=3').length
const named = (...matches: string[]) => others(...matches).slice(ANY)

describe('othersLike', () => {
  it('is the same as TCP and as UDP', () => {
    expect(others('in_port=3')).toEqual([
      'tcp,nw_src=10.0.1.30,nw_dst=10.0.1.20,nw_ttl=64,tcp_src=30000,tcp_dst=53,tcp_flags=0x2',
      'udp,nw_src=10.0.1.30,nw_dst=10.0.1.20,nw_ttl=64,udp_src=30000,udp_dst=53',
    ])
  })

  it.each([
    [
      'icmp,in_port=3,icmp_type=13',
      'icmp,nw_src=10.0.1.30,nw_dst=10.0.1.20,nw_ttl=64,icmp_type=13,icmp_code=0',
    ],
    ['sctp,in_port=3', 'ip,nw_proto=132,nw_src=10.0.1.30,nw_dst=10.0.1.20,nw_ttl=64'],
    ['ipv6,in_port=3', 'ipv6,ipv6_src=fe80::1,ipv6_dst=fe80::2'],
    ['icmp6,in_port=3,icmp_type=128', 'icmp6,ipv6_src=fe80::1,ipv6_dst=fe80::2,icmpv6_type=128'],
    ['udp6,in_port=3,ipv6_dst=fd00::2,tp_dst=53', 'udp6,ipv6_src=fe80::1,ipv6_dst=fd00::2,tp_dst=53'],
    ['in_port=3,dl_type=0x88b5', 'dl_type=0x88b5'],
  ])('is what the flow %s names', (match, one) => {
    // A port that is named is one of IPv4 as well.
    expect(named(match).at(-1)).toBe(one)
  })

  it('is sent from another address that a flow names, whatever else', () => {
    expect(named('ip,in_port=3,nw_src=10.0.1.31,nw_dst=10.0.1.20')).toEqual([
      'icmp,nw_src=10.0.1.31,nw_dst=10.0.1.20,nw_ttl=64,icmp_type=8,icmp_code=0',
      'tcp,nw_src=10.0.1.31,nw_dst=10.0.1.20,nw_ttl=64,tcp_src=30000,tcp_dst=53,tcp_flags=0x2',
      'udp,nw_src=10.0.1.31,nw_dst=10.0.1.20,nw_ttl=64,udp_src=30000,udp_dst=53',
    ])
  })
})
