import { describe, expect, it } from 'vitest'
import type { NftRule as Rule } from '../../harness/look/evidence.ts'
import { chain, DROP, field, match, PING } from '../testing/nft.ts'
import type { Crossing } from './nft-fields.ts'
import { whatDropsInet6 } from './nft-icmp6.ts'
import { whatDrops } from './nft-verdict.ts'

const arriving: Crossing = { packet: PING, device: 'eth0', way: 'in' }
const meta = (key: string, right: unknown) => match({ meta: { key } }, right)

describe('the rule that drops a packet of IPv6', () => {
  const PING6 = { ...PING, source: 'fd00::200', destination: 'fd00::100' }
  const ASKS: Crossing = { ...arriving, packet: { ...PING6, kind: 'arp-request' } }
  const icmp6: Rule = [meta('l4proto', 'ipv6-icmp'), DROP]
  it.each<[string, string, Crossing, Rule, boolean]>([
    ['ip6', 'a ping', { ...arriving, packet: PING6 }, icmp6, true],
    ['ip6', 'a question for a neighbour', ASKS, icmp6, true],
    ['ip6', 'a question for a neighbour', ASKS, [field('icmpv6', 'type', 'nd-neighbor-solicit'), DROP], true],
    ['ip6', 'a question for a neighbour', ASKS, [field('icmpv6', 'type', 'echo-request'), DROP], false],
    ['inet', 'a ping', { ...arriving, packet: PING6 }, [field('ip6', 'saddr', 'fd00::200'), DROP], true],
    ['inet', 'a ping', { ...arriving, packet: PING6 }, [field('ip', 'protocol', 'icmp'), DROP], false],
    ['ip', 'a ping', { ...arriving, packet: PING6 }, [DROP], false],
    ['arp', 'a question for a neighbour', ASKS, [DROP], false],
    ['ip6', 'a ping of IPv4', arriving, [DROP], false],
  ])('of family %s, of %s', (family, _what, crossing, rule, isMet) => {
    expect(whatDrops(chain(family, 'input', [rule]), crossing) !== undefined).toBe(isMet)
  })
})

describe('the rule that drops a message of ICMPv6', () => {
  const dropped = (family: string, hook: string, rule: Rule) =>
    whatDropsInet6(chain(family, hook, [rule]), {
      ...{ type: 'nd-router-advert', source: 'fe80::1' },
      ...{ way: 'in' as const, device: 'eth0' },
    })

  it.each<[string, string, Rule, string | undefined]>([
    [
      'ip6',
      'input',
      [field('icmpv6', 'type', 'nd-router-advert'), DROP],
      'icmpv6 type nd-router-advert drop',
    ],
    ['inet', 'input', [meta('l4proto', 'ipv6-icmp'), DROP], 'l4proto ipv6-icmp drop'],
    [
      'ip6',
      'input',
      [field('ip6', 'saddr', { prefix: { addr: 'fe80::', len: 10 } }), DROP],
      'ip6 saddr fe80::/10 drop',
    ],
    ['ip6', 'input', [field('icmpv6', 'type', 'echo-request'), DROP], undefined],
    ['ip', 'input', [DROP], undefined],
    ['ip6', 'output', [DROP], undefined],
    ['ip6', 'input', [field('udp', 'dport', 53), DROP], undefined],
  ])('%s %s %j', (family, hook, rule, words) => {
    expect(dropped(family, hook, rule)?.split(': ')[1]).toBe(words)
  })
})
