import { type Text, text } from '../../harness/core/text.ts'
import type { NetworkStack } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import type { Cause } from '../diagnosis/cause.ts'
import { whatDropsInet6 } from '../diagnosis/nft-icmp6.ts'
import { givesAddress, givesTtl, whatDrops, whatRewrites } from '../diagnosis/nft-verdict.ts'
import type { Break } from '../heard/bracket.ts'
import { inside, list } from '../nouns/phrases.ts'
import type { Wanted } from '../nouns/wanted.ts'
import type { End } from '../route/hop.ts'
import { hookedAt } from './device.ts'
import { innerOf, oddity } from './oddity.ts'

/** How the tables of iptables-legacy are told from those of nftables. */
const LEGACY = '(iptables-legacy)'

/** A packet filter of the namespace, or one that hooks in at its link, that keeps the packet. */
export function filtered(
  end: End,
  stack: NetworkStack,
  packet: Wanted,
  way: 'in' | 'out',
  isBridge = false,
): BrokenLink | undefined {
  const rule = whatDrops(stack.chains, { packet, device: end.device, way, isBridge })
  return rule ? filterOf(end, rule) : hookedAt({ ...innerOf(end), way }, stack, packet)
}

/** A packet filter that drops a ping of IPv6, or what asks for the MAC it goes to and answers that (RFC 4861). */
export function filteredInet6(end: End, { chains }: NetworkStack): BrokenLink | undefined {
  if (!end.address.includes(':')) return undefined
  const { device } = end
  for (const type of ['nd-neighbor-solicit', 'nd-neighbor-advert', 'echo-request', 'echo-reply'])
    for (const way of ['in', 'out'] as const) {
      const rule = whatDropsInet6(chains, { type, device, way })
      if (rule) return filterOf(end, rule)
    }
  return undefined
}

/** nft lists no rule of iptables-legacy, and takes none away. */
function ruleIn(end: End, rule: string, cause: Cause, saw: Text): BrokenLink {
  return rule.includes(LEGACY)
    ? oddity(end, 'iptables-legacy', 'netns-iptables-legacy', saw, inside(end, 'iptables-legacy-save'))
    : oddity(end, 'nftables', cause, saw, inside(end, 'nft list ruleset'))
}

/** A rule of a namespace's own packet filter, which keeps a packet. */
export const filterOf = (end: End, rule: string): BrokenLink =>
  ruleIn(
    end,
    rule,
    'netns-nftables',
    text(`a packet filter in the namespace: ${rule}`, `namespace 裡有封包過濾規則：${rule}`),
  )

/** A rule that gives the packets that the namespace sends other addresses. */
export async function rewrites(lab: Lab, end: End, { packet }: Break): Promise<BrokenLink | undefined> {
  const stack = await unlessBlind(
    lab.stack(end.node, end.netns, [{ to: packet.destination, from: end.address }]),
  )
  return stack && rewritten(end, stack, packet, 'out')
}

/** A rule of the namespace that gives a packet other addresses, on its way out of it or into it. */
export function rewritten(
  end: End,
  { chains }: NetworkStack,
  packet: Wanted,
  way: 'in' | 'out',
): BrokenLink | undefined {
  const rule = whatRewrites(chains, { packet, device: end.device, way })
  return rule === undefined ? undefined : changesAddresses(end, rule)
}

const changesAddresses = (end: End, rule: string): BrokenLink =>
  ruleIn(
    end,
    rule,
    'netns-rewrites',
    text(`a rule in the namespace changes addresses: ${rule}`, `namespace 裡有規則會改寫位址：${rule}`),
  )

/** A rule that writes other addresses into what the namespace sends, of a known connection as well. */
export function rewrittenEach(end: End, { chains }: NetworkStack, packet: Wanted): BrokenLink | undefined {
  const rule = whatRewrites(chains, { packet, device: end.device, way: 'out' }, givesAddress)
  return rule === undefined ? undefined : changesAddresses(end, rule)
}

/** A rule that gives what the namespace sends so few hops that no router forwards it. */
export function shortened(end: End, { chains }: NetworkStack, packet: Wanted): BrokenLink | undefined {
  const rule = whatRewrites(chains, { packet, device: end.device, way: 'out' }, givesTtl)
  if (rule === undefined) return undefined
  return ruleIn(
    end,
    rule,
    'netns-rewrites',
    text(`a rule in the namespace sets the TTL: ${rule}`, `namespace 裡有規則會改寫 TTL：${rule}`),
  )
}

/** Of the bits of icmp_ratemask, that of echo replies, by the number of their type (RFC 792). */
const ECHO_REPLIES = 1 << 0

/** Parameters that keep a packet of this kind from being answered or taken in (ip-sysctl): who has told its MAC did answer ARP. */
export const takes =
  (kind: Wanted['kind']) =>
  (name: string, value = ''): boolean => {
    const last = name.split('.').at(-1)!
    if (last === 'rp_filter') return true
    if (kind.startsWith('arp')) return ['arp_ignore', 'arp_filter'].includes(last)
    if (['drop_unicast_in_l2_multicast', 'accept_local'].includes(last)) return true
    if (!kind.startsWith('echo')) return false
    return (
      /(icmp_|^)echo_ignore_all$/.test(last) ||
      (/^(icmp_)?ratemask$/.test(last) && (Number(value) & ECHO_REPLIES) !== 0)
    )
  }

/** A parameter of the stack that is not what a new namespace has. */
export function parameter(
  end: End,
  { sysctls }: NetworkStack,
  isMeant: (name: string, value: string) => boolean,
): BrokenLink | undefined {
  // Those of IPv4 say nothing of IPv6, and the other way round.
  const isOfFamily = (name: string) => name.startsWith('net.ipv6.') === end.address.includes(':')
  const found = Object.entries(sysctls)
    .filter(([name, { value }]) => isOfFamily(name) && isMeant(name, value))
    .map(([short, { value, usual }]) => ({
      name: short.startsWith('net.') ? short : `net.ipv4.${short}`,
      saw: text(`${value}, where a new namespace has ${usual}`, `${value}，新的 namespace 則是 ${usual}`),
    }))
  if (found.length === 0) return undefined
  const { name } = found[0]!
  // Any of them may be the one: putting the first back may not be enough.
  const [inEnglish, inChinese] = (['en', 'zh-TW'] as const).map(
    language => list(found.map(one => `${one.name} = ${one.saw[language]}`))[language],
  )
  const part = name.split('.').at(-1)!
  const cause: Cause =
    part === 'icmp_echo_ignore_all'
      ? 'netns-icmp-echo-ignore-all'
      : /^(arp_ignore|[amu]\w+_solicit)$/.test(part)
        ? 'netns-arp'
        : 'netns-setting'
  return oddity(
    end,
    part,
    cause,
    text(`${end.netns ?? end.node} has ${inEnglish}`, `${end.netns ?? end.node} 的 ${inChinese}`),
    inside(end, `sysctl ${found.map(one => one.name).join(' ')}`),
  )
}

/** An IPsec policy that lets nothing pass. */
export function blocked(end: End, { blockingPolicies: [policy] }: NetworkStack): BrokenLink | undefined {
  if (policy === undefined) return undefined
  return oddity(
    end,
    'xfrm',
    undefined,
    text(`an IPsec policy blocks: ${policy}`, `有 IPsec policy 會阻擋封包：${policy}`),
    `ip ${end.netns === undefined ? '' : `-n ${end.netns} `}xfrm policy`,
  )
}
