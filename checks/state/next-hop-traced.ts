import { overlap } from '../../harness/core/prefix.ts'
import type { RawRow } from '../../harness/core/rows.ts'
import { type Text, text } from '../../harness/core/text.ts'
import type { LogicalPacket, LogicalTraceSeen } from '../../harness/look/evidence.ts'
import { routersWith } from '../../harness/look/joints.ts'
import type { Lab, Northbound } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { LogicalRouter } from '../../harness/ovsdb/tables.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { firstOf } from '../nouns/first-of.ts'
import { atRouter, KINDS_SENT, USUAL_TTL } from '../nouns/kinds-sent.ts'
import { list } from '../nouns/phrases.ts'
import { somebodyIn } from '../nouns/somebody.ts'
import { portOf } from './has-way-out.ts'
import { INTERNET } from './nat-limit.ts'

/** Packets of a host, through the router with an address. */
interface Sent {
  router: string
  host: string
  /** They are answers. */
  isReply?: true
}

/** Of another kind than pings, or with another time to live. */
interface Head {
  head?: string
  ttl?: number
}

/** What people send beside pings, and with the time to live that routers and other systems give it (RFC 1700). */
const KINDS: Record<string, Head> = {
  TCP: { head: KINDS_SENT.TCP },
  UDP: { head: KINDS_SENT.UDP },
  'TTL 255': { ttl: 255 },
}

/** What becomes of pings from a host, or answers to some, to each of these addresses, by the southbound database; undefined where nobody could trace them. */
export async function tracedTo(
  lab: Lab,
  northbound: Northbound,
  { router: address, host, isReply }: Sent,
  destinations: string[],
  { head = `icmp4.type == ${isReply ? 0 : 8} && icmp4.code == 0`, ttl = USUAL_TTL }: Head = {},
): Promise<LogicalTraceSeen[] | undefined> {
  const entered = routersWith(northbound, address)
    .map(({ router }) => ({ router, port: portOf(northbound, router, host) }))
    .find(({ port }) => port !== undefined)
  if (!entered?.port) return undefined
  const { router, port } = entered
  const packets = destinations.map(
    (to): LogicalPacket => ({
      datapath: router.name,
      flow: atRouter(port, host, to, { head, ttl }),
      ...(isReply && { isEstablished: true }),
    }),
  )
  return unlessBlind(lab.logicalTraces(packets))
}

/** So many machines of the Internet are tried, far from each other: some of it may well be closed on purpose. */
const FAR = ['1.0.0.0/8', '64.0.0.0/8', '134.0.0.0/8', '210.0.0.0/8']

/**
 * The router's routes say one thing, and its policies may do another (ovn-nb(5), Logical_Router_Policy): what a host sends to machines
 * all over the Internet, each of them drawn, and in the parts of it that policies name, is traced beside what it sends to one that is
 * known. Told where none of those all over goes where that one goes, or where any goes to another next hop than the router is to ask
 * for; of TCP, UDP and packets with another time to live as well.
 */
export async function ledElsewhere(
  lab: Lab,
  northbound: Northbound,
  sent: Sent,
  { foreign, nextHop }: { foreign: string; nextHop?: string },
): Promise<BrokenLink | undefined> {
  const [one] = routersWith(northbound, sent.router)
  if (!one || one.router.policies.length === 0) return undefined
  const drawn = FAR.map(prefix => somebodyIn(prefix, one.router._uuid))
  const destinations = [...drawn, ...(await namedBy(lab, one.router))]
  const [known, ...others] = (await tracedTo(lab, northbound, sent, [foreign, ...destinations])) ?? []
  if (!known?.outputs?.length || others.length < destinations.length) return undefined
  const isElsewhere = ({ outputs, asksFor }: LogicalTraceSeen) =>
    outputs !== undefined && asksFor !== undefined && asksFor !== (nextHop ?? known.asksFor ?? asksFor)
  const isAway = (trace: LogicalTraceSeen) =>
    isElsewhere(trace) ||
    (trace.outputs !== undefined && !known.outputs!.every(port => trace.outputs!.includes(port)))
  const areAway = (traces: LogicalTraceSeen[]) =>
    traces.slice(0, drawn.length).every(isAway) || traces.some(isElsewhere)
  const { name } = one.router
  const away: { traces: LogicalTraceSeen[]; kind?: string } | undefined = areAway(others)
    ? { traces: others }
    : await firstOf(Object.entries(KINDS), async ([kind, head]) => {
        const traces = await tracedTo(lab, northbound, sent, destinations, head)
        return traces?.length === destinations.length && areAway(traces) ? { traces, kind } : undefined
      })
  if (!away) return undefined
  // It may be the pings that a policy leads elsewhere, and not the others.
  const hops = [...away.traces, known].flatMap(({ asksFor = [] }) => asksFor).filter(hop => hop !== nextHop)
  const policy = await policyTo(lab, one.router, hops)
  return {
    where: `OVN_Northbound · Logical_Router_Policy${policy ? ' · nexthops' : ''}`,
    saw: awayOf(name, [...destinations, foreign], [...away.traces, known], away.kind),
    tryThis: `sudo ovn-nbctl lr-policy-list ${name}`,
  }
}

/** Addresses and prefixes in a match (ovn-sb(5), Logical_Flow, match). */
const PREFIXES = /\b(?:\d{1,3}\.){3}\d{1,3}(?:\/\d{1,2})?\b/g
const NAMED_MAX = 16

/** Somebody in each part of the Internet that a policy of the router names which leads elsewhere (ovn-nb(5), action). */
async function namedBy(lab: Lab, { policies, _uuid: router }: LogicalRouter): Promise<string[]> {
  const { Logical_Router_Policy = [] } = await lab.tables('OVN_Northbound')
  const prefixes = Logical_Router_Policy.filter(
    ({ _uuid, action }) => policies.includes(_uuid) && action === 'reroute',
  ).flatMap(({ match }) => String(match).match(PREFIXES) ?? [])
  return [...new Set(prefixes)]
    .filter(prefix => INTERNET.some(part => overlap(part, prefix)))
    .slice(0, NAMED_MAX)
    .map(prefix => somebodyIn(prefix, router))
}

/** The policy of a router that names one of these next hops (ovn-nb(5), Logical_Router_Policy). */
export async function policyTo(
  lab: Lab,
  { policies }: Pick<LogicalRouter, 'policies'>,
  hops: string[],
): Promise<RawRow | undefined> {
  const { Logical_Router_Policy = [] } = await lab.tables('OVN_Northbound')
  return Logical_Router_Policy.find(
    ({ _uuid, nexthops }) =>
      policies.includes(_uuid) && [nexthops].flat().some(hop => hops.includes(String(hop))),
  )
}

function awayOf(router: string, drawn: string[], traces: LogicalTraceSeen[], kind?: string): Text {
  const [en, zh] = kind === undefined ? ['', ''] : [` (${kind})`, `（${kind}）`]
  const each = list(
    traces.map(
      ({ outputs = [], asksFor }, at) =>
        `${at === traces.length - 1 ? 'ping ' : ''}${drawn[at]} → ${outputs.length === 0 ? 'drop' : (asksFor ?? outputs.join(' '))}`,
    ),
  )
  return text(
    `${router} has policies, and traced through the southbound database, packets${en} go elsewhere than a ping to ${drawn.at(-1)}: ${each.en}`,
    `${router} 設定了 policy；依照 southbound 資料庫追蹤，封包${zh}送往的地方和 ping ${drawn.at(-1)} 不同：${each['zh-TW']}`,
  )
}
