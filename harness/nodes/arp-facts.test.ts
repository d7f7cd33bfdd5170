import { describe, expect, it } from 'vitest'
import { arpFactsFrom } from './arp-facts.ts'

const MARK = 'f00d'
const NEIGHBOURS =
  '[{"dst":"192.168.10.100","dev":"eth0","lladdr":"E6:b3:b5:ab:3d:d9","state":["STALE"]},{"dst":"192.168.10.7","dev":"eth0","state":["FAILED"]}]\n'

describe('whether a namespace would ask for a neighbour', () => {
  const SOLICITS = `/proc/sys/net/ipv4/neigh/eth0/mcast_solicit:0
/proc/sys/net/ipv4/neigh/lo/mcast_solicit:3
/proc/sys/net/ipv4/neigh/eth0/ucast_solicit:2
/proc/sys/net/ipv4/neigh/eth0/app_solicit:1
/proc/sys/net/ipv4/neigh/lo/app_solicit:0
/proc/sys/net/ipv4/conf/all/arp_ignore:1
/proc/sys/net/ipv4/conf/eth0/arp_ignore:8
/proc/sys/net/ipv4/conf/lo/arp_ignore:0
/proc/sys/net/ipv4/conf/all/arp_filter:0
/proc/sys/net/ipv4/conf/eth0/arp_filter:0
/proc/sys/net/ipv4/conf/veth1/arp_filter:1
/proc/sys/net/ipv4/conf/all/rp_filter:0
/proc/sys/net/ipv4/conf/eth0/rp_filter:0
/proc/sys/net/ipv4/conf/eth1/rp_filter:1
/proc/sys/net/ipv4/conf/eth2/rp_filter:2
/proc/sys/net/ipv4/conf/veth1/rp_filter:0
`
  const FDB = `[{"mac":"33:33:00:00:00:01","ifname":"veth-ns1-br","flags":["self"],"state":"permanent"},
{"mac":"02:00:00:00:00:AA","ifname":"veth-ns1-br","flags":[],"master":"br0","state":"static"}]
`
  // As tc of iproute2 6.15 prints it.
  const FILTERS = `${MARK}fveth-ns1-br ingress
filter protocol all pref 1 u32 chain 0 fh 800::800 order 2048 key ht 800 bkt 0 terminal flowid not_in_hw
  match 00000000/00000000 at 0
	action order 1: mirred (Egress Mirror to device veth-ns2-br) pipe
`
  const RULES = `0:	from all lookup local
32765:	from all ipproto tcp dport 443 lookup 77
32766:	from all lookup main
`
  const printed = [NEIGHBOURS, '', SOLICITS, FDB, FILTERS, RULES, ''].join(`${MARK}\n`)

  it('is read', () => {
    expect(arpFactsFrom(printed, MARK)).toEqual({
      neighbours: [
        { address: '192.168.10.100', device: 'eth0', mac: 'e6:b3:b5:ab:3d:d9', states: ['STALE'] },
        { address: '192.168.10.7', device: 'eth0', states: ['FAILED'] },
      ],
      chains: [],
      solicits: {
        eth0: { multicast: 0, unicast: 2, daemon: 1 },
        lo: { multicast: 3, unicast: 0, daemon: 0 },
      },
      ignores: { all: 1, eth0: 8, lo: 1 },
      judgesSources: ['eth1', 'eth2', 'veth1'],
      learnt: [{ mac: '02:00:00:00:00:aa', port: 'veth-ns1-br' }],
      filters: [
        {
          device: 'veth-ns1-br',
          way: 'ingress',
          words: expect.stringMatching(/^filter protocol all pref 1 u32/),
          leadsTo: ['veth-ns2-br'],
        },
      ],
      rules: ['32765: from all ipproto tcp dport 443 lookup 77'],
    })
  })

  it('is read where there is nothing', () => {
    const nothing = ['', '', '', '', '', '', ''].join(`${MARK}\n`)
    expect(arpFactsFrom(nothing, MARK)).toEqual({ neighbours: [], chains: [], solicits: {} })
  })

  it('is not read of what is cut', () => {
    expect(() => arpFactsFrom(printed.slice(0, -5), MARK)).toThrow(SyntaxError)
  })
})
