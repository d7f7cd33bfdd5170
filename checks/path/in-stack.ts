import type { NetworkStack } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import { type Text, text } from '../../harness/say/text.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import type { Cause } from '../diagnosis/cause.ts'
import { firstOf } from '../first-of.ts'
import { on } from '../phrases.ts'
import type { Break, Place } from './bracket.ts'
import { heldAt, hookedAt } from './device.ts'
import type { End } from './hop.ts'
import { impostor } from './impostor.ts'
import { whatDrops, whatRewrites } from './nft-verdict.ts'
import type { Wanted } from './route.ts'
import { unexplained } from './unexplained.ts'

type StackPlace = Extract<Place, { kind: 'stack' }>

/** What a namespace itself did with a packet that it should have sent, answered or taken. */
export async function inStack(
  lab: Lab,
  place: StackPlace,
  broken: Break,
  peer: { address: string; mac?: string },
): Promise<BrokenLink> {
  const { end, does } = place
  const { node, netns, device } = end
  const facts = await lab.kernel(node)
  const link = (netns === undefined ? facts.links : (facts.netns[netns] ?? [])).find(
    one => one.name === device,
  )
  const stack = await unlessBlind(lab.stack(node, netns, [{ to: peer.address, from: end.address }]))
  const cable =
    end.plug === undefined
      ? undefined
      : await heldAt(lab, { node, name: end.plug, way: does === 'send' ? 'in' : 'out' }, broken.packet)
  const [arriving, leaving] = packetsOf(does, broken.packet)
  const suspects: (() => BrokenLink | undefined | Promise<BrokenLink | undefined>)[] = [
    () => (cable?.cause === 'link-down' ? { ...cable, cause: 'veth-down' } : undefined),
    () => (does !== 'answer' && stack ? routeAstray(end, stack, peer.address) : undefined),
    () =>
      link?.hasNoArp
        ? oddity(end, 'arp', 'netns-arp', ...arpOff(end), `ip -n ${netns} link show ${device}`)
        : undefined,
    () => (stack ? neighbourAstray(lab, end, stack, peer) : undefined),
    () => (stack && arriving ? filtered(end, stack, arriving, 'in') : undefined),
    () => (stack && arriving ? parameter(end, stack, TAKES) : undefined),
    () => (stack && does === 'answer' ? routeAstray(end, stack, peer.address) : undefined),
    () => (stack && leaving ? filtered(end, stack, leaving, 'out') : undefined),
    () => (stack ? blocked(end, stack) : undefined),
    () => heldAt(lab, { ...innerOf(end), way: does === 'take' ? 'in' : 'out' }, broken.packet),
    () => (does === 'answer' ? heldAt(lab, { ...innerOf(end), way: 'in' }, broken.packet) : undefined),
    () => cable,
    () => (stack ? parameter(end, stack, () => true) : undefined),
  ]
  const found = await firstOf(suspects, suspect => suspect())
  return found ?? unexplained(end, place, broken)
}

/** The packet that arrives at the namespace, and the one that leaves it, of which one was lost inside. */
function packetsOf(does: StackPlace['does'], packet: Wanted): [Wanted | undefined, Wanted | undefined] {
  if (does === 'send') return [undefined, packet]
  if (does === 'take') return [packet, undefined]
  const { source, destination } = packet
  const other = {
    'echo-request': 'echo-reply',
    'echo-reply': 'echo-request',
    'arp-request': 'arp-reply',
    'arp-reply': 'arp-request',
  } as const
  return [{ ...packet, kind: other[packet.kind], source: destination, destination: source }, packet]
}

const innerOf = ({ node, netns, device }: End) => ({
  node,
  name: device,
  ...(netns !== undefined && { netns }),
})

const oddity = (
  { node, netns }: End,
  part: string,
  cause: Cause | undefined,
  saw: Text,
  command: string,
): BrokenLink => ({
  where: [node, netns === undefined ? undefined : `netns ${netns}`, part].filter(Boolean).join(' · '),
  saw,
  tryThis: on(node, `sudo ${command}`),
  ...(cause && { cause }),
})

const inside = ({ netns }: End, words: string) =>
  netns === undefined ? words : `ip netns exec ${netns} ${words}`

const arpOff = ({ netns, device }: End): [Text] => [
  text(
    `${device} in ${netns} has ARP switched off (NOARP), so it neither asks nor answers who has an address`,
    `${netns} 裡的 ${device} 關閉了 ARP（NOARP），不會詢問也不會回應位址是誰的`,
  ),
]

