import { CannotLook } from '../../harness/core/errors.ts'
import { text } from '../../harness/core/text.ts'
import type { PingSeen, Traffic } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { isLossy } from '../../harness/look/loss.ts'
import { cannotLook } from '../../harness/look/recording.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { type Break, bracket, type Place } from '../heard/bracket.ts'
import { unlessCameRound } from '../heard/came-round.ts'
import { unlessMerelyBlind } from '../heard/contradiction.ts'
import { sentBack } from '../heard/sent-back.ts'
import { hopsOf } from '../heard/trail.ts'
import { choosyFilter } from '../locate/choosy-filter.ts'
import { locate } from '../locate/locate.ts'
import { cutUp, rememberedMtu, wayOf } from '../locate/path-mtu.ts'
import { andThen } from '../nouns/phrases.ts'
import { type End, endName, type Journey, type Trail } from '../route/hop.ts'
import { asHeard, routeBetween } from '../route/medium.ts'
import { listenAt, type Route } from '../route/route.ts'
import { withGateways } from '../route/routed.ts'
import { asRouted } from '../route/routers-own.ts'
import { unaskable } from './asks.ts'
import { unaskableInet6 } from './asks-inet6.ts'
import { largestBytes, roomTo } from './largest.ts'
import { onlySmall, tooLarge } from './too-large.ts'
import { lostVariants, onlyUsual, variedIn } from './varied.ts'
import { alsoOutside, wrongMachine } from './who-answers.ts'
import { contradiction } from './witness.ts'

/** A path that is laid anew while it is followed is followed again, as often as this. */
const TRIES = 3

/**
 * Follows a ping from one end to an address: it is listened at each plug and link on its way, and where it was lost the
 * cause is looked for. Rejects with CannotLook where the ping itself could not be made.
 */
export async function followPath(lab: Lab, journey: Journey, signal: AbortSignal): Promise<Trail> {
  const startedAt = performance.now()
  const { from, to } = journey
  // What its own pings teach the kernel of the sender is no reason that they were lost.
  const way = await unlessBlind(wayOf(lab, from, to.address))
  const { route, traffic, made, largest, varied } = await settled(lab, journey, signal)
  const lost = bracket(route, traffic, made)
  const broken = lost && (await unlessCameRound(lab, route, lost))
  const flaw =
    (await flawOfAnswered(lab, route, traffic, made, broken)) ??
    (broken && {
      broken,
      found: (await unlessBlind(sentBack(lab, route, traffic, broken))) ?? (await locate(lab, route, broken)),
    })
  const lossy = !flaw && largest ? await unlessBlind(tooLarge(lab, route, traffic, largest)) : undefined
  const narrow = lossy && (cutUp(route.from, way, lossy.broken) ?? lossy)
  const choosy =
    !flaw && !narrow && varied ? await unlessBlind(lostVariants(lab, route, traffic, varied)) : undefined
  const some =
    narrow && largest
      ? { ...narrow, ping: largest, told: onlySmall(made, largest) }
      : choosy && varied && { ...choosy, ping: varied, told: onlyUsual(made, varied) }
  const hops = some
    ? hopsOf(route, traffic, some.ping, some.broken, {
        ...some.found,
        saw: andThen(some.told, some.found.saw),
      })
    : hopsOf(route, traffic, made, flaw?.broken, flaw?.found)
  const first = hops.find(({ verdict }) => verdict === 'broken')
  // What was cut into pieces got through as well.
  if (!first && largest) hops[0]!.saw = andThen(hops[0]!.saw!, rememberedMtu(route.from, way))
  return {
    from: endName(from),
    to: endName(to),
    verdict: flaw || some ? 'broken' : 'reached',
    hops,
    ...(first && { broken: first.id }),
    ...((flaw || some) &&
      made.received > 0 && { answered: narrow ? 'small' : choosy ? 'some' : answeredOf(made) }),
    durationMs: Math.round(performance.now() - startedAt),
  }
}

const answeredOf = (made: PingSeen) => (isLossy(made) ? 'some' : 'all')

