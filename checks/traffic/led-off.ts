import { CannotLook } from '../../harness/core/errors.ts'
import { type Text, text } from '../../harness/core/text.ts'
import type { ArpFacts, KernelFacts, Link } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { whatRewrites } from '../diagnosis/nft-verdict.ts'
import { askedBy } from '../diagnosis/routing-rule.ts'
import { leadingRule } from '../locate/leading-rule.ts'
import { leadsOut } from '../locate/leads-out.ts'
import { firstOf } from '../nouns/first-of.ts'
import { on } from '../nouns/phrases.ts'
import type { Wanted } from '../nouns/wanted.ts'
import { linksOf } from '../route/end.ts'
import { type End, ipIn } from '../route/hop.ts'

/**
 * What leads a ping, TCP or UDP of an end off its node before a bridge of Open vSwitch decides about it: a route by another link, or a rule
 * at its link or plug that sends it, or a copy, elsewhere. Undefined where nothing does. Rejects with CannotLook where it goes
 * another way of which nobody knows where it ends.
 */
export async function ledOff(lab: Lab, end: End, packet: Wanted): Promise<BrokenLink | undefined> {
  const [facts, ovs] = await Promise.all([lab.kernel(end.node), unlessBlind(lab.ovs(end.node))])
  const isOut = (link: Link, space: Link[]) => leadsOut(facts, ovs, link, space)
  return (await routedOff(lab, facts, isOut, end, packet)) ?? (await ruledOff(lab, facts, isOut, end, packet))
}

/** What a link is given may leave the node; the link, and all links of its namespace. */
type IsOut = (link: Link, space: Link[]) => boolean

/** The kernel of the namespace sends it by another link than that which is plugged in. */
async function routedOff(
  lab: Lab,
  facts: KernelFacts,
  isOut: IsOut,
  end: End,
  { source, destination }: Wanted,
): Promise<BrokenLink | undefined> {
  const { node, netns, device } = end
  const { asked, routes } = await waysOf(lab, facts, end, { source, destination })
  const at = routes.findIndex(one => one.device !== undefined && ![device, 'lo'].includes(one.device))
  const route = routes[at]
  if (route?.device === undefined) return undefined
  const own = linksOf(facts, netns)
  const link = own.find(({ name }) => name === route.device)
  const saw = text(
    `${netns ?? node} sends what is for ${destination} by ${route.device}, not by ${device}`,
    `${netns ?? node} 把給 ${destination} 的封包從 ${route.device} 送出，不是 ${device}`,
  )
  const told = {
    where: netns === undefined ? node : `${node} · netns ${netns} · routes`,
    tryThis: ipIn(
      end,
      `route get ${destination} from ${asked[at]!.from} ${at === 0 ? 'ipproto icmp' : 'ipproto tcp'}`,
    ),
  }
  if (link && isOut(link, own)) return { ...told, saw, cause: 'netns-routes' }
  throw elsewhere(saw, told)
}

/** What the kernel of a namespace answers for each way in which it could send there: by protocol, rule and sender. */
export async function waysOf(
  lab: Lab,
  facts: KernelFacts,
  end: End,
  { source, destination }: Pick<Wanted, 'source' | 'destination'>,
) {
  const { node, netns } = end
  const rules = (await unlessBlind(lab.arp(node, netns)))?.rules ?? []
  const asked = [
    ...[{ isPing: true as const }, { protocol: 'tcp' }, ...askedBy(rules)],
    // A rule may be for another address that it sends from.
    ...(rules.some(rule => /\bfrom \d/.test(rule)) ? otherAddresses(facts, end) : []).map(from => ({ from })),
  ].map(by => ({ ...{ to: destination, from: source }, ...by }))
  const routes = (await unlessBlind(lab.routes(node, netns, asked))) ?? []
  return { asked, routes }
}

const otherAddresses = (facts: KernelFacts, { netns, address }: End): string[] =>
  linksOf(facts, netns)
    .flatMap(({ addresses }) => addresses)
    .filter(own => own.family === 'inet' && own.address !== address && !own.address.startsWith('127.'))
    .map(own => own.address)

/** A rule sends it away where it leaves the namespace, or comes in to the node. */
async function ruledOff(
  lab: Lab,
  facts: KernelFacts,
  isOut: IsOut,
  end: End,
  packet: Wanted,
): Promise<BrokenLink | undefined> {
  const { node, netns, device, plug } = end
  const [inside, outside] = await Promise.all([
    unlessBlind(lab.arp(node, netns)),
    unlessBlind(lab.arp(node, undefined)),
  ])
  const isOutOf = (links: Link[]) => (name: string) => {
    const link = links.find(one => one.name === name)
    return link !== undefined && isOut(link, links)
  }
  const sent = [packet, ...connectionsOf(packet, [inside, outside])]
  const rule = sent
    .map(one => whatRewrites(inside?.chains ?? [], { packet: one, device, way: 'out' }, isTurned))
    .find(words => words !== undefined)
  if (rule !== undefined)
    throw elsewhere(
      text(
        `a rule in the namespace changes where packets for ${packet.destination} go: ${rule}`,
        `namespace 裡有規則會改寫給 ${packet.destination} 的封包的去向：${rule}`,
      ),
      {
        where: `${node} · netns ${netns} · nftables`,
        tryThis: on(node, `sudo ip netns exec ${netns} nft list ruleset`),
      },
    )
  const places = [
    { at: { node, name: device, way: 'out' as const, ...(netns !== undefined && { netns }) }, told: inside },
    ...(plug === undefined ? [] : [{ at: { node, name: plug, way: 'in' as const }, told: outside }]),
  ]
  const crossings = places.flatMap(place => sent.map(one => ({ ...place, one })))
  return firstOf(crossings, ({ at, told, one }) =>
    leadingRule(told, at, one, isOutOf(linksOf(facts, 'netns' in at ? at.netns : undefined))),
  )
}

/** What a rule redirects where it is sent goes to the machine itself (nft(8), NAT statements). */
const isTurned = (statement: Record<string, unknown>) => 'dnat' in statement

/** Any port, and those that rules name: somebody may have made a rule for one of them alone. */
function connectionsOf({ source, destination }: Wanted, told: (ArpFacts | undefined)[]): Wanted[] {
  const rules = JSON.stringify(told.map(facts => facts?.chains.map(chain => chain.rules)))
  const named = [...rules.matchAll(/"dport"\}\},"right":(\d+)/g)].map(([, port]) => Number(port))
  const between = { source, destination, token: '' }
  return [...new Set([ANY_PORT, ...named])].flatMap(port => [
    { ...between, kind: 'tcp-request' as const, tcpPort: port },
    { ...between, kind: 'echo-request' as const, udpPort: port },
  ])
}
const ANY_PORT = 8080

const elsewhere = (saw: Text, { where, tryThis }: Pick<BrokenLink, 'where' | 'tryThis'>) =>
  new CannotLook(
    text(
      `${saw.en}, so it is not known whether it leaves the node`,
      `${saw['zh-TW']}，無法確定會不會離開節點`,
    ),
    { where, help: tryThis },
  )
