import { randomBytes } from 'node:crypto'
import type { OwnAnswers, PingFrom } from '../look/evidence.ts'
import { unlessBlind } from '../look/unless-blind.ts'
import { shellQuote } from '../ssh/root-shell.ts'
import type { MachineOf } from './ping-rounds.ts'

const DEADLINE_MS = 3_000

/** What the kernel of a namespace has sent by itself up to now; what it only forwards is not in it. */
export type SentUpToNow = Omit<OwnAnswers, 'node' | 'netns'>

/**
 * What the kernels of these namespaces have counted up to now, in the order asked (RFC 4293;
 * /proc/net/snmp and snmp6, proc(5)); undefined where one could not be asked, which is no reason to have no experiment.
 */
export async function countSent(
  places: PingFrom[],
  machineOf: MachineOf,
): Promise<(SentUpToNow | undefined)[]> {
  const nodes = [...new Set(places.map(({ node }) => node))]
  const counted = new Map<PingFrom, SentUpToNow>()
  await Promise.all(
    nodes.map(async node => {
      const own = places.filter(place => place.node === node)
      const mark = randomBytes(8).toString('hex')
      const script = own
        .map(({ netns }) => {
          const inside = netns === undefined ? '' : `ip netns exec ${shellQuote(netns)} `
          return `echo '${mark}'; ${inside}cat /proc/net/snmp /proc/net/snmp6 2>/dev/null`
        })
        .join('\n')
      const ran = await unlessBlind(
        machineOf(node).then(machine => machine.run(script, { deadlineMs: DEADLINE_MS })),
      )
      const parts = (ran?.stdout.toString() ?? '').split(`${mark}\n`).slice(1)
      for (const [at, place] of own.entries()) {
        const counts = parts[at] === undefined ? undefined : sentIn(parts[at])
        if (counts) counted.set(place, counts)
      }
    }),
  )
  return places.map(place => counted.get(place))
}

/** The counters in what the kernel prints: each line of numbers of IPv4 stands below one of names. Undefined where one is missing. */
export function sentIn(printed: string): SentUpToNow | undefined {
  const lines = printed.split('\n').map(line => line.trim().split(/\s+/))
  const countOf = (head: string, name: string): number | undefined => {
    const at = lines.findIndex(([first]) => first === `${head}:`)
    const column = lines[at]?.indexOf(name) ?? -1
    const value = column < 0 ? undefined : lines[at + 1]?.[column]
    return value === undefined ? undefined : Number(value)
  }
  const [echoReplies, packets] = [countOf('Icmp', 'OutEchoReps'), countOf('Ip', 'OutRequests')]
  if (echoReplies === undefined || packets === undefined) return undefined
  const inet6 = lines.find(([name]) => name === 'Icmp6OutEchoReplies')?.[1]
  return { echoReplies, packets, ...(inet6 !== undefined && { echoReplies6: Number(inet6) }) }
}

/** How much more it was afterwards. */
export function sentMeanwhile(
  places: PingFrom[],
  before: (SentUpToNow | undefined)[],
  after: (SentUpToNow | undefined)[],
): OwnAnswers[] {
  return places.flatMap(({ node, netns }, at) => {
    const [first, last] = [before[at], after[at]]
    if (!first || !last) return []
    return [
      {
        node,
        ...(netns !== undefined && { netns }),
        echoReplies: last.echoReplies - first.echoReplies,
        packets: last.packets - first.packets,
        ...(first.echoReplies6 !== undefined &&
          last.echoReplies6 !== undefined && { echoReplies6: last.echoReplies6 - first.echoReplies6 }),
      },
    ]
  })
}
