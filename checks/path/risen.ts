import { text } from '../../harness/core/text.ts'
import type { DropCounters } from '../../harness/look/evidence.ts'
import type { Lab, OvsDatabase } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { andThen, on } from '../nouns/phrases.ts'
import type { Wanted } from '../nouns/wanted.ts'
import type { Route } from './route.ts'

/**
 * Nothing that was looked at says why, so the same ping is made once more between two readings of everything Open vSwitch
 * counts of what it does not pass on: the counter that rose by what was lost is the place, whatever the reason.
 */
export async function counted(
  lab: Lab,
  { from, address }: Route,
  { bytes }: Wanted,
  node: string,
  { bridges }: OvsDatabase,
): Promise<BrokenLink | undefined> {
  const names = bridges.map(({ name }) => name)
  const probe = [from.node, from.netns ?? '', address, ...(bytes === undefined ? [] : [bytes])].join(' ')
  const before = await unlessBlind(lab.dropCounters(node, names, probe))
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
  const after =
    ping && !ping.blind && (await unlessBlind(lab.dropCounters(node, names, probe, { again: true })))
  if (!before || !after) return undefined
  const risen = mostRisen(before, after, ping.sent - ping.received)
  if (!risen) return undefined
  const [place, by] = risen
  const saw = text(
    `the drop counter there rose by ${by} while ${ping.sent - ping.received} of ${ping.sent} packets were lost`,
    `在 ${ping.sent} 個封包中遺失 ${ping.sent - ping.received} 個的同時，那裡的丟棄計數增加了 ${by}`,
  )
  const where = `${node} · ${place}`
  return place.endsWith('conntrack_full')
    ? { where, saw: andThen(TABLE_FULL, saw), tryThis: on(node, TABLE_COMMAND) }
    : { where, saw, tryThis: on(node, commandFor(place)) }
}

const TABLE_FULL = text(
  'the connection tracking table of Open vSwitch is full, so it follows no new connection',
  'Open vSwitch 的連線追蹤表已滿，無法再追蹤新的連線',
)
const TABLE_COMMAND = 'sudo sh -c "ovs-appctl dpctl/ct-get-nconns; ovs-appctl dpctl/ct-get-maxconns"'

/**
 * A port or meter tells more than ovs-vswitchd as a whole, and why a packet could not be handled more than that the flows dropped
 * it then. Of what everybody's broadcasts raise, the bridge's own port, none is told.
 */
function mostRisen(before: DropCounters, after: DropCounters, lost: number): [string, number] | undefined {
  const risen = Object.entries(after).flatMap(([place, count]): [string, number][] => {
    const by = count - (before[place] ?? 0)
    return lost > 0 && by * 2 >= lost && !/port LOCAL/.test(place) ? [[place, by]] : []
  })
  const ranks = [/^(?!ovs-vswitchd)/, /^(?!.*drop_action_of_pipeline$)/, /./]
  return ranks.map(rank => risen.find(([place]) => rank.test(place))).find(found => found !== undefined)
}

const commandFor = (place: string) => {
  const [bridge = '', of = ''] = place.split(' · ')
  if (bridge === 'ovs-vswitchd') return 'sudo ovs-appctl coverage/show'
  return of.startsWith('port')
    ? `sudo ovs-ofctl -O OpenFlow14 dump-ports ${bridge}`
    : `sudo ovs-ofctl -O OpenFlow13 meter-stats ${bridge}`
}
