import { text } from '../../harness/core/text.ts'
import type { TraceSeen, TraceStep } from '../../harness/look/evidence.ts'
import { integrationBridgeName } from '../../harness/look/integration-bridge.ts'
import type { Lab, OvsDatabase } from '../../harness/look/lab.ts'
import type { LogicalSwitchPort } from '../../harness/ovsdb/tables.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import type { Cause } from '../diagnosis/cause.ts'
import { controllerPaused } from '../diagnosis/connection.ts'
import { on } from '../nouns/phrases.ts'
import type { Route } from '../route/route.ts'
import { endsInOvn } from '../route/routers-own.ts'
import type { Break } from './bracket.ts'
import { notCarriedOn } from './carried-flows.ts'
import { droppedByDefault } from './dropped-by-default.ts'
import { flowMissing } from './flow-missing.ts'
import { keptOut } from './kept-out.ts'
import { type Origin, originsOf, rowInWords, whereOf } from './origin.ts'
import { groupMac, wrongPort } from './router-row.ts'
import { setByOption } from './set-by-option.ts'
import { natUntaken } from './untaken-nat.ts'

const CAUSES: Record<string, Cause> = {
  ACL: 'acl-drops',
  Logical_Router_Policy: 'router-policy',
  Logical_Router_Static_Route: 'static-route',
  QoS: 'qos',
  Load_Balancer: 'load-balancer',
  Logical_Router_Port: 'router-has-address',
}

/** The flow of the integration bridge at which a packet ends, told as what it is: a row of OVN, or somebody's own flow. */
export async function logicalEnd(...asked: Parameters<typeof endOf>): Promise<BrokenLink | undefined> {
  const [lab, route, , , , { packet }] = asked
  const found = await endOf(...asked)
  return found && keptOut(lab, route, packet, found)
}

async function endOf(
  lab: Lab,
  route: Route,
  node: string,
  given: OvsDatabase | undefined,
  trace: TraceSeen,
  broken: Break,
): Promise<BrokenLink | undefined> {
  const ovs = given ?? (await lab.ovs(node))
  const bridge = integrationBridgeName(ovs)
  const steps = trace.steps.filter(step => step.bridge === bridge)
  const origins = await originsOf(lab, ovs, steps)
  const foreign = origins.findIndex(({ kind }) => kind === 'foreign')
  if (foreign >= 0) return ofNoRow(lab, node, steps[foreign]!)
  const missing = await flowMissing(lab, route, { node, ovs, steps, origins }, broken)
  if (missing) return missing
  // A trace that went on into another bridge did not end here.
  const isEnd = trace.bridges.at(-1) === bridge || isTurnedBack(trace)
  const all = origins.map((origin, at) => ({ origin, step: steps[at]! }))
  const answer = all.findLastIndex(({ origin }) => isAnswered(origin))
  // Where it is the router that is asked, its answer is what it should be, and is lost behind it.
  const decisive = endsInOvn(route) ? all.slice(answer + 1) : all
  const meter = decisive.findLast(({ step }) => step.actions.some(action => action.startsWith('meter:')))
  if (meter) return named(meter.origin, broken, meter.step)
  if (!isEnd) return undefined
  const { ports, routerPorts } = await lab.northbound()
  const isRouted = route.routed !== undefined
  const known = (await lab.southbound()).macBindings.map(({ ip }) => ip)
  const told = decisive.findLast(({ origin }, at) => {
    const isLast = at === decisive.length - 1
    return mayEnd(origin, isLast, isRouted) && (isLast || !leadsOn(origin, known))
  })
  const led = decisive.findLast(({ origin }) => leadsOn(origin, known))
  const answered = decisive.length === all.length ? all[answer] : undefined
  if (answered) return named(answered.origin, broken, answered.step)
  return (
    (await droppedByDefault(lab, decisive.at(-1))) ??
    groupMac(routerPorts, decisive.at(-1)) ??
    (await portColumn(ports, route, broken, decisive.at(-1))) ??
    (await setByOption(lab, decisive.at(-1))) ??
    learntSouth(decisive, ['FDB']) ??
    (await natUntaken(lab, told?.origin, broken)) ??
    wrongPort(decisive.findLast(({ origin }) => isRoute(origin))?.origin, routerPorts) ??
    named(told?.origin, asAnswer(broken, decisive.length < all.length), told?.step) ??
    // On a path through routers, what they learnt is on the way of every packet.
    learntSouth(decisive, isRouted ? ['Static_MAC_Binding'] : ['MAC_Binding', 'Static_MAC_Binding']) ??
    (await notCarriedOn(lab, route, node, ovs, steps)) ??
    // What came out of the bridges after all, and not where it should, the last such route has sent there.
    (trace.datapathActions === 'drop' ? undefined : named(led?.origin, broken, led?.step))
  )
}

