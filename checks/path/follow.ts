import { CannotLook } from '../../harness/judge/errors.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { cannotLook } from '../../harness/look/recording.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { type Break, bracket } from './bracket.ts'
import { endName, type Journey, type Trail } from './hop.ts'
import { locate } from './locate.ts'
import { routeBetween } from './medium.ts'
import { listenAt } from './route.ts'
import { hopsOf } from './trail.ts'
import { contradiction } from './witness.ts'

/**
 * Follows a ping from one end to an address: it is listened at each plug and link on its way, and where it was lost the
 * cause is looked for. Rejects with CannotLook where the ping itself could not be made.
 */
export async function followPath(
  lab: Lab,
  { from, to, tcpPort }: Journey,
  signal: AbortSignal,
): Promise<Trail> {
  const startedAt = performance.now()
  signal.throwIfAborted()
  const end = 'node' in to ? to : undefined
  const route = await routeBetween(lab, from, end, to.address)
  const ping = {
    from: { node: from.node, ...(from.netns !== undefined && { netns: from.netns }) },
    to: to.address,
    ...(tcpPort !== undefined && { tcpPort }),
  }
  const traffic = await lab.traffic({ pings: [ping], listen: listenAt(route), markers: [] })
  const [made] = traffic.pings
  if (!made || made.blind) throw made?.blind ? cannotLook(made.blind) : new TypeError('no ping was made')
  const broken = bracket(route, traffic, made)
  const found = broken
    ? await locate(lab, route, broken)
    : await contradiction(lab, route, traffic, made).catch(blindness)
  const place: Break | undefined =
    broken ??
    (found && {
      place: { kind: 'stack', end: from, does: 'take' },
      packet: { kind: 'echo-reply', source: to.address, destination: from.address, token: made.token },
      before: made.sent,
      behind: made.received,
    })
  const hops = hopsOf(route, traffic, made, place, found)
  const first = hops.find(({ verdict }) => verdict === 'broken')
  return {
    from: endName(from),
    to: endName(to),
    verdict: found ? 'broken' : 'reached',
    hops,
    ...(first && { broken: first.id }),
    durationMs: Math.round(performance.now() - startedAt),
  }
}

/** A path that was heard from end to end is reached, also where nobody could trace it. */
const blindness = (thrown: unknown): BrokenLink | undefined => {
  if (thrown instanceof CannotLook) return undefined
  throw thrown
}
