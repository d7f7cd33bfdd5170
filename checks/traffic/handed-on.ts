import { text } from '../../harness/core/text.ts'
import type { TraceSeen } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { whatSurelyDrops } from '../diagnosis/nft-verdict.ts'
import { gateAt } from '../heard/gate.ts'
import { packetToTrace } from '../heard/packet.ts'
import { leadsOut } from '../locate/leads-out.ts'
import { oddity } from '../locate/oddity.ts'
import type { Wanted } from '../nouns/wanted.ts'
import { linksOf } from '../route/end.ts'
import { type End, ipIn } from '../route/hop.ts'
import { type KnownEnd, knownEnds } from '../route/known-ends.ts'
import { plugPost } from '../route/route.ts'

/** What a sender gives to a machine of its own node, by that machine's MAC address. */
interface Given {
  mac: string
  trace: TraceSeen
}

/**
 * A machine on the sender's own node is given what is for another, its kernel passes it on (ip-sysctl, ip_forward), and what it passes on
 * gets out of the node. Such a packet has another MAC address, and perhaps another sender's address (NAT), when it leaves.
 */
export async function handedOn(
  lab: Lab,
  from: End,
  to: End,
  given: Given[],
  getsOut: (trace: TraceSeen) => boolean,
): Promise<BrokenLink | undefined> {
  const others = given.filter(({ mac }) => mac !== from.mac && mac !== to.mac)
  if (others.length === 0) return undefined
  const { ends } = await knownEnds(lab)
  for (const { mac, trace } of others)
    for (const hop of ends.filter(end => isThere(end, from) && end.mac.toLowerCase() === mac)) {
      const { isReachedBy } = await gateAt(lab, { posts: [] }, plugPost(asEnd(hop, from)))
      if (isReachedBy(trace) === false) continue
      const device = await passedOnBy(lab, hop, from, to)
      if (device === undefined) continue
      const by = ends.find(end => isThere(end, from) && end.netns === hop.netns && end.device === device)
      const isOut = by ? (await outOf(lab, by, from, to)).some(getsOut) : await isLedOut(lab, hop, device)
      if (isOut) return toldOf(lab, hop, from, to)
    }
  return undefined
}

const isThere = ({ node, netns, plug }: KnownEnd, from: End): boolean =>
  node === from.node && netns !== from.netns && plug !== undefined

const asEnd = (hop: KnownEnd, { address, prefixLength }: End): End => ({ ...hop, address, prefixLength })

/** The link by which the kernel of that machine sends on what has come in by one of its ends; undefined where it keeps it. */
async function passedOnBy(lab: Lab, hop: KnownEnd, from: End, to: End): Promise<string | undefined> {
  const { node, netns, device } = hop
  const question = { to: to.address, from: from.address, by: device }
  const stack = await unlessBlind(lab.stack(node, netns, [question]))
  const [way] = stack?.routes ?? []
  const packet: Wanted = {
    ...{ kind: 'echo-request', token: '' },
    ...{ source: from.address, destination: to.address },
  }
  if (way?.device === undefined || way.error !== undefined) return undefined
  if (whatSurelyDrops(stack?.chains ?? [], { packet, device, way: 'through' }) !== undefined) return undefined
  return way.device
}

async function isLedOut(lab: Lab, { node, netns }: KnownEnd, device: string): Promise<boolean> {
  const [facts, ovs] = await Promise.all([lab.kernel(node), unlessBlind(lab.ovs(node))])
  const space = linksOf(facts, netns)
  const link = space.find(({ name }) => name === device)
  return link !== undefined && leadsOut(facts, ovs, link, space)
}

/** Where it goes from there: under the sender's own address, and under each of the machine's, by which it may translate. */
async function outOf(lab: Lab, by: KnownEnd, from: End, to: End): Promise<TraceSeen[]> {
  const sources = [from.address, ...by.addresses.map(({ address }) => address)]
  const packets = await Promise.all(
    sources
      .filter(address => !address.includes(':'))
      .map(async address => {
        const end = { ...asEnd(by, from), address }
        const post = plugPost(end)
        const { plug } = await gateAt(lab, { posts: [post] }, post)
        const packet = { kind: 'echo-request' as const, source: address, destination: to.address, token: '' }
        const place = { kind: 'bridge' as const, node: end.node, enters: post, leaves: post }
        const route = { from: end, to, address: to.address, posts: [post] }
        return plug && packetToTrace(route, plug, { place, packet, before: 0, behind: 0 })
      }),
  )
  const sent = packets.filter(one => one !== undefined)
  return sent.length === 0 ? [] : ((await unlessBlind(lab.traces(by.node, sent))) ?? [])
}

async function toldOf(lab: Lab, hop: KnownEnd, from: End, { address }: End): Promise<BrokenLink> {
  const question = { to: address, from: from.address }
  const [told, routes] = await Promise.all([
    unlessBlind(lab.arp(from.node, from.netns)),
    unlessBlind(lab.routes(from.node, from.netns, [question])),
  ])
  const name = hop.netns ?? `${hop.node} (${hop.device})`
  const saw = text(
    `${from.netns} sends what is for ${address} to ${name}, whose kernel passes it on, and from there it leaves ${from.node}`,
    `${from.netns} 把給 ${address} 的封包送給 ${name}，那裡的 kernel 會轉送它，封包就從那裡離開 ${from.node}`,
  )
  const isWritten = told?.neighbours.some(
    one => one.address === address && one.mac?.toLowerCase() === hop.mac.toLowerCase(),
  )
  if (isWritten)
    return oddity(from, 'neighbours', 'netns-neighbours', saw, ipIn(from, `neigh show ${address}`))
  // Where the route has no next hop, a rule leads some of it by another one.
  const command =
    routes?.[0]?.gateway === undefined ? 'rule show' : `route get ${address} from ${from.address}`
  return oddity(from, 'routes', 'netns-routes', saw, ipIn(from, command))
}
