import { type Text, text } from '../../harness/core/text.ts'
import type { MetRow, TraceStep } from '../../harness/look/evidence.ts'
import { integrationBridgeName, plugs } from '../../harness/look/integration-bridge.ts'
import type { Lab, OvsDatabase } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { controllerPaused, refusesOpenFlow } from '../diagnosis/connection.ts'
import { waitsToClear } from '../diagnosis/waits-to-clear.ts'
import { on } from '../nouns/phrases.ts'
import type { Route } from '../route/route.ts'
import type { Break } from './bracket.ts'
import { asLogical } from './logical-packet.ts'
import type { Origin } from './origin.ts'
import { packetToTrace } from './packet.ts'

interface Traced {
  node: string
  ovs: OvsDatabase
  /** Its steps through the integration bridge, and what their flows are, in the same order. */
  steps: TraceStep[]
  origins: Origin[]
}

/**
 * What the southbound database has for the packet, and the node's integration bridge has no flow of: ovn-controller does not put back
 * what somebody deletes there. Undefined where nothing is known to be missing.
 */
export async function flowMissing(
  lab: Lab,
  route: Route,
  traced: Traced,
  broken: Break,
): Promise<BrokenLink | undefined> {
  const { node, ovs } = traced
  const bridge = integrationBridgeName(ovs)
  const flows = await unlessBlind(lab.flows(node, bridge))
  if (!flows) return undefined
  const cookies = new Set(flows.map(({ cookie }) => cookie.padStart(8, '0')))
  const { bindings, chassis } = await lab.southbound()
  const own = chassis.find(({ name }) => name === ovs.openVSwitch.external_ids['system-id'])
  const port = bindings.find(
    binding =>
      (binding.type === 'localnet' || (own && binding.chassis[0] === own._uuid)) &&
      isPluggedIn(ovs, binding.logical_port) &&
      !cookies.has(binding._uuid.slice(0, 8)),
  )
  if (port && cookies.size > 1)
    return lacksFlows(
      lab,
      { node, bridge, cookie: port._uuid.slice(0, 8) },
      ofPort(bridge, port.logical_port),
    )
  const row = await rowUnmet(lab, route, traced, broken)
  // ovn-trace(8) takes every port for one of every chassis; ovn-controller makes flows only where it is (ovn-sb(5), is_chassis_resident).
  if (!row || cookies.has(row.uuid) || row.match.includes('is_chassis_resident(')) return undefined
  return lacksFlows(lab, { node, bridge, cookie: row.uuid }, ofRow(bridge, row))
}

const ofPort = (bridge: string, port: string) =>
  text(
    `${bridge} has none of the flows that OVN creates for the port ${port} there`,
    `${bridge} 沒有 OVN 替 port ${port} 建立的任何 flow`,
  )

const ofRow = (bridge: string, { stage, match }: MetRow) =>
  text(
    `${bridge} has no flow of a row of Logical_Flow that the packet meets (${stage}, match ${match})`,
    `封包會碰到一筆 Logical_Flow（${stage}，match ${match}），${bridge} 卻沒有它的 flow`,
  )

/** Flows of OVN that a node's bridge has not: its ovn-controller is paused, or somebody deleted them. */
export async function lacksFlows(
  lab: Lab,
  { node, bridge, cookie }: { node: string; bridge: string; cookie?: string },
  saw: Text,
): Promise<BrokenLink> {
  const which = cookie === undefined ? '' : ` cookie=0x${cookie}/0xffffffff`
  return (
    (await controllerPaused(lab, node, saw)) ??
    (await unlessBlind(refusesOpenFlow(lab, node))) ??
    (await unlessBlind(waitsToClear(lab, node, saw))) ?? {
      where: `${node} · ${bridge} · OpenFlow`,
      saw,
      tryThis: on(node, `sudo ovs-ofctl dump-flows ${bridge}${which}`),
      cause: 'flow-missing',
    }
  )
}

/** A logical port that the integration bridge holds: an interface with its iface-id, or a patch port of a localnet port. */
const isPluggedIn = (ovs: OvsDatabase, logicalPort: string): boolean =>
  plugs(ovs).some(
    ({ bridge, port, iface }) =>
      bridge.name === integrationBridgeName(ovs) &&
      (iface.ofport[0] ?? -1) > 0 &&
      [iface.external_ids['iface-id'], port.external_ids['ovn-localnet-port']].includes(logicalPort),
  )

/**
 * The row of Logical_Flow that the packet meets in the southbound database (ovn-trace(8)) directly behind one whose flow it did meet in
 * the bridge. Undefined where it met all of them, did not come in by a logical port of this node, or nobody could trace it.
 */
async function rowUnmet(
  lab: Lab,
  route: Route,
  { ovs, steps, origins }: Traced,
  broken: Break,
): Promise<MetRow | undefined> {
  const [entry] = origins
  if (entry?.kind !== 'southbound' || entry.table !== 'Port_Binding') return undefined
  const { datapath, logical_port } = entry.row
  const inPort = Number(/\bin_port=(\d+)/.exec(steps[0]?.flow ?? '')?.[1])
  const enters = plugs(ovs).find(({ iface }) => iface.ofport[0] === inPort)
  const packet = enters && packetToTrace(route, enters, broken)
  const flow = packet && asLogical(packet.flow, String(logical_port))
  if (!flow) return undefined
  const isEstablished = packet.isEstablished && { isEstablished: true as const }
  const asked = { datapath: String(datapath), flow, withRows: true as const, ...isEstablished }
  const [seen] = (await unlessBlind(lab.logicalTraces([asked]))) ?? []
  const rows = seen?.rows ?? []
  const met = new Set(origins.map(origin => (origin.kind === 'logical' ? origin.flow.uuid : undefined)))
  const at = rows.findIndex(({ uuid }) => !met.has(uuid))
  const [row, before] = [rows[at], rows[at - 1]]
  // Another pipeline may be another node's.
  return before && row && pipelineOf(before.stage) !== pipelineOf(row.stage) ? undefined : row
}

const pipelineOf = (stage: string) => /^l[sr]_(?:in|out)_/.exec(stage)?.[0]
