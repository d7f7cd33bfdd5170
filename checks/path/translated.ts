import { Contradiction } from '../../harness/core/errors.ts'
import { text } from '../../harness/core/text.ts'
import type { PingSeen, TraceSeen, TraceStep, Traffic } from '../../harness/look/evidence.ts'
import { integrationBridgeName } from '../../harness/look/integration-bridge.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import type { Crossing } from '../heard/carried.ts'
import { traceable, translationsOf } from '../heard/crossings.ts'
import { foreignFlow, ofNoRow } from '../heard/logical-end.ts'
import { originsOf } from '../heard/origin.ts'
import { isByHand } from '../locate/bridge-oddity.ts'
import { andThen } from '../nouns/phrases.ts'
import type { Wanted } from '../nouns/wanted.ts'
import type { Route } from '../route/route.ts'
import { translationOf } from '../state/has-nat.ts'
import { conditionOf } from '../state/nat-limit.ts'
import { notJoined } from './pieces.ts'

/**
 * Where packets of a ping got another address on their way through a node, the flows of OVN must be what gave it to them: the
 * request is traced as the first one of its connection. Names what did it instead; undefined where OVN did, or the trace does
 * not get to where the packet came out.
 */
export async function translatedBeside(
  lab: Lab,
  route: Route,
  traffic: Traffic,
  ping: PingSeen,
): Promise<BrokenLink | undefined> {
  const crossings = translationsOf(route, traffic, ping)
  const nodes = [...new Set(crossings.map(({ station }) => station.post.node))]
  const found = await Promise.all(nodes.map(node => onNode(lab, route, node, crossings, traffic)))
  return found.find(broken => broken !== undefined)
}

async function onNode(
  lab: Lab,
  route: Route,
  node: string,
  crossings: Crossing[],
  traffic: Traffic,
): Promise<BrokenLink | undefined> {
  const [ovs, traced] = await Promise.all([lab.ovs(node), traceable(lab, route, node, crossings)])
  const own = integrationBridgeName(ovs)
  const packets = traced.map(({ packet }) => packet)
  // OVN may be about to replace what was traced: only what contradicts twice does.
  for (const again of [false, true]) {
    const traces = await unlessBlind(lab.traces(node, packets, { again }))
    const doubts = await Promise.all(
      (traces ?? []).map(async (trace, at) => {
        const { next, leaves, broken } = traced[at]!
        const steps = trace.steps.filter(step => step.bridge === own)
        const origins = await originsOf(lab, ovs, steps, { again })
        const foreign = steps.find((_, index) => origins[index]?.kind === 'foreign')
        const { source, destination } = next.wanted
        const given = source === broken.packet.source ? destination : source
        const isOvns = steps.some(step => gives(step, given)) || leaves.isReachedBy(trace) === false
        return foreign || !isOvns ? [{ foreign, given, trace, wanted: broken.packet }] : []
      }),
    )
    const [doubt] = doubts.flat()
    if (!doubt) return notJoined(node, traffic, traces, traced[0]?.broken.packet)
    if (again)
      return doubt.foreign ? ofNoRow(lab, node, doubt.foreign) : givenBeside(lab, route, node, own, doubt)
  }
  return undefined
}

/** Whether a step gives packets an address, by connection tracking or without it (ovs-actions(7)). */
function gives({ actions }: TraceStep, address: string): boolean {
  const hex = address
    .split('.')
    .map(part => Number(part).toString(16).padStart(2, '0'))
    .join('')
    .replace(/^0+/, '')
  const quoted = address.replaceAll('.', '\\.')
  const ways = new RegExp(
    `nat\\((src|dst)=${quoted}\\b|set_field:${quoted}->|mod_nw_(src|dst):${quoted}$|load:0x${hex}->NXM_OF_IP_`,
  )
  return actions.some(action => ways.test(action))
}

/** The row that should have translated the packet, or the flow by hand that did; Contradiction where neither is known. */
async function givenBeside(
  lab: Lab,
  { from, address, outward }: Route,
  node: string,
  own: string,
  { given, trace, wanted }: { given: string; trace: TraceSeen; wanted: Wanted },
): Promise<BrokenLink> {
  const saw = text(
    `the flows of ${own} on ${node} would not give the ${wanted.kind} from ${wanted.source} to ${wanted.destination} the address ${given}, and it came out with it`,
    `依照 ${node} 的 ${own} 的 flow，從 ${wanted.source} 到 ${wanted.destination} 的 ${wanted.kind} 不會得到 ${given} 這個位址，它出來時卻有`,
  )
  const northbound = await lab.northbound()
  const asked = northbound.nats.find(one => one.external_ip === address)
  const limit = conditionOf(
    asked ?? (outward && translationOf(northbound, outward.outer.address, from.address)),
    northbound,
    asked ? wanted.source : wanted.destination,
  )
  if (limit) return { ...limit, saw: andThen(saw, limit.saw) }
  const made = trace.steps.findLast(step => step.bridge !== own && (isByHand(step) || gives(step, given)))
  if (made) {
    const flow = foreignFlow(node, made)
    return { ...flow, saw: andThen(saw, flow.saw) }
  }
  throw new Contradiction(saw, { where: `${node} · ${own} · OpenFlow` })
}
