import { describe, expect, it } from 'vitest'
import type { NftRule as Rule } from '../../harness/look/evidence.ts'
import { chain, DROP, field, match, PING } from '../testing/nft.ts'
import type { Crossing } from './nft-fields.ts'
import { whatDrops, whatSurelyDrops } from './nft-verdict.ts'

const arriving: Crossing = { packet: PING, device: 'eth0', way: 'in' }
const leaving: Crossing = { packet: PING, device: 'eth0', way: 'out' }
const ARP: Crossing = { ...leaving, packet: { ...PING, kind: 'arp-request' } }

const meta = (key: string, right: unknown, op?: string) => match({ meta: { key } }, right, op)
const counter = (packets: number) => ({ counter: { packets, bytes: 84 * packets } })
const ACCEPT = { accept: null }
const DROPS = [field('ip', 'protocol', 'icmp'), DROP]

describe('the rule that drops a packet', () => {
  it.each<[string, string, Crossing['way'], boolean, boolean?]>([
    ['bridge', 'forward', 'through', true],
    ['ip', 'forward', 'through', true],
    ['ip', 'input', 'through', false],
    ['bridge', 'prerouting', 'in', false],
    ['bridge', 'input', 'in', true, true],
    ['ip', 'forward', 'in', false],
  ])('of %s %s, %s', (family, hook, way, isMet, isBridge) => {
    const found = whatDrops(chain(family, hook, [DROPS]), { ...arriving, way, ...(isBridge && { isBridge }) })
    expect(found !== undefined).toBe(isMet)
  })

  it.each<[string, string, Rule, string]>([
    ['inet', 'input', [field('ip', 'protocol', 'icmp'), DROP], 'ip protocol icmp drop'],
    ['inet', 'input', [field('ether', 'type', 'ip'), DROP], 'ether type ip drop'],
    [
      'ip',
      'input',
      [field('icmp', 'type', 'echo-request'), { reject: null }],
      'icmp type echo-request reject',
    ],
    ['ip', 'input', [meta('l4proto', 'icmp'), counter(3), DROP], 'l4proto icmp drop'],
    [
      'ip',
      'prerouting',
      [field('ip', 'saddr', { prefix: { addr: '192.168.10.0', len: 24 } }), DROP],
      'ip saddr 192.168.10.0/24 drop',
    ],
    [
      'ip',
      'input',
      [field('icmp', 'type', { set: ['echo-reply', 'echo-request'] }), DROP],
      'icmp type { echo-reply, echo-request } drop',
    ],
    ['ip', 'input', [field('ip', 'daddr', '192.168.10.7', '!='), DROP], 'ip daddr != 192.168.10.7 drop'],
    ['inet', 'input', [meta('iifname', 'eth0'), { queue: null }], 'iifname eth0 queue'],
    ['netdev', 'ingress', [DROP], 'drop'],
  ])('%s %s: %s', (family, hook, rule, words) => {
    expect(whatDrops(chain(family, hook, [rule]), arriving)).toBe(`${family} t c: ${words}`)
  })

  it('goes by several fields together, all of which an element must have', () => {
    const parts = [
      { payload: { protocol: 'ip', field: 'saddr' } },
      { payload: { protocol: 'icmp', field: 'type' } },
    ]
    const source = (addr: string) => ({ prefix: { addr, len: 26 } })
    const dropped = (...elements: unknown[]) =>
      whatSurelyDrops(
        chain('ip', 'input', [[match({ concat: parts }, { set: elements }), DROP]]),
        arriving,
      ) !== undefined
    const [own, other] = [source('192.168.10.192'), source('192.168.10.64')]
    expect(dropped({ concat: [other, 'echo-request'] }, { concat: [own, 'echo-request'] })).toBe(true)
    expect(dropped({ elem: { val: { concat: [own, 'echo-request'] }, timeout: 60 } })).toBe(true)
    expect(dropped({ concat: [other, 'echo-request'] }, { concat: [own, 'echo-reply'] })).toBe(false)
    expect(dropped({ concat: [own, '@types'] }, 'odd')).toBe(false)
    const verdicts = { key: { concat: parts }, data: { set: [[{ concat: [own, 'echo-request'] }, DROP]] } }
    expect(whatSurelyDrops(chain('ip', 'input', [[{ vmap: verdicts }]]), arriving)).toBeDefined()
    const ports = { concat: [parts[0], { payload: { protocol: 'tcp', field: 'dport' } }] }
    expect(
      whatDrops(chain('ip', 'input', [[match(ports, { concat: [other, 22] }, '!='), DROP]]), arriving),
    ).toBeUndefined()
  })

  it('is told with the one that keeps the packet from connection tracking, where it goes by that', () => {
    const known = [match({ ct: { key: 'state' } }, { set: ['new', 'established'] }, 'in'), ACCEPT]
    const raw = chain('inet', 'prerouting', [[field('ip', 'protocol', 'icmp'), { notrack: null }]], {
      prio: -300,
    })
    const input = (rules: Rule[]) => chain('inet', 'input', rules, { policy: 'drop' })
    expect(whatDrops([...raw, ...input([known])], arriving)).toBe(
      'inet t c: ip protocol icmp notrack; inet t c: policy drop',
    )
    expect(whatDrops([...raw, ...input([])], arriving)).toBe('inet t c: policy drop')
    expect(whatDrops(input([known]), arriving)).toBe('inet t c: policy drop')
  })

  it.each<[string, number, bytes: number | undefined, dropped: boolean]>([
    ['>', 500, 1472, true],
    ['>', 500, undefined, false],
    ['<=', 84, undefined, true],
    ['<', 84, undefined, false],
    ['>=', 1500, 1472, true],
  ])('by its length: %s %i, of an echo of %s bytes', (op, length, bytes, dropped) => {
    const packet = { ...PING, ...(bytes !== undefined && { bytes }) }
    for (const rule of [meta('length', length, op), field('ip', 'length', length, op)])
      expect(whatDrops(chain('inet', 'input', [[rule, DROP]]), { ...arriving, packet }) !== undefined).toBe(
        dropped,
      )
  })

  it.each<[string, Rule, dropped: boolean]>([
    ['its port', [field('udp', 'dport', 6081), DROP], true],
    ['any port of UDP', [meta('l4proto', 'udp'), DROP], true],
    ['the nodes', [field('ip', 'saddr', '192.168.33.10'), DROP], true],
    ['another port', [field('udp', 'dport', 4789), DROP], false],
    ['ICMP', [field('ip', 'protocol', 'icmp'), DROP], false],
    ['the hosts inside', [field('ip', 'saddr', '192.168.10.200'), DROP], false],
  ])('for a packet in a tunnel, be it ARP: about %s', (_, rule, dropped) => {
    for (const kind of ['echo-request', 'arp-request'] as const) {
      const outer = { ...PING, kind, source: '192.168.33.10', destination: '192.168.33.20', udpPort: 6081 }
      const found = whatDrops(chain('netdev', 'ingress', [rule], { dev: 'eth1' }), {
        packet: outer,
        device: 'eth1',
        way: 'in',
      })
      expect(found !== undefined).toBe(dropped)
    }
  })

  it.each<[string, string, Rule]>([
    ['of IPv6', 'ip6', [DROP]],
    ['of ARP', 'arp', [DROP]],
    ['about TCP', 'inet', [field('tcp', 'dport', 23), DROP]],
    ['about another protocol', 'ip', [meta('l4proto', 'udp'), DROP]],
    ['about another protocol', 'ip', [field('ether', 'type', 'arp'), DROP]],
    ['about the other kind of echo', 'ip', [field('icmp', 'type', 'echo-reply'), DROP]],
    ['from another network', 'ip', [field('ip', 'saddr', { prefix: { addr: '10.0.0.0', len: 8 } }), DROP]],
    ['from others', 'ip', [field('ip', 'saddr', { set: ['10.0.0.1', '10.0.0.2'] }), DROP]],
    ['but from this one', 'ip', [field('ip', 'saddr', '192.168.10.200', '!='), DROP]],
    ['on another device', 'inet', [meta('iifname', 'eth1'), DROP]],
    ['that never met anything', 'ip', [counter(0), DROP]],
    ['that only counts', 'ip', [counter(9)]],
    ['of IPv6 in both', 'inet', [meta('nfproto', 'ipv6'), DROP]],
  ])('is none %s', (_what, family, rule) => {
    expect(whatDrops(chain(family, 'input', [rule]), arriving)).toBeUndefined()
  })

  it('is none of another hook, device or direction', () => {
    expect(whatDrops(chain('ip', 'forward', [[DROP]]), arriving)).toBeUndefined()
    expect(whatDrops(chain('ip', 'output', [[DROP]]), arriving)).toBeUndefined()
    expect(whatDrops(chain('ip', 'output', [[DROP]]), leaving)).toBe('ip t c: drop')
    expect(whatDrops(chain('netdev', 'ingress', [[DROP]], { dev: 'eth1' }), arriving)).toBeUndefined()
    expect(whatDrops(chain('netdev', 'egress', [[DROP]], { dev: 'eth0' }), leaving)).toBe('netdev t c: drop')
  })

  it('is none behind one that surely lets the packet pass, and is behind one that may', () => {
    const passes: Rule = [field('ip', 'protocol', 'icmp'), ACCEPT]
    expect(whatDrops(chain('ip', 'input', [passes, [DROP]], { policy: 'drop' }), arriving)).toBeUndefined()
    const mayPass: Rule = [{ limit: { rate: 5, per: 'second' } }, ACCEPT]
    expect(whatDrops(chain('ip', 'input', [mayPass, [DROP]]), arriving)).toBe(
      'ip t c: limit rate 5/second accept; drop',
    )
    const byXt: Rule = [
      { xt: { type: 'match', name: 'icmp' } },
      { xt: { type: 'match', name: 'limit' } },
      ACCEPT,
    ]
    expect(whatDrops(chain('ip', 'input', [byXt, [DROP]]), arriving)).toBe('ip t c: icmp limit accept; drop')
    const others: Rule = [field('ip', 'saddr', '10.9.9.9'), { limit: { rate: 5, per: 'second' } }, ACCEPT]
    expect(whatDrops(chain('ip', 'input', [others], { policy: 'drop' }), arriving)).toBe(
      'ip t c: policy drop',
    )
  })

  it('is one that surely meets the packet, before one that may', () => {
    const may: Rule = [field('ip', 'saddr', '@bad'), DROP]
    const [first] = chain('ip', 'prerouting', [may])
    const [second] = chain('ip', 'input', [[field('ip', 'protocol', 'icmp'), DROP]])
    expect(whatDrops([first!, second!], arriving)).toBe('ip t c: ip protocol icmp drop')
    expect(whatDrops([first!], arriving)).toBe('ip t c: ip saddr @bad drop')
  })

  it('is the policy where no rule ends it', () => {
    expect(whatDrops(chain('inet', 'input', [], { policy: 'drop' }), arriving)).toBe('inet t c: policy drop')
  })

  it.each<[string, Rule, string | undefined]>([
    [
      'an address of its own',
      [field('arp', 'daddr ip', '192.168.10.100'), DROP],
      'arp t c: arp daddr ip 192.168.10.100 drop',
    ],
    ['an answer', [field('arp', 'operation', 'reply'), DROP], undefined],
    ['a header that ARP has not', [field('ip', 'saddr', '192.168.10.200'), DROP], undefined],
  ])('of ARP: %s', (_what, rule, words) => {
    expect(whatDrops(chain('arp', 'output', [rule]), ARP)).toBe(words)
  })

  it('leaves open what only a chain that may have been left before would do', () => {
    const mayLeave: Rule = [field('ip', 'saddr', '@good'), { return: null }]
    const [first] = chain('ip', 'prerouting', [mayLeave, [DROP]])
    const [second] = chain('ip', 'input', [[field('ip', 'protocol', 'icmp'), DROP]])
    expect(whatDrops([first!, second!], arriving)).toBe('ip t c: ip protocol icmp drop')
  })
})

it('is not sure where a rule counts packets for each sender and drops those above a rate', () => {
  const sender = { payload: { protocol: 'ip', field: 'saddr' } }
  const update = (stmt: object[]) => ({ set: { op: 'update', elem: sender, set: '@s', stmt } })
  const rule = (...stmt: object[]) =>
    chain('inet', 'input', [[field('icmp', 'type', 'echo-request'), update(stmt), DROP]])
  const limit = { limit: { rate: 500, per: 'second', inv: true } }
  expect(whatSurelyDrops(rule(limit), arriving)).toBeUndefined()
  expect(whatDrops(rule(limit), arriving)).toBeDefined()
  expect(whatSurelyDrops(rule({ counter: null }), arriving)).toBeDefined()
})
