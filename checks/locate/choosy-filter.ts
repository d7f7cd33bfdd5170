import { text } from '../../harness/core/text.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { whatDropsSome } from '../diagnosis/nft-choosy.ts'
import { askedBy, ruleBehind, ruleSays } from '../diagnosis/routing-rule.ts'
import { isUserspace } from '../heard/gate.ts'
import { firstOf } from '../nouns/first-of.ts'
import { andThen } from '../nouns/phrases.ts'
import { exchangeOf, type Wanted } from '../nouns/wanted.ts'
import { type End, ipIn } from '../route/hop.ts'
import type { Post, Route } from '../route/route.ts'
import { filterAt } from './device.ts'
import { filterOf } from './stack-rules.ts'

/**
 * A packet filter at one of the ends of a path, or at a link on its way, that lets the packets of a check pass and surely drops
 * others between the same two, for their size, class of service, id, number, time to live or port. What nobody could look at says
 * nothing.
 */
export async function choosyFilter(
  lab: Lab,
  { from, to, address, posts }: Route,
  tcpPort?: number,
): Promise<BrokenLink | undefined> {
  const { request, reply } = exchangeOf(from.address, address, tcpPort)
  return (
    (await unlessBlind(dropsSome(lab, from, { leaving: request, arriving: reply }))) ??
    (to && lab.nodes.includes(to.node)
      ? await unlessBlind(dropsSome(lab, to, { leaving: reply, arriving: request }))
      : undefined) ??
    firstOf(posts, post => unlessBlind(dropsSomeAt(lab, post, [request, reply])))
  )
}

async function dropsSome(
  lab: Lab,
  end: End,
  packets: { leaving: Wanted; arriving: Wanted },
): Promise<BrokenLink | undefined> {
  const { node, netns, device } = end
  if (netns === undefined) return undefined
  const [facts, { chains, rules = [] }] = await Promise.all([lab.kernel(node), lab.arp(node, netns)])
  const refused = await refusedMarks(lab, end, rules, packets.leaving)
  const users = await refusesUsers(lab, end, rules, packets.leaving)
  if (users) return users
  const { mtu = 0 } = facts.netns[netns]?.find(({ name }) => name === device) ?? {}
  return firstOf(
    [
      { packet: packets.arriving, device, way: 'in' as const },
      { packet: packets.leaving, device, way: 'out' as const },
    ],
    crossing => {
      const found = whatDropsSome(chains, crossing, mtu, refused)
      return found && others(filterOf(end, found.words), found.of)
    },
  )
}

/** A rule of routing that refuses what users send whom it names, and lets root send (ip-rule(8), uidrange). Answers are nobody's. */
async function refusesUsers(
  lab: Lab,
  end: End,
  rules: string[],
  { kind, source, destination }: Wanted,
): Promise<BrokenLink | undefined> {
  const protocol = kind === 'tcp-request' ? 'tcp' : 'icmp'
  const users = kind.endsWith('-request')
    ? askedBy(rules).filter(by => by.uid !== undefined && (by.protocol ?? protocol) === protocol)
    : []
  if (users.length === 0) return undefined
  const asked = [{}, ...users].map(by => ({ to: destination, from: source, ...by }))
  const [usual, ...others] = (await unlessBlind(lab.routes(end.node, end.netns, asked))) ?? []
  const refused = others.findIndex(({ device }) => device === undefined)
  const rule = others[refused] && ruleBehind(rules, others[refused], source)
  if (usual?.device !== end.device || rule === undefined) return undefined
  const { uid } = users[refused]!
  return {
    where: `${end.node} · netns ${end.netns} · routes`,
    saw: andThen(
      text(
        `root reaches ${destination}, but other users have no way there, such as the one with the number ${uid}`,
        `root 到得了 ${destination}，其他使用者卻無路可走，例如編號 ${uid} 的使用者`,
      ),
      ruleSays(rule),
    ),
    tryThis: ipIn(end, `route get ${destination} from ${source} uid ${uid}`),
    cause: 'netns-routes',
  }
}

/** Marks that rules of routing go by (ip-rule(8), fwmark), and with which the kernel sends the packet nowhere. */
async function refusedMarks(
  lab: Lab,
  { node, netns, device }: End,
  rules: string[],
  { source, destination }: Wanted,
): Promise<number[]> {
  const named = rules.flatMap(rule => /\bfwmark (0x[0-9a-f]+|\d+)/.exec(rule)?.slice(1) ?? [])
  const marks = [...new Set(named.map(Number))].slice(0, MARKS_MAX)
  if (marks.length === 0) return []
  const asked = [{}, ...marks.map(mark => ({ mark }))].map(by => ({ to: destination, from: source, ...by }))
  const [usual, ...marked] = (await unlessBlind(lab.routes(node, netns, asked))) ?? []
  if (usual?.device !== device) return []
  return marks.filter((_, at) => marked[at] !== undefined && [undefined, 'lo'].includes(marked[at].device))
}

/** More are not asked for. */
const MARKS_MAX = 8

/** What hooks in at the links of a node by which the packets cross it as they are. */
async function dropsSomeAt(
  lab: Lab,
  { node, netns, links, isTunnel }: Post,
  packets: Wanted[],
): Promise<BrokenLink | undefined> {
  if (netns !== undefined || isTunnel || !lab.nodes.includes(node)) return undefined
  const [facts, { chains }] = await Promise.all([lab.kernel(node), lab.arp(node, undefined)])
  const hooked = chains.filter(({ family }) => family === 'netdev')
  if (hooked.length === 0) return undefined
  // The userspace datapath takes what comes in before any packet filter of the kernel does (packet(7)).
  const ways = isUserspace(facts.datapath) ? (['out'] as const) : (['in', 'out'] as const)
  const crossings = links.flatMap(device =>
    ways.flatMap(way => packets.map(packet => ({ packet, device, way }))),
  )
  return firstOf(crossings, crossing => {
    const { mtu = 0 } = facts.links.find(({ name }) => name === crossing.device) ?? {}
    const found = whatDropsSome(hooked, crossing, mtu)
    return found && others(filterAt(node, crossing.device, found.words), found.of)
  })
}

const others = ({ saw, ...told }: BrokenLink, of: string): BrokenLink => ({
  ...told,
  saw: text(
    `others than these are dropped or damaged, such as those with ${of}: ${saw.en}`,
    `別的封包會被丟棄或改壞，例如 ${of}：${saw['zh-TW']}`,
  ),
})
