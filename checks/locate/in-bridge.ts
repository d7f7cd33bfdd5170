import { text } from '../../harness/core/text.ts'
import type { TraceSeen } from '../../harness/look/evidence.ts'
import { integrationBridgeName } from '../../harness/look/integration-bridge.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import { traceCommand } from '../../harness/nodes/trace.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { notConnected } from '../diagnosis/connection.ts'
import { notRunning, silent } from '../diagnosis/daemon.ts'
import { waitsForFlows } from '../diagnosis/flow-restore.ts'
import { madeAnew } from '../diagnosis/in-bridge.ts'
import { meteredByCopp } from '../diagnosis/metered.ts'
import type { Break, Place } from '../heard/bracket.ts'
import { meddled } from '../heard/changed-underway.ts'
import { type Gate, gateAt } from '../heard/gate.ts'
import { foreignFlow, isTurnedBack, logicalEnd } from '../heard/logical-end.ts'
import { packetToTrace } from '../heard/packet.ts'
import { rewrittenAt } from '../heard/rewritten-at.ts'
import { tracedThrough } from '../heard/translated-back.ts'
import { unwrapped } from '../heard/unwrapped.ts'
import { firstOf } from '../nouns/first-of.ts'
import { bridgeOf } from '../nouns/linux-bridge.ts'
import { inNoBridge, on } from '../nouns/phrases.ts'
import { isAnsweredThere } from '../route/place.ts'
import type { Route } from '../route/route.ts'
import { alwaysTunnelled } from './always-tunnel.ts'
import { rerouted } from './at-gate-machine.ts'
import { routerState, ttlSpent } from './at-router.ts'
import { balancedAway } from './balanced-away.ts'
import { bothLocal } from './both-local.ts'
import { isHeldBack, switchOddity } from './bridge-oddity.ts'
import { byRouter } from './by-router.ts'
import { changedByHand, sentByHand } from './changed-by-hand.ts'
import { narrowAt } from './device.ts'
import { inTunnel } from './in-tunnel.ts'
import { innerQuestionLost } from './inner-question.ts'
import { boundDouble, ledToDouble } from './mac-doubled.ts'
import { questionLost } from './next-hop-asked.ts'
import { noWayOutward } from './out-state.ts'
import { ovnState } from './ovn-state.ts'
import { limitedAt, reserved } from './port-rows.ts'
import { counted } from './risen.ts'
import { detoured } from './tunnel-route.ts'
import { routersQuestion } from './unanswered.ts'
import { lostUnheard } from './unexplained.ts'
import { inAnotherState } from './untracked.ts'

type BridgePlace = Extract<Place, { kind: 'bridge' }>

