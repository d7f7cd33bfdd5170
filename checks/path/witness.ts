import { Contradiction } from '../../harness/core/errors.ts'
import { text } from '../../harness/core/text.ts'
import type { PingSeen, TraceStep, Traffic } from '../../harness/look/evidence.ts'
import { integrationBridgeName } from '../../harness/look/integration-bridge.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { agedOtherwise } from '../heard/aged-otherwise.ts'
import { besideOvs } from '../heard/beside-ovs.ts'
import { assertCarried, type Crossing } from '../heard/carried.ts'
import { crossingsOf, traceable } from '../heard/crossings.ts'
import { foreignFlow, logicalEnd, ofNoRow } from '../heard/logical-end.ts'
import { assertLogical } from '../heard/logical-witness.ts'
import { originsOf } from '../heard/origin.ts'
import { answeredBehind } from '../locate/answered-behind.ts'
import { isByHand } from '../locate/bridge-oddity.ts'
import { broughtBeside } from '../locate/brought-beside.ts'
import { assertNotLedBeside } from '../locate/led-beside.ts'
import { boundDouble, ledToDouble } from '../locate/mac-doubled.ts'
import { pastLinuxBridge } from '../locate/past-linux-bridge.ts'
import { firstOf } from '../nouns/first-of.ts'
import { andThen } from '../nouns/phrases.ts'
import { madeHere } from '../route/made-here.ts'
import { mayBeOnSeveral } from '../route/on-switch.ts'
import { onOneChassis } from '../route/one-chassis.ts'
import type { Route } from '../route/route.ts'
import { endsInOvn } from '../route/routers-own.ts'
import { headsIn } from '../route/tunnel-head.ts'
import { keepsSome } from './choosy-flows.ts'
import { endsByItself } from './ends-by-itself.ts'
import { keepsPieces } from './pieces.ts'
import { translatedBeside } from './translated.ts'

/**
 * A second witness of a ping that was answered: the same packets, traced through the flows of each node on the way, must
 * come out where they were heard, by flows of OVN alone. What reached its goal in spite of OVN is named; undefined where
 * both witnesses agree.
 */
export async function contradiction(
  lab: Lab,
  route: Route,
  traffic: Traffic,
  ping: PingSeen,
): Promise<BrokenLink | undefined> {
  const made = madeHere(route, traffic, ping.token)
  if (made) return made
  const behind = await answeredBehind(lab, route, traffic, ping)
  if (behind) return behind
  const brought = await broughtBeside(lab, route, ping)
  if (brought) return brought
  const crossings = crossingsOf(route, traffic, ping)
  const beside = await besideOvs(lab, crossings)
  if (beside) return beside
  const past = await pastLinuxBridge(lab, route, crossings)
  if (past) return past
  const nodes = [...new Set(crossings.map(({ station }) => station.post.node))]
  const found = await Promise.all(nodes.map(node => throughFlows(lab, route, node, traffic, crossings)))
  const contrary =
    found.find(broken => broken !== undefined) ?? (await translatedBeside(lab, route, traffic, ping))
  if (contrary) return contrary
  // OVN itself answers no pieces.
  const whole = endsInOvn(route) ? [] : nodes
  const kept = await Promise.all(whole.map(node => keepsPieces(lab, route, node, crossings, traffic)))
  const piece = kept.find(broken => broken !== undefined)
  if (piece) return piece
  const some = await Promise.all(whole.map(node => keepsSome(lab, route, node, crossings)))
  const choosy = some.find(broken => broken !== undefined)
  if (choosy) return choosy
  const ending = await firstOf(nodes, node => endsByItself(lab, route, node, crossings))
  if (ending) return ending
  await assertLogical(lab, route, crossings)
  await assertNotLedBeside(lab, route, crossings)
  return undefined
}

async function throughFlows(
  lab: Lab,
  route: Route,
  node: string,
  traffic: Traffic,
  crossings: Crossing[],
): Promise<BrokenLink | undefined> {
  const ovs = await lab.ovs(node)
  const bridge = integrationBridgeName(ovs)
  const traced = await traceable(lab, route, node, crossings)
  const central = route.routed && onOneChassis(route.routed)
  const detours: Crossing['next'][] = []
  // OVN may be about to replace what was traced: only what contradicts twice does.
  for (const again of [false, true]) {
    const traces = await lab.traces(
      node,
      traced.map(({ packet }) => packet),
      { again },
    )
    const isAnswer = ({ direction }: Crossing['station']) =>
      direction === 'reply' ? !route.outward : endsInOvn(route)
    let isDoubted = false
    for (const [at, { station, next, leaves, broken }] of traced.entries()) {
      const trace = traces[at]!
      const steps = trace.steps.filter(step => step.bridge === bridge)
      const origins = await originsOf(lab, ovs, steps, { again })
      const foreign = origins.findIndex(({ kind }) => kind === 'foreign')
      const isThere = leaves.isReachedBy(trace) !== false || (isAnswer(station) && isSupposed(steps))
      const aged = foreign < 0 && isThere ? agedOtherwise(node, trace, { station, next }) : undefined
      if (foreign < 0 && isThere && !aged) continue
      // OVN itself sends it to the chassis of the router, and that one back to this node.
      if (foreign < 0 && central && headsIn(trace.datapathActions).length > 0) {
        detours.push(next)
        continue
      }
      isDoubted = true
      if (!again) break
      if (foreign >= 0) return ofNoRow(lab, node, steps[foreign]!)
      if (aged) return aged
      const ends =
        (await unlessBlind(ledToDouble(lab, route, node, trace))) ??
        (await unlessBlind(logicalEnd(lab, route, node, ovs, trace, broken)))
      if (ends) return ends
      const captured = text(
        `packets were captured on ${next.post.links.join(', ')} of ${node}, but its flows would send them to: ${trace.datapathActions}`,
        `在 ${node} 的 ${next.post.links.join('、')} 擷取到了封包，但依照它的 flow 會送往：${trace.datapathActions}`,
      )
      const beside = trace.steps.filter(step => step.bridge !== bridge)
      const made = beside.findLast(isByHand)
      if (made && !beside.some(isStateful)) {
        const flow = foreignFlow(node, made)
        return { ...flow, saw: andThen(captured, flow.saw) }
      }
      // Each chassis of such a port gets a copy, and of several places a trace tells the last.
      if ((await mayBeOnSeveral(lab, route.from)) || (await mayBeOnSeveral(lab, route.to))) continue
      const doubled = await unlessBlind(boundDouble(lab, route))
      if (doubled) return { ...doubled, saw: andThen(captured, doubled.saw) }
      throw new Contradiction(captured, { where: `${node} · ${trace.bridges.at(-1)} · OpenFlow` })
    }
    if (!isDoubted) break
  }
  await assertCarried(
    lab,
    node,
    crossings.filter(({ station, next }) => station.post.node === node && !detours.includes(next)),
    traffic,
  )
  return undefined
}

/**
 * An answer begins no connection, so connection tracking gives it no address that is for the first packet of one: it is of one that
 * is known, or invalid (ovs-fields(7), ct_state). A trace supposes that it begins one.
 */
const isSupposed = (steps: TraceStep[]): boolean =>
  steps.some(({ actions }) => actions.some(action => /^ct\(.*\bnat\((?:src|dst)=/.test(action)))

/** What such a flow does depends on the packets before, which a trace can only suppose (ovs-fields(7), ct_state). */
const isStateful = ({ flow, actions }: TraceStep): boolean =>
  /\bct[_(]|\blearn\(/.test([flow, ...actions].join())
