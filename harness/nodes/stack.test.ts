import { describe, expect, it } from 'vitest'
import { stackFrom, stackScript } from './stack.ts'

const MARK = 'f00d'
const ASKED = [{ to: '192.168.10.100', from: '192.168.10.200' }, { to: '203.0.113.1' }]

/** The parts of the script's output, in its order; what is not named is as on a namespace that does nothing special. */
function output(parts: Partial<Record<(typeof NAMES)[number], string>> = {}): string {
  return `${NAMES.map(name => parts[name] ?? '').join(`${MARK}\n`)}${MARK}\n`
}
const NAMES = [
  'routes',
  'neighbours',
  'own',
  'fresh',
  'rules',
  'qdiscs',
  'filters',
  'policies',
  'xdp',
  'routing',
] as const

/** What sysctl would print, as grep prints it. */
function inProc(parameters: string): string {
  return parameters.replaceAll(
    /^(\S+) = /gm,
    (_, name: string) => `/proc/sys/${name.replaceAll(/[/.]/g, sign => (sign === '/' ? '.' : '/'))}:`,
  )
}

// As iproute2 6.15, procps and nft of Debian 13 print it.
const ROUTES = `[{"dst":"192.168.10.100","from":"192.168.10.200","dev":"eth0","flags":[],"uid":0,"cache":[]}]
${MARK}r
RTNETLINK answers: Network is unreachable
${MARK}r
`
const NEIGHBOURS =
  '[{"dst":"192.168.10.100","dev":"eth0","lladdr":"E6:b3:b5:ab:3d:d9","state":["STALE"]},{"dst":"192.168.10.7","dev":"eth0","state":["FAILED"]}]\n'
const OWN = inProc(`net.ipv4.conf.default.arp_ignore = 0
net.ipv4.conf.eth0.arp_ignore = 8
net.ipv4.icmp_echo_ignore_all = 1
net.ipv4.ip_local_port_range = 32768	60999
net.ipv4.neigh.eth0.app_solicit = 0
net.ipv4.neigh.eth0.mcast_solicit = 0
net.ipv4.only_here = 7
net.ipv4.tcp_fastopen_key = 00000000-00000000-00000000-00000001
net.ipv6.icmp.echo_ignore_all = 1
net.netfilter.nf_conntrack_count = 12
net.netfilter.nf_conntrack_max = 65536
`)
const FRESH = inProc(`net.ipv4.conf.default.arp_ignore = 0
net.ipv4.icmp_echo_ignore_all = 0
net.ipv4.ip_local_port_range = 32768	60999
net.ipv4.neigh.default.app_solicit = 0
net.ipv4.neigh.lo.mcast_solicit = 3
net.ipv4.tcp_fastopen_key = 00000000-00000000-00000000-00000000
net.ipv6.icmp.echo_ignore_all = 0
`)
const QDISCS =
  '[{"kind":"noqueue","handle":"0:","dev":"lo","root":true,"drops":0},{"kind":"tbf","handle":"800a:","dev":"eth0","root":true,"drops":12}]\n'
const FILTERS = `${MARK}feth0 ingress
filter protocol ip pref 49152 u32 chain 0 fh 800::800 order 2048
  match 00010000/00ff0000 at 8
\taction order 1: gact action drop
`
const POLICIES = `src 192.168.10.200/32 dst 192.168.10.1/32 
\tdir out action block priority 0 ptype main 
src 10.0.0.0/8 dst 10.0.0.0/8 
\tdir out priority 0 ptype main 
`
const ROUTING = `0:	from all lookup local
500:	from all fwmark 0x7 lookup 77
32766:	from all lookup main
`
const XDP = '7: eth0@if8: <BROADCAST,UP> mtu 1500 xdpgeneric qdisc noqueue state UP prog/xdp id 4\n'