/** Where a packet was lost that entered a node's bridges and did not leave them: the same packet is traced through their flows. */
export async function inBridge(
  lab: Lab,
  route: Route,
  place: BridgePlace,
  broken: Break,
): Promise<BrokenLink> {
  const { node } = place
  const ovs = await lab.ovs(node)
  const gates = {
    enters: await gateAt(lab, route, place.enters, broken.frame?.geneve),
    leaves: await gateAt(lab, route, place.leaves),
  }
  const [enters, leaves] = [gates.enters.plug, gates.leaves.plug]
  const entering = enters && packetToTrace(route, enters, broken)
  const { packet, traced } = (entering && (await tracedThrough(lab, route, node, entering, broken))) ?? {}
  const trace = traced && !place.leaves.isTunnel ? unwrapped(traced) : traced
  // An answer that goes back where its question came from proves nothing of it.
  const passes = trace && (isAnsweredThere(place) ? false : gates.leaves.isReachedBy(trace))
  const about = {
    integration: integrationBridgeName(ovs),
    // By a tunnel it is the port of the tunnel that the packet crosses, not the link of the underlay.
    links: [
      ...place.enters.links,
      ...place.leaves.links,
      ...[enters, leaves].flatMap(plug => (plug ? [plug.iface.name] : [])),
    ],
    broken,
  }
  const at = { node, packet, leaves: gates.leaves, about }
  const own = [
    ...(leaves && !gates.leaves.peer ? [{ plug: leaves, way: 'out' as const }] : []),
    ...(enters && !gates.enters.peer ? [{ plug: enters, way: 'in' as const }] : []),
  ]
  const suspects: (() => BrokenLink | undefined | Promise<BrokenLink | undefined>)[] = [
    () => notRunning(lab, node, 'ovs-vswitchd'),
    () => unplugged(lab, node, place, gates),
    () => waitsForFlows(lab, node),
    () => reserved(node, ovs, about),
    // Where the flows are there and would bring the packet out, no daemon of OVN is the reason.
    () => (passes === true ? undefined : notRunning(lab, node, 'ovn-controller')),
    () => ovnState(lab, route, node, broken),
    () => routerState(lab, route),
    () => ttlSpent(lab, route, broken),
    () => unlessBlind(rerouted(lab, route)),
    () => unlessBlind(noWayOutward(lab, route)),
    () => (passes === true ? undefined : unlessBlind(notConnected(lab, node))),
    () => (trace && passes !== true ? unlessBlind(ledToDouble(lab, route, node, trace)) : undefined),
    () => inTunnel(lab, route, { place, gates, trace, passes, broken }),
    () => firstOf(own, ({ plug, way }) => narrowAt(lab, { node, name: plug.iface.name, way }, broken.packet)),
    // OVN has sent it out again by where it came in: what the bridge there does with it, it does with every one.
    () =>
      trace && passes === false && isTurnedBack(trace)
        ? unlessBlind(logicalEnd(lab, route, node, ovs, trace, broken))
        : undefined,
    () => (trace && isHeldBack(trace) ? switchOddity(lab, node, trace, about) : undefined),
    () => (trace && passes === false ? unlessBlind(questionLost(lab, route, trace, broken)) : undefined),
    () =>
      trace && passes === false ? unlessBlind(innerQuestionLost(lab, route, node, trace, broken)) : undefined,
    () => (isAnsweredThere(place) ? unlessBlind(routersQuestion(lab, route, broken)) : undefined),
    () => (trace ? unlessBlind(balancedAway(lab, route, trace, broken)) : undefined),
    () => (trace && passes === false ? alwaysTunnelled(lab, place.leaves, trace) : undefined),
    () => (trace && passes === false ? logicalEnd(lab, route, node, ovs, trace, broken) : undefined),
    () => (trace && passes === true ? metered(lab, route, node, trace, broken) : undefined),
    () => (trace && passes !== true ? switchOddity(lab, node, trace, about) : undefined),
    // Of a bridge that tracks connections a trace shows the way of a new one only, VLANs and all.
    () => {
      const isTracked = trace?.steps.some(
        step => step.bridge !== about.integration && step.actions.some(action => action.startsWith('ct(')),
      )
      return isTracked && passes === true ? inAnotherState(lab, route, at, broken) : undefined
    },
    // That would keep small packets from passing as well.
    () => (broken.packet.bytes === undefined ? switchOddity(lab, node, undefined, about) : undefined),
    () => firstOf(own, ({ plug, way }) => limitedAt(lab, node, plug, way, broken)),
    () => madeAnew(lab, node, [enters, leaves]),
    () => (trace && passes !== false ? changedByHand(lab, node, ovs, trace) : undefined),
    () => (passes === true ? rewrittenAt(lab, { ...place.leaves, way: 'out' }, broken.packet) : undefined),
    () => (trace ? meddled(node, about.integration, trace) : undefined),
    () => (passes === true ? undefined : unlessBlind(meteredByCopp(lab, trace))),
    () => byRouter(lab, route, { node, trace }, broken),
    () => unlessBlind(bothLocal(lab, route, broken)),
    () =>
      gates.enters.peer && passes === false
        ? unlessBlind(sentByHand(lab, route, gates.enters.peer.node, broken))
        : undefined,
    // What ovn-controller is to learn of the packet may not get to the database: it has not noticed yet that nothing comes back.
    () => (passes === false ? unlessBlind(detoured(lab, route)) : undefined),
    () =>
      trace && packet && passes === false ? endsThere(node, trace, traceCommand(packet), broken) : undefined,
    async () => {
      const risen = await counted(lab, route, broken.packet, node, ovs)
      // What those counters count may well be packets that a flow is for, in another state than they were traced in.
      const dropped = risen === undefined || risen.where.includes(' · coverage · ')
      const isLet = dropped && passes === true
      return (isLet && (await inAnotherState(lab, route, at, broken))) || risen
    },
    () => notRunning(lab, node, 'ovn-controller'),
    () => unlessBlind(notConnected(lab, node)),
    () => (trace ? undefined : silent(lab, node, 'ovs-vswitchd')),
  ]
  const found = await firstOf(suspects, suspect => suspect())
  const isLearnt = found?.cause === 'mac-learnt-elsewhere'
  return (
    (found && !isLearnt ? found : await unlessBlind(boundDouble(lab, route))) ??
    found ??
    unexplained(place, broken, packet && traceCommand(packet))
  )
}