/**
 * A ping that was listened to where its path leads. OVN may be about to lay that path elsewhere: what was lost is true only
 * of a path that is still the same after it.
 */
async function settled(
  lab: Lab,
  { from, to, tcpPort }: Journey,
  signal: AbortSignal,
): Promise<
  Record<'largest' | 'varied', PingSeen | undefined> & { route: Route; traffic: Traffic; made: PingSeen }
> {
  const end = 'node' in to ? to : undefined
  const ping = {
    from: { node: from.node, ...(from.netns !== undefined && { netns: from.netns }) },
    to: to.address,
    ...(tcpPort !== undefined && { tcpPort }),
  }
  const bytes = tcpPort === undefined ? await largestFrom(lab, from, to.address) : undefined
  const pings = [ping, ...(bytes === undefined ? [] : [{ ...ping, bytes, isLargest: true as const }])]
  for (let tried = 0; tried < TRIES; tried++) {
    signal.throwIfAborted()
    const route = await routeBetween(lab, from, end, to.address)
    const traffic = await lab.traffic({ pings, listen: listenAt(route), markers: [] })
    const [made] = traffic.pings
    if (!made || made.blind) throw made?.blind ? cannotLook(made.blind) : new TypeError('no ping was made')
    const largest = traffic.pings.find(
      one => one.isLargest && one.to === ping.to && one.from.netns === from.netns && !one.blind,
    )
    const varied = variedIn(traffic, ping.from, ping.to)
    const own = await asRouted(lab, asHeard(route, traffic, made), traffic, made)
    const heard = await withGateways(lab, own, made)
    if (!bracket(heard, traffic, made)) return { route: heard, traffic, made, largest, varied }
    const now = await routeBetween(lab, from, end, to.address)
    if (JSON.stringify(now.posts) === JSON.stringify(route.posts))
      return { route: heard, traffic, made, largest, varied }
  }
  throw new CannotLook(
    text(
      'the bridges that the path crosses were changed again and again meanwhile',
      '查看的同時，路徑經過的 bridge 一再被更動',
    ),
    { where: from.node },
  )
}

/** How many bytes the largest echo to an address carries that the link of an end has room for. */
async function largestFrom(lab: Lab, { node, netns, device }: End, to: string): Promise<number | undefined> {
  const facts = await unlessBlind(lab.kernel(node))
  const links = netns === undefined ? facts?.links : facts?.netns[netns]
  const link = links?.find(({ name }) => name === device)
  return largestBytes(await roomTo(lab, { node, netns }, link, to), to)
}

/**
 * What is wrong with a path though its ping was answered. Where nobody could look into that, it is one that was heard from end to end; rejects with
 * Contradiction where what was looked at contradicts itself.
 */
async function flawOfAnswered(
  lab: Lab,
  route: Route,
  traffic: Traffic,
  made: PingSeen,
  broken: Break | undefined,
): Promise<{ broken: Break; found: BrokenLink } | undefined> {
  if (made.received === 0) return undefined
  const { from, address, posts } = route
  const at = (place: Place): Break => ({
    place,
    packet: { kind: 'echo-reply', source: address, destination: from.address, token: made.token },
    before: made.sent,
    behind: made.received,
  })
  const other = await unlessBlind(wrongMachine(lab, route, traffic, made, broken))
  if (other) return { broken: at({ kind: 'outside', post: posts.at(-1)! }), found: other }
  if (broken || route.isTakenByOvn) return undefined
  const [contrary, forgetful, inet6, twin, choosy] = await Promise.all([
    unlessMerelyBlind(contradiction(lab, route, traffic, made)),
    // A question for everybody may take another way than the answer to it.
    route.isElsewhere ? undefined : unaskable(lab, route, traffic, made.token),
    unaskableInet6(lab, route, traffic, made.token),
    alsoOutside(lab, route),
    choosyFilter(lab, route, made.tcpPort),
  ])
  const found = contrary ?? forgetful ?? inet6 ?? twin ?? choosy
  return found && { broken: at({ kind: 'stack', end: from, does: 'take' }), found }
}
