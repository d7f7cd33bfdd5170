import type { NetworkStack } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { type Text, text } from '../../harness/say/text.ts'
import { type Endpoint, linkOf } from '../endpoint.ts'
import { on } from '../phrases.ts'
import type { BrokenLink } from './broken-link.ts'
import type { Cause } from './cause.ts'
import { firstOf, type Suspect } from './path.ts'
import { routeOf } from './routing.ts'
import { unlessBlind } from './unless-blind.ts'

/** A namespace at an end of the path does not send, takes another way, or refuses. */
export const stackOddity: Suspect = async (lab, { from, to, address }) => {
  const sides: { own: Endpoint; peer: string; peerEnd: Endpoint | undefined; answers: boolean }[] = [
    { own: from, peer: address, peerEnd: to, answers: false },
    ...(to ? [{ own: to, peer: from.address, peerEnd: from, answers: true }] : []),
  ]
  return firstOf(sides, async ({ own, peer, peerEnd, answers }) => {
    const stack = await unlessBlind(lab.stack(own.node, own.netns))
    const link = await linkOf(lab, own)
    if (!stack || !link) return undefined
    const found =
      routeAstray(stack, own, peer, link.name) ??
      (link.hasNoArp ? arpOff(own, link.name) : undefined) ??
      (await neighbourAstray(lab, stack, own, peer, peerEnd)) ??
      arpUnheard(stack, own) ??
      (answers ? silent(stack, own) : undefined) ??
      filtered(stack, own)
    return found && oddity(own, found)
  })
}

interface Oddity {
  part: 'routes' | 'neighbours' | 'arp' | 'arp_ignore' | 'icmp_echo_ignore_all' | 'nftables'
  saw: Text
  command: string
}

const CAUSE: Record<Oddity['part'], Cause> = {
  routes: 'netns-routes',
  neighbours: 'netns-neighbours',
  arp: 'netns-arp',
  arp_ignore: 'netns-arp',
  icmp_echo_ignore_all: 'netns-icmp-echo-ignore-all',
  nftables: 'netns-nftables',
}

const oddity = ({ node, netns }: Endpoint, { part, saw, command }: Oddity): BrokenLink => ({
  where: `${node} · netns ${netns} · ${part}`,
  saw,
  tryThis: on(node, command),
  cause: CAUSE[part],
})

/** The route taken must be there, and lead out of the namespace's own link. */
function routeAstray(
  stack: NetworkStack,
  { netns, address }: Endpoint,
  peer: string,
  device: string,
): Oddity | undefined {
  const taken = routeOf(stack, address, peer)
  if (taken === 'unknown') return undefined
  if (taken?.type === 'unicast' && (taken.device === undefined || taken.device === device)) return undefined
  const table = taken && 'table' in taken ? `table ${taken.table}` : undefined
  const seen =
    taken &&
    [taken.type, taken.destination, taken.device && `dev ${taken.device}`, table].filter(Boolean).join(' ')
  return {
    part: 'routes',
    saw: seen
      ? text(
          `in ${netns}, packets for ${peer} take the route ${seen}, not ${device}`,
          `在 ${netns} 裡，送往 ${peer} 的封包走的路由是 ${seen}，不是 ${device}`,
        )
      : text(`${netns} has no route to ${peer}`, `${netns} 裡沒有通往 ${peer} 的路由`),
    command: `sudo ip -n ${netns} route get ${peer} from ${address}`,
  }
}

const arpOff = ({ netns }: Endpoint, device: string): Oddity => ({
  part: 'arp',
  saw: text(
    `${device} in ${netns} has ARP switched off (NOARP), so it neither asks nor answers who has an address`,
    `${netns} 裡的 ${device} 關閉了 ARP（NOARP），不會詢問也不會回應位址是誰的`,
  ),
  command: `sudo ip -n ${netns} link show ${device}`,
})

/** 8 answers for no address at all (arp_ignore, ip-sysctl); others may still answer for this one. */
const arpUnheard = ({ arpIgnore }: NetworkStack, { netns }: Endpoint): Oddity | undefined =>
  arpIgnore < 8
    ? undefined
    : {
        part: 'arp_ignore',
        saw: text(
          `${netns} is told not to answer who has its address: arp_ignore = ${arpIgnore}`,
          `${netns} 設定成不回應 ARP 詢問：arp_ignore = ${arpIgnore}`,
        ),
        command: `sudo ip netns exec ${netns} sysctl -a -r arp_ignore`,
      }

/** A neighbour written by hand has another MAC than the namespace it stands for. */
async function neighbourAstray(
  lab: Lab,
  { staticNeighbours }: NetworkStack,
  { netns }: Endpoint,
  peer: string,
  peerEnd: Endpoint | undefined,
): Promise<Oddity | undefined> {
  const written = staticNeighbours.find(({ address }) => address === peer)
  const mac = peerEnd && (await linkOf(lab, peerEnd))?.mac
  if (!written || !mac || written.mac === mac) return undefined
  return {
    part: 'neighbours',
    saw: text(
      `${peer} is written down by hand as ${written.mac ?? '(none)'}, but its MAC is ${mac}`,
      `neighbour ${peer} 被手動寫成 ${written.mac ?? '(none)'}，但它的 MAC 位址是 ${mac}`,
    ),
    command: `sudo ip -n ${netns} neighbour show ${peer}`,
  }
}

const silent = ({ echoIgnoreAll }: NetworkStack, { netns }: Endpoint): Oddity | undefined =>
  echoIgnoreAll === 0
    ? undefined
    : {
        part: 'icmp_echo_ignore_all',
        saw: text(
          `${netns} is told not to answer pings: net.ipv4.icmp_echo_ignore_all = ${echoIgnoreAll}`,
          `${netns} 設定成不回應 ping：net.ipv4.icmp_echo_ignore_all = ${echoIgnoreAll}`,
        ),
        command: `sudo ip netns exec ${netns} sysctl net.ipv4.icmp_echo_ignore_all`,
      }

const filtered = ({ filters: [first] }: NetworkStack, { netns }: Endpoint): Oddity | undefined =>
  first === undefined
    ? undefined
    : {
        part: 'nftables',
        saw: text(`a packet filter in the namespace: ${first}`, `namespace 裡有封包過濾規則：${first}`),
        command: `sudo ip netns exec ${netns} nft list ruleset`,
      }