describe('what a namespace does with packets', () => {
  it('is read from what ip, sysctl, nft and tc print', () => {
    const rules =
      '{"nftables":[{"chain":{"family":"arp","table":"a","name":"o","hook":"output","policy":"drop"}}]}'
    const printed = output({
      ...{ routes: ROUTES, neighbours: NEIGHBOURS, own: OWN, fresh: FRESH, rules },
      ...{ qdiscs: QDISCS, filters: FILTERS, policies: POLICIES, xdp: XDP, routing: ROUTING },
    })
    expect(stackFrom(printed, ASKED, MARK)).toEqual({
      routes: [
        { to: '192.168.10.100', device: 'eth0' },
        { to: '203.0.113.1', error: 'Network is unreachable' },
      ],
      rules: ['500: from all fwmark 0x7 lookup 77'],
      neighbours: [
        { address: '192.168.10.100', device: 'eth0', mac: 'e6:b3:b5:ab:3d:d9', states: ['STALE'] },
        { address: '192.168.10.7', device: 'eth0', states: ['FAILED'] },
      ],
      sysctls: {
        'conf.eth0.arp_ignore': { value: '8', usual: '0' },
        icmp_echo_ignore_all: { value: '1', usual: '0' },
        'neigh.eth0.mcast_solicit': { value: '0', usual: '3' },
        'net.ipv6.icmp.echo_ignore_all': { value: '1', usual: '0' },
      },
      conntrack: { count: 12, max: 65536 },
      chains: [
        { family: 'arp', table: 'a', name: 'o', hook: 'output', devices: [], policy: 'drop', rules: [] },
      ],
      qdiscs: [
        { device: 'lo', kind: 'noqueue', drops: 0 },
        { device: 'eth0', kind: 'tbf', drops: 12 },
      ],
      filters: [
        {
          device: 'eth0',
          way: 'ingress',
          words:
            'filter protocol ip pref 49152 u32 chain 0 fh 800::800 order 2048 match 00010000/00ff0000 at 8 action order 1: gact action drop',
        },
      ],
      blockingPolicies: [
        'src 192.168.10.200/32 dst 192.168.10.1/32 dir out action block priority 0 ptype main',
      ],
      xdp: ['eth0'],
    })
  })

  it('knows what is never set by itself, also where the kernel had no time to make a new namespace', () => {
    expect(stackFrom(output({ own: OWN }), ASKED.slice(2), MARK).sysctls).toEqual({
      'conf.eth0.arp_ignore': { value: '8', usual: '0' },
      icmp_echo_ignore_all: { value: '1', usual: '0' },
      'net.ipv6.icmp.echo_ignore_all': { value: '1', usual: '0' },
    })
  })

  it.each([
    [
      'a gateway',
      '[{"dst":"203.0.113.1","gateway":"192.168.10.1","dev":"eth0"}]',
      { device: 'eth0', gateway: '192.168.10.1' },
    ],
    [
      'a table of its own',
      '[{"dst":"203.0.113.1","gateway":"192.168.10.9","dev":"eth0","table":"77"}]',
      { device: 'eth0', gateway: '192.168.10.9', table: '77' },
    ],
    [
      'a path MTU that was learnt',
      '[{"dst":"10.5.0.7","gateway":"10.1.0.2","dev":"v0","flags":[],"uid":0,"cache":[],"expires":599,"metrics":[{"mtu":1000}]}]',
      { device: 'v0', gateway: '10.1.0.2', mtu: { bytes: 1000, isLearnt: true } },
    ],
    [
      'an MTU of the route',
      '[{"dst":"10.9.0.1","gateway":"10.1.0.2","dev":"v0","flags":[],"uid":0,"cache":[],"metrics":[{"mtu":1200,"hoplimit":1}]}]',
      { device: 'v0', gateway: '10.1.0.2', mtu: { bytes: 1200 }, hopLimit: 1 },
    ],
    [
      'an address of everybody',
      '[{"type":"broadcast","dst":"10.1.0.255","dev":"v0","prefsrc":"10.1.0.1","flags":[]}]',
      { device: 'v0', source: '10.1.0.1', isBroadcast: true },
    ],
    [
      'by one of several next hops',
      '[{"dst":"203.0.113.1","gateway":"10.0.0.1","dev":"v0","flags":[],"uid":0,"cache":[]}]\n[{"dst":"default","flags":[],"nexthops":[{"gateway":"10.0.0.1","dev":"v0","weight":9,"flags":[]},{"dev":"v1","weight":1,"flags":[]}]}]',
      {
        ...{ device: 'v0', gateway: '10.0.0.1' },
        hops: [{ device: 'v0', gateway: '10.0.0.1' }, { device: 'v1' }],
      },
    ],
    [
      'by the only next hop of the route that was matched',
      '[{"dst":"203.0.113.1","gateway":"10.0.0.1","dev":"v0","flags":[]}]\n[{"dst":"default","gateway":"10.0.0.1","dev":"v0","flags":[]}]',
      { device: 'v0', gateway: '10.0.0.1' },
    ],
    ['a prohibition', 'RTNETLINK answers: Permission denied', { error: 'Permission denied' }],
    ['silence', '', { error: 'no answer' }],
  ])('tells where a packet would go: %s', (_what, answer, route) => {
    const printed = output({ routes: `${answer}\n${MARK}r\n` })
    expect(stackFrom(printed, [{ to: '203.0.113.1' }], MARK).routes).toEqual([
      { to: '203.0.113.1', ...route },
    ])
  })

  it.each([
    ['without the rule of a table', '32766:\tfrom all lookup main\n', [], ['from all lookup local']],
    [
      'with one of them elsewhere',
      '7:\tfrom all lookup local\n32766:\tfrom all lookup main\n',
      ['7: from all lookup local'],
      undefined,
    ],
    ['where ip has none to show', '', [], undefined],
  ])('tells its rules of routing: %s', (_what, routing, rules, missingRules) => {
    const stack = stackFrom(output({ routing }), [], MARK)
    expect([stack.rules, stack.missingRules]).toEqual([rules, missingRules])
  })

  it('tells the routes that refuse packets, and their tables', () => {
    const routing = `${ROUTING}blackhole default table 99 \nblackhole 172.16.0.0/12 nhid 9 dev lo table 50 \nunreachable 10.0.0.0/8 metric 5\nthrow 2001:db8:9::/64 dev lo table 7 metric 1024 pref medium\nbroadcast 10.0.0.254 dev eth0 table local scope link\nbroadcast 10.0.0.255 dev eth0 table local proto kernel scope link src 10.0.0.1\n`
    expect(stackFrom(output({ routing }), [], MARK)).toMatchObject({
      rules: ['500: from all fwmark 0x7 lookup 77'],
      refusing: [
        { type: 'blackhole', prefix: 'default', table: '99' },
        { type: 'blackhole', prefix: '172.16.0.0/12', table: '50' },
        { type: 'unreachable', prefix: '10.0.0.0/8', table: 'main' },
        { type: 'throw', prefix: '2001:db8:9::/64', table: '7' },
      ],
      broadcasts: ['10.0.0.254'],
    })
  })

  it('is read where there is nothing, and where nft and tc are missing', () => {
    expect(stackFrom(output(), [], MARK)).toEqual({
      ...{ routes: [], rules: [], neighbours: [], sysctls: {}, chains: [], qdiscs: [] },
      ...{ filters: [], blockingPolicies: [], xdp: [] },
    })
  })

  it('is refused where it is cut', () => {
    expect(() => stackFrom(`${MARK}\n[]\n${MARK}\n`, [], MARK)).toThrow(SyntaxError)
  })

  it('is asked inside the namespace, its name in quotes', () => {
    const script = stackScript("a'b", ASKED, MARK)
    expect(script).toContain(`ip -n 'a'\\''b' -j route get 192.168.10.100 from 192.168.10.200 `)
    // Without it, ip leaves out the entries of state noarp (ip-neighbour(8)).
    expect(script).toContain('-j neighbour show nud all')
    // The rules and routes that may refuse what is asked about are those of its family.
    expect(script).toContain(`-4 rule show`)
    expect(stackScript('a', [{ to: '2001:db8::1' }], MARK)).toContain('-6 rule show')
    // Not of the node's links, but of the namespace's.
    expect(script).toMatch(/ip netns exec 'a'\\''b' perl -e/)
    expect(stackScript(undefined, ASKED, MARK)).not.toMatch(/netns|-n '/)
  })
})
