import { describe, expect, it } from 'vitest'
import { filtersFrom } from './nft.ts'

const chain = (family: string, hook: string, ...lines: string[]) =>
  `table ${family} t {
	chain c {
		type filter hook ${hook} priority filter; policy accept;
		${lines.join('\n\t\t')}
	}
}
`

describe('the filters that may meet a ping', () => {
  it.each([
    ['inet', 'input', 'ip protocol icmp drop'],
    ['ip', 'output', 'ip daddr 192.168.10.1 counter packets 3 bytes 252 drop'],
    ['ip', 'input', 'icmp type echo-request reject'],
    ['arp', 'input', 'drop'],
    ['netdev', 'ingress device "eth0"', 'drop'],
  ])('%s %s: %s', (family, hook, rule) => {
    expect(filtersFrom(chain(family, hook, rule))).toEqual([`${family} t c: ${rule}`])
  })

  it.each([
    ['inet', 'input', 'tcp dport 23 drop'],
    ['inet', 'input', 'udp sport 53 drop'],
    ['ip', 'input', 'meta l4proto tcp counter packets 9 bytes 900 drop'],
    ['inet', 'input', 'icmpv6 type echo-request drop'],
    ['inet', 'input', 'meta nfproto ipv6 drop'],
    ['ip6', 'input', 'drop'],
    ['ip', 'input', 'ip saddr 10.0.0.0/8 counter packets 0 bytes 0 drop'],
    ['inet', 'forward', 'drop'],
    ['inet', 'input', 'accept'],
  ])('do not hold: %s %s: %s', (family, hook, rule) => {
    expect(filtersFrom(chain(family, hook, rule))).toEqual([])
  })

  it('hold a policy that drops', () => {
    expect(filtersFrom(chain('inet', 'input').replace('policy accept', 'policy drop'))).toEqual([
      'inet t c: type filter hook input priority filter; policy drop;',
    ])
  })

  it('hold what stands in the chain after one that is passed by', () => {
    expect(filtersFrom(chain('inet', 'forward', 'drop') + chain('inet', 'input', 'drop'))).toEqual([
      'inet t c: drop',
    ])
  })
})