/** The packet was sent back into the bridge that it came from, through another one: OVN's routers send it there again. */
export const isTurnedBack = ({ bridges }: TraceSeen): boolean =>
  bridges.length > 2 && bridges.at(-1) === bridges[0] && bridges.at(-2) !== bridges[0]

/**
 * Whether a row's flow on the way can be why the packet ended behind it. What lets a packet go on unmarked, or allows it,
 * stands on every path, and is a reason only where the packet ends at that very flow.
 */
function mayEnd(origin: Origin, isLast: boolean, isRouted: boolean): boolean {
  if (origin.kind !== 'logical' || !origin.row) return false
  const { flow, row } = origin
  const allows =
    ['ACL', 'Logical_Router_Policy'].includes(row.table) && /^(allow|pass)/.test(String(row.row.action))
  const isOnTheWay = row.table === 'Logical_Switch_Port' || (isRouted && row.table === 'Logical_Router_Port')
  return isLast || (!allows && !isOnTheWay && flow.actions.trim() !== 'next;')
}

/** A router itself answers the ping there (ovn-northd(8), ICMP echo reply): what it does for an address of its own. */
const isAnswered = (origin: Origin): boolean =>
  origin.kind === 'logical' &&
  origin.row !== undefined &&
  /\bicmp(4\.type = 0|6\.type = 129);/.test(origin.flow.actions)

/** The packet as the router that was asked sent it back. */
const asAnswer = (broken: Break, isAnswer: boolean): Break => {
  const { packet } = broken
  const { source, destination } = packet
  if (!isAnswer || packet.kind !== 'echo-request') return broken
  return { ...broken, packet: { ...packet, kind: 'echo-reply', source: destination, destination: source } }
}

const isRoute = (origin: Origin): boolean =>
  origin.kind === 'logical' && origin.row?.table === 'Logical_Router_Static_Route'

/** A static route whose next hop has answered leads on: what ends behind it does so for another reason. */
const leadsOn = (origin: Origin, known: string[]): boolean =>
  isRoute(origin) && origin.kind === 'logical' && known.includes(String(origin.row?.row.nexthop))

const LEARNT: Record<string, string> = { FDB: 'port_key', MAC_Binding: 'mac', Static_MAC_Binding: 'mac' }

/** What OVN learnt of a MAC, or was told, sends the packet where nobody is (ovn-sb(5), FDB and MAC_Binding). */
function learntSouth(steps: { origin: Origin }[], tables: string[]): BrokenLink | undefined {
  const found = steps.findLast(
    ({ origin }) => origin.kind === 'southbound' && tables.includes(origin.table),
  )?.origin
  if (found?.kind !== 'southbound') return undefined
  return {
    where: `OVN_Southbound · ${found.table} · ${LEARNT[found.table]}`,
    saw: text(
      `a row of ${found.table} in the southbound database sends the packet to a port that does not lead to its destination`,
      `southbound 資料庫的 ${found.table} 有一筆資料列，把封包送往到不了目的地的 port`,
    ),
    tryThis: `sudo ovn-sbctl list ${found.table}`,
    cause: 'mac-learnt-elsewhere',
  }
}

/** The row that made the last flow on the way, northbound; `undefined` where no flow told one. */
function named(
  origin: Origin | undefined,
  { packet }: Break,
  step: TraceStep | undefined,
): BrokenLink | undefined {
  if (origin?.kind !== 'logical' || !origin.row) return undefined
  const { row, flow } = origin
  // The way to the destination's port is on every path; it is no reason to be lost.
  if (row.table === 'Logical_Switch_Port' && /_l2_lkup$/.test(flow.stage)) return undefined
  const words = rowInWords(row)
  const cause = CAUSES[row.table]
  return {
    where: whereOf(row, packet.destination, packet.source),
    saw: text(
      `the ${packet.kind} from ${packet.source} to ${packet.destination} ends at the flow that OVN created for ${words} (${flow.stage}${step ? `, table ${step.table}` : ''})`,
      `從 ${packet.source} 到 ${packet.destination} 的 ${packet.kind} 到 OVN 依照 ${words} 建立的 flow 為止（${flow.stage}${step ? `，table ${step.table}` : ''}）`,
    ),
    row: words,
    tryThis: `sudo ovn-nbctl list ${row.table}`,
    ...(cause && { cause }),
  }
}