/** The kernel's own answer to where a packet goes: it must leave by the link with the address, straight to its peer or a gateway. */
function routeAstray(end: End, { routes }: NetworkStack, to: string): BrokenLink | undefined {
  const [route] = routes
  if (!route || route.device === end.device) return undefined
  if (route.device === 'lo')
    return {
      where: `${end.node} · netns ${end.netns}`,
      saw: text(
        `${end.netns} has the address ${to} itself, so it answers its own question`,
        `${end.netns} 自己也有位址 ${to}，所以由自己回應`,
      ),
      tryThis: on(end.node, `sudo ip -n ${end.netns} -br address`),
      cause: 'address-twice',
    }
  const saw = route.error
    ? text(
        `${end.netns} has no route to ${to}: ${route.error}`,
        `${end.netns} 裡沒有通往 ${to} 的路由：${route.error}`,
      )
    : text(
        `in ${end.netns}, packets for ${to} leave by ${route.device}, not by ${end.device}`,
        `在 ${end.netns} 裡，送往 ${to} 的封包從 ${route.device} 送出，不是 ${end.device}`,
      )
  return oddity(
    end,
    'routes',
    'netns-routes',
    saw,
    `ip ${end.netns === undefined ? '' : `-n ${end.netns} `}route get ${to} from ${end.address}`,
  )
}

/** A neighbour that was written by hand, or learnt from somebody else, has another MAC than the peer. */
async function neighbourAstray(
  lab: Lab,
  end: End,
  { neighbours }: NetworkStack,
  { address, mac }: { address: string; mac?: string },
): Promise<BrokenLink | undefined> {
  const known = neighbours.find(one => one.address === address && one.device === end.device)
  if (!known?.mac || mac === undefined || known.mac === mac) return undefined
  if (!known.states.includes('PERMANENT')) return impostor(lab, address, known.mac)
  return oddity(
    end,
    'neighbours',
    'netns-neighbours',
    text(
      `${address} is written down by hand as ${known.mac}, but its MAC is ${mac}`,
      `neighbour ${address} 被手動寫成 ${known.mac}，但它的 MAC 位址是 ${mac}`,
    ),
    `ip ${end.netns === undefined ? '' : `-n ${end.netns} `}neighbour show ${address}`,
  )
}

function filtered(end: End, stack: NetworkStack, packet: Wanted, way: 'in' | 'out'): BrokenLink | undefined {
  const rule = whatDrops(stack.chains, { packet, device: end.device, way })
  if (!rule) return hookedAt({ ...innerOf(end), way }, stack, packet)
  return oddity(
    end,
    'nftables',
    'netns-nftables',
    text(`a packet filter in the namespace: ${rule}`, `namespace 裡有封包過濾規則：${rule}`),
    inside(end, 'nft list ruleset'),
  )
}

/** A rule that gives the namespace's own packets other addresses. */
export async function rewrites(lab: Lab, end: End, broken: Break): Promise<BrokenLink | undefined> {
  const stack = await unlessBlind(
    lab.stack(end.node, end.netns, [{ to: broken.packet.destination, from: end.address }]),
  )
  const rule = stack && whatRewrites(stack.chains, { packet: broken.packet, device: end.device, way: 'out' })
  return rule === undefined
    ? undefined
    : oddity(
        end,
        'nftables',
        'netns-nftables',
        text(`a rule in the namespace changes addresses: ${rule}`, `namespace 裡有規則會改寫位址：${rule}`),
        inside(end, 'nft list ruleset'),
      )
}

/** Parameters that keep a packet from being answered or taken in (ip-sysctl). */
const TAKES = (name: string) =>
  /(icmp_echo_ignore_all|arp_ignore|arp_filter|rp_filter|drop_unicast_in_l2_multicast|accept_local)$/.test(
    name,
  )

function parameter(
  end: End,
  { sysctls }: NetworkStack,
  isMeant: (name: string) => boolean,
): BrokenLink | undefined {
  const found = Object.entries(sysctls).find(([name]) => isMeant(name))
  if (!found) return undefined
  const [name, { value, usual }] = found
  const part = name.split('.').at(-1)!
  const cause: Cause | undefined =
    part === 'icmp_echo_ignore_all'
      ? 'netns-icmp-echo-ignore-all'
      : part === 'arp_ignore'
        ? 'netns-arp'
        : undefined
  return oddity(
    end,
    part,
    cause,
    text(
      `${end.netns ?? end.node} has net.ipv4.${name} = ${value}, where a new namespace has ${usual}`,
      `${end.netns ?? end.node} 的 net.ipv4.${name} = ${value}，新的 namespace 則是 ${usual}`,
    ),
    inside(end, `sysctl net.ipv4.${name}`),
  )
}

function blocked(end: End, { blockingPolicies: [policy] }: NetworkStack): BrokenLink | undefined {
  if (policy === undefined) return undefined
  return oddity(
    end,
    'xfrm',
    undefined,
    text(`an IPsec policy blocks: ${policy}`, `有 IPsec policy 會阻擋封包：${policy}`),
    `ip ${end.netns === undefined ? '' : `-n ${end.netns} `}xfrm policy`,
  )
}
