import { type Text, text } from '../../harness/core/text.ts'
import type { DropCounters } from '../../harness/look/evidence.ts'
import type { Lab, OvsDatabase } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import type { Break } from '../heard/bracket.ts'
import { andThen, inside, on } from '../nouns/phrases.ts'
import type { Wanted } from '../nouns/wanted.ts'
import type { End } from '../route/hop.ts'
import type { Route } from '../route/route.ts'
import { oddity } from './oddity.ts'
import { limitedByRow } from './zone-limit.ts'

/** How a counter is read: once before a probe, named by `of`, and `again` after it. */
type Reader = (of: string, looking: { again: boolean }) => Promise<DropCounters>

/**
 * Nothing that was looked at says why, so the same ping is made once more between two readings of everything Open vSwitch
 * counts of what it does not pass on: the counter that rose by what was lost is the place, whatever the reason.
 */
export async function counted(
  lab: Lab,
  route: Route,
  packet: Wanted,
  node: string,
  { bridges }: OvsDatabase,
): Promise<BrokenLink | undefined> {
  const names = bridges.map(({ name }) => name)
  const seen = await risenBy(lab, route, packet, (of, looking) => lab.dropCounters(node, names, of, looking))
  const risen = seen && mostRisen(seen, RANKS)
  if (!risen) return undefined
  const where = `${node} · ${risen.place}`
  if (risen.place.endsWith('conntrack_zone_full'))
    return limitedByRow(lab, {
      where,
      saw: andThen(ZONE_FULL, risen.saw),
      tryThis: on(node, 'sudo ovs-appctl dpctl/ct-get-limits'),
    })
  return risen.place.endsWith('conntrack_full')
    ? { where, saw: andThen(TABLE_FULL, risen.saw), tryThis: on(node, TABLE_COMMAND) }
    : { where, saw: risen.saw, tryThis: on(node, commandFor(risen.place)) }
}

/**
 * The same of the kernel of an end, which did not send, answer or take the packet: `isOfDevice` where a link or its queue
 * counts, else the kernel says why it refuses packets, and a parameter may be the reason of that.
 */
export async function countedInStack(
  lab: Lab,
  route: Pick<Route, 'from' | 'address'>,
  end: End,
  { packet, before, behind }: Break,
): Promise<{ broken: BrokenLink; isOfDevice: boolean } | undefined> {
  const { node, netns } = end
  const seen = await risenBy(lab, route, packet, (of, looking) => lab.stackCounters(node, netns, of, looking))
  // Of ARP it is the questions that are lost, and there are fewer of them than of pings.
  const lost = packet.kind.startsWith('arp') ? Math.max(before - behind, 2) : (seen?.lost ?? 0)
  const risen = seen && mostRisen({ ...seen, lost }, STACK_RANKS)
  if (!risen) return undefined
  const [part = '', counter = ''] = risen.place.split(' · ')
  const named = text(
    `${counter} ${part === 'nstat' ? 'of the kernel' : `of ${part}`} counts them`,
    `${part === 'nstat' ? '核心' : ` ${part} `}的 ${counter} 有算到這些封包`,
  )
  const saw = andThen(named, risen.saw)
  if (part === 'nstat')
    return {
      broken: oddity(end, counter, undefined, saw, inside(end, 'nstat -asz')),
      isOfDevice: false,
    }
  const isQueue = counter.startsWith('qdisc')
  const command = isQueue ? `tc -s qdisc show dev ${part}` : `ip -s link show ${part}`
  return {
    broken: oddity(end, part, isQueue ? 'queueing' : undefined, saw, inside(end, command)),
    isOfDevice: true,
  }
}

interface Risen {
  before: DropCounters
  after: DropCounters
  sent: number
  lost: number
}

/** Two readings with the ping of a path between them; undefined where one of them could not be taken. */
async function risenBy(
  lab: Lab,
  { from, address }: Pick<Route, 'from' | 'address'>,
  { bytes }: Wanted,
  read: Reader,
): Promise<Risen | undefined> {
  const probe = [from.node, from.netns ?? '', address, ...(bytes === undefined ? [] : [bytes])].join(' ')
  const before = await unlessBlind(read(probe, { again: false }))
  const traffic =
    before &&
    (await unlessBlind(
      lab.traffic({
        pings: [
          {
            from: { node: from.node, ...(from.netns !== undefined && { netns: from.netns }) },
            to: address,
            ...(bytes !== undefined && { bytes }),
          },
        ],
        listen: [],
        markers: [],
      }),
    ))
  const ping = traffic?.pings.at(0)
  const after = ping && !ping.blind && (await unlessBlind(read(probe, { again: true })))
  if (!before || !after) return undefined
  // What could not even be sent is lost as well.
  const sent = Math.max(ping.sent, ping.received > 0 ? 0 : 2)
  return { before, after, sent, lost: sent - ping.received }
}

const TABLE_FULL = text(
  'the connection tracking table of Open vSwitch is full, so it follows no new connection',
  'Open vSwitch 的連線追蹤表已滿，無法再追蹤新的連線',
)
const ZONE_FULL = text(
  'a zone of connection tracking in Open vSwitch has as many connections as its limit allows, so it follows no new one',
  'Open vSwitch 的某個連線追蹤 zone 已達到連線數上限，無法再追蹤新的連線',
)
const TABLE_COMMAND = 'sudo sh -c "ovs-appctl dpctl/ct-get-nconns; ovs-appctl dpctl/ct-get-maxconns"'

/** A port or meter tells more than ovs-vswitchd as a whole, and why a packet could not be handled more than that the flows dropped it then. */
const RANKS = [/^(?!ovs-vswitchd)/, /^(?!.*drop_action_of_pipeline$)/, /./]

/**
 * A queue at rest drops nothing. What waits for a MAC address that nobody tells is dropped before it gets there, so few of the
 * packets that are lost need be counted by it.
 */
const IS_QUEUE = / · qdisc /
const LOST_FOR_SURE = 4

/** A queue tells more than why the kernel refused a packet, and that more than that a link did, or that the answer was an error. */
const STACK_RANKS = [IS_QUEUE, /^nstat · (?!Icmp)/, /^(?!nstat)/, /./]

/** Of what everybody's broadcasts raise, the bridge's own port, none is told. */
function mostRisen(
  { before, after, sent, lost }: Risen,
  ranks: RegExp[],
): { place: string; saw: Text } | undefined {
  const risen = Object.entries(after).flatMap(([place, count]) => {
    const by = count - (before[place] ?? 0)
    const enough = IS_QUEUE.test(place) ? Math.min(lost, LOST_FOR_SURE) : lost
    return lost > 0 && by * 2 >= enough && !/port LOCAL/.test(place) ? [{ place, by }] : []
  })
  const found = ranks
    .map(rank => risen.find(({ place }) => rank.test(place)))
    .find(candidate => candidate !== undefined)
  if (!found) return undefined
  const { place, by } = found
  return {
    place,
    saw: text(
      `the drop counter there rose by ${by} while ${lost} of ${sent} packets were lost`,
      `在 ${sent} 個封包中遺失 ${lost} 個的同時，那裡的丟棄計數增加了 ${by}`,
    ),
  }
}

const commandFor = (place: string) => {
  const [bridge = '', of = ''] = place.split(' · ')
  if (bridge === 'ovs-vswitchd') return 'sudo ovs-appctl coverage/show'
  return of.startsWith('port')
    ? `sudo ovs-ofctl -O OpenFlow14 dump-ports ${bridge}`
    : `sudo ovs-ofctl -O OpenFlow13 meter-stats ${bridge}`
}
