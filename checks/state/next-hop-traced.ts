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
 * all over the Internet, each of them drawn, is traced beside what it sends to one that is known. Told where none of them goes where
 * that one goes, or where none goes to the next hop that the router asks for; of TCP, UDP and packets with another time to live as well.
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
  const [known, ...others] = (await tracedTo(lab, northbound, sent, [foreign, ...drawn])) ?? []
  if (!known?.outputs?.length || others.length < drawn.length) return undefined
  const isAway = ({ outputs, asksFor }: LogicalTraceSeen) =>
    outputs !== undefined &&
    (!known.outputs!.every(port => outputs.includes(port)) ||
      (asksFor !== undefined && asksFor !== (nextHop ?? known.asksFor ?? asksFor)))
  const { name } = one.router
  const away: { traces: LogicalTraceSeen[]; kind?: string } | undefined = others.every(isAway)
    ? { traces: others }
    : await firstOf(Object.entries(KINDS), async ([kind, head]) => {
        const traces = await tracedTo(lab, northbound, sent, drawn, head)
        return traces?.length === drawn.length && traces.every(isAway) ? { traces, kind } : undefined
      })
  if (!away) return undefined
  // It may be the pings that a policy leads elsewhere, and not the others.
  const hops = [...away.traces, known].flatMap(({ asksFor = [] }) => asksFor).filter(hop => hop !== nextHop)
  const policy = await policyTo(lab, one.router, hops)
  return {
    where: `OVN_Northbound · Logical_Router_Policy${policy ? ' · nexthops' : ''}`,
    saw: awayOf(name, [...drawn, foreign], [...away.traces, known], away.kind),
    tryThis: `sudo ovn-nbctl lr-policy-list ${name}`,
  }
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