/** Flows that OVN makes of columns of a port bear no hint: the stage tells the column. */
async function portColumn(
  ports: LogicalSwitchPort[],
  { from, to }: Route,
  { packet }: Break,
  last: { origin: Origin; step: TraceStep } | undefined,
): Promise<BrokenLink | undefined> {
  if (last?.origin.kind !== 'logical') return undefined
  const { flow, row } = last.origin
  const { stage, match } = flow
  if (!/port_sec|_l2_(lkup|unknown)$/.test(stage)) return undefined
  // What is for any port alike is met by who sends the packet, or behind the switch by who is to get it.
  const isOfFrom = (packet.source === from.address) === stage.startsWith('ls_in_')
  const met = isOfFrom ? from : to
  const isMeant = ({ _uuid, name }: LogicalSwitchPort) =>
    row
      ? row.row._uuid === _uuid
      : match.includes(`"${name}"`) || (!match.includes('port ==') && name === met?.logicalPort)
  const own = ports.filter(isMeant)
  if (/_l2_unknown$/.test(stage)) return unknownMac(stage)
  const disabled = own.find(({ enabled }) => enabled[0] === false)
  const secured = own.find(({ port_security }) => port_security.length > 0)
  const port = disabled ?? secured
  if (!port) return undefined
  const column = disabled ? 'enabled' : 'port_security'
  const value = disabled ? 'false' : port.port_security.join(', ')
  return {
    where: `OVN_Northbound · Logical_Switch_Port · ${column}`,
    saw: text(
      `${port.name} has ${column} = ${value}, and this drops the packet (${stage})`,
      `${port.name} 的 ${column} = ${value}，封包因此被丟棄（${stage}）`,
    ),
    tryThis: `sudo ovn-nbctl --columns=name,enabled,port_security list Logical_Switch_Port ${port.name}`,
    cause: disabled ? 'port-disabled' : 'port-security',
  }
}

/** No port has the destination's MAC among its addresses, and none takes what is unknown (ovn-nb(5), addresses). */
const unknownMac = (stage: string): BrokenLink => ({
  where: 'OVN_Northbound · Logical_Switch_Port · addresses',
  saw: text(
    `no port of the switch has the destination's MAC among its addresses, and none has unknown, so OVN drops the packet (${stage})`,
    `switch 上沒有任何 port 的 addresses 含有目的地的 MAC 位址，也沒有 unknown，所以 OVN 丟棄這個封包（${stage}）`,
  ),
  tryThis: 'sudo ovn-nbctl --columns=name,addresses list Logical_Switch_Port',
})

/** A flow of the integration bridge that comes from no row: made by hand, or left of one by an ovn-controller that was paused. */
export async function ofNoRow(lab: Lab, node: string, step: TraceStep): Promise<BrokenLink> {
  const { bridge } = step
  const left = text(
    `the packet matches a flow on ${bridge} that is left from before: ${flowInWords(step)}`,
    `封包符合 ${bridge} 上一條以前留下的 flow：${flowInWords(step)}`,
  )
  const paused = step.cookie === '0' ? undefined : await controllerPaused(lab, node, left)
  return paused ?? foreignFlow(node, step)
}

/** A flow that somebody else than ovn-controller made, and that the packet meets. */
export function foreignFlow(node: string, step: TraceStep): BrokenLink {
  const { bridge } = step
  const words = flowInWords(step)
  return {
    where: `${node} · ${bridge} · OpenFlow`,
    saw: text(
      `the packet matches a flow on ${bridge} that OVN did not create: ${words}`,
      `封包符合 ${bridge} 上一條不是 OVN 建立的 flow：${words}`,
    ),
    tryThis: on(node, `sudo ovs-ofctl dump-flows ${bridge}`),
    cause: 'flow-by-hand',
  }
}

const flowInWords = ({ table, flow, cookie, actions }: TraceStep) =>
  `table ${table}: ${flow}${cookie === '0' ? '' : `, cookie 0x${cookie}`} actions=${actions.join(',')}`