/** A meter on the way, whoever put it there (ovs-ofctl(8), add-meter). */
function metered(lab: Lab, route: Route, node: string, trace: TraceSeen, broken: Break) {
  const step = trace.steps.find(({ actions }) => actions.some(action => action.startsWith('meter:')))
  if (!step) return undefined
  return logicalEnd(lab, route, node, undefined, trace, broken).then(end => end ?? foreignFlow(node, step))
}

/** An interface that Open vSwitch has a row of, but cannot use, or does not have at all. */
async function unplugged(
  lab: Lab,
  node: string,
  { enters, leaves }: BridgePlace,
  gates: { enters: Gate; leaves: Gate },
): Promise<BrokenLink | undefined> {
  // The link of a tunnel need be in no bridge at all.
  const own = [
    { post: enters, ...gates.enters },
    { post: leaves, ...gates.leaves },
  ].filter(({ peer }) => !peer)
  const missing = own.find(({ plug }) => plug === undefined)?.post
  if (missing) return heldElsewhere(lab, node, missing.links)
  const useless = own
    .map(({ plug }) => plug)
    .find(plug => plug && (plug.iface.error.length > 0 || (plug.iface.ofport[0] ?? -1) < 0))
  if (!useless) return undefined
  const { name, error } = useless.iface
  return {
    where: `${node} · Open_vSwitch · Interface · error`,
    saw: text(
      `Open vSwitch cannot use ${name}: ${error[0] ?? 'it has no ofport'}`,
      `Open vSwitch 無法使用 ${name}：${error[0] ?? '沒有 ofport'}`,
    ),
    tryThis: on(node, `sudo ovs-vsctl --columns=name,error,ofport list Interface ${name}`),
  }
}

async function heldElsewhere(lab: Lab, node: string, links: string[]): Promise<BrokenLink> {
  const facts = await unlessBlind(lab.kernel(node))
  const holder = facts && links.map(link => bridgeOf(facts, link)?.name).find(name => name !== undefined)
  return {
    where: `${node} · Open_vSwitch · Bridge · ports`,
    saw: inNoBridge(links.join(', '), holder),
    tryThis: on(node, holder === undefined ? 'sudo ovs-vsctl show' : 'bridge link show'),
  }
}

/** The flow at which a trace ends, and why, in Open vSwitch's own words. */
function endsThere(node: string, trace: TraceSeen, command: string, { packet }: Break): BrokenLink {
  const last = trace.steps.at(-1)
  const bridge = trace.bridges.at(-1) ?? last?.bridge ?? ''
  const why = last?.notes.at(-1)
  const words = `table ${last?.table}: ${last?.flow}${why ? ` (${why})` : ''}`
  return {
    where: `${node} · ${bridge} · OpenFlow`,
    saw: text(
      `the ${packet.kind} ends in ${bridge}, ${words}, and would be sent to: ${trace.datapathActions}`,
      `${packet.kind} 到 ${bridge} 為止，${words}；會被送往：${trace.datapathActions}`,
    ),
    tryThis: on(node, `sudo ${command}`),
  }
}

const unexplained = (
  { node, enters, leaves }: BridgePlace,
  broken: Break,
  command: string | undefined,
): BrokenLink => ({
  where: `${node} · ${enters.links.join(', ')} → ${leaves.links.join(', ')}`,
  saw: broken.isWide
    ? lostUnheard(broken)
    : text(
        `of ${broken.before} ${broken.packet.kind} packets captured on ${enters.links.join(', ')}, ${broken.behind} left through ${leaves.links.join(', ')}`,
        `在 ${enters.links.join('、')} 擷取到 ${broken.before} 個 ${broken.packet.kind}，從 ${leaves.links.join('、')} 送出的有 ${broken.behind} 個`,
      ),
  tryThis: on(node, command === undefined ? 'sudo ovs-vsctl show' : `sudo ${command}`),
})
