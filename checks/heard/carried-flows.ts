import { type Text, text } from '../../harness/core/text.ts'
import type { DefaultFlow, TraceStep } from '../../harness/look/evidence.ts'
import { holdersOf } from '../../harness/look/holding.ts'
import { integrationBridgeName } from '../../harness/look/integration-bridge.ts'
import type { Lab, OvsDatabase } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { LogicalSwitch, LogicalSwitchPort } from '../../harness/ovsdb/tables.ts'
import { NO_FLOW } from '../diagnosis/bridge-ports.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { northdAbsent, notCarried } from '../diagnosis/northd.ts'
import { andThen, on } from '../nouns/phrases.ts'
import type { Route } from '../route/route.ts'
import { lacksFlows } from './flow-missing.ts'

/**
 * A packet ended in the integration bridge, and no row of northbound asked for it: then something on the way south is
 * missing. Either the bridge lacks what the southbound database has, or that lacks what northbound asks for.
 */
export async function notCarriedOn(
  lab: Lab,
  { from, to }: Route,
  node: string,
  ovs: OvsDatabase,
  steps: TraceStep[],
): Promise<BrokenLink | undefined> {
  const { switches, ports } = await lab.northbound()
  const ends = ports.filter(({ name }) => name === from.logicalPort || name === to?.logicalPort)
  const [own] = holdersOf(switches, ...ends)
  if (!own) return undefined
  const { datapaths, multicastGroups } = await lab.southbound()
  const datapath = datapaths.find(
    ({ nb_uuid, external_ids }) => (nb_uuid[0] ?? external_ids['logical-switch']) === own._uuid,
  )
  if (!datapath) return undefined
  const defaults = await unlessBlind(lab.defaultFlows(datapath._uuid))
  const lacking =
    defaults &&
    ((await bridgeLacks(lab, node, ovs, defaults)) ?? (await stageLacks(lab, own, steps, defaults)))
  if (lacking) return lacking
  const groups = multicastGroups.filter(group => group.datapath === datapath._uuid)
  const members = (name: string) => groups.find(group => group.name === name)?.ports.length ?? 0
  const short = GROUPS.find(({ name, holds }) => members(name) < portsOf(own, ports).filter(holds).length)
  if (short) return groupLacks(lab, own, short.name, members(short.name))
  return northdAbsent(lab)
}

const portsOf = ({ ports: uuids }: LogicalSwitch, ports: LogicalSwitchPort[]) =>
  ports.filter(({ _uuid, enabled }) => uuids.includes(_uuid) && enabled[0] !== false)

/** Groups that ovn-northd makes of a switch's ports (ovn-northd(8), "Multicast"). */
const GROUPS: { name: string; holds: (port: LogicalSwitchPort) => boolean }[] = [
  { name: '_MC_flood', holds: () => true },
  { name: '_MC_unknown', holds: ({ addresses }) => addresses.includes('unknown') },
]

/** Each stage's default flow is in the bridge of every chassis that has the datapath: ovn-controller makes it of its row. */
async function bridgeLacks(
  lab: Lab,
  node: string,
  ovs: OvsDatabase,
  defaults: DefaultFlow[],
): Promise<BrokenLink | undefined> {
  const bridge = integrationBridgeName(ovs)
  const flows = await unlessBlind(lab.flows(node, bridge))
  const cookies = new Set(flows?.map(({ cookie }) => cookie.padStart(8, '0')))
  const missing = flows ? defaults.filter(({ uuid }) => !cookies.has(uuid)) : []
  const [first] = missing
  if (!first) return undefined
  const saw = text(
    `${bridge} lacks flows of ${missing.length} of the ${defaults.length} rows of Logical_Flow that every packet of the switch may meet (${first.stage} among them)`,
    `這個 switch 的每個封包都可能碰到的 Logical_Flow 有 ${defaults.length} 筆，${bridge} 缺了其中 ${missing.length} 筆的 flow（例如 ${first.stage}）`,
  )
  return controlledOtherwise(node, bridge, ovs, saw) ?? lacksFlows(lab, { node, bridge }, saw)
}

/**
 * Open vSwitch deletes all flows of a bridge when it is given its first OpenFlow controller, and in the fail mode standalone again
 * where that does not answer (ovs-vswitchd.conf.db(5), fail_mode). ovn-controller is none: it needs no row for its connection.
 */
function controlledOtherwise(
  node: string,
  bridge: string,
  { bridges }: OvsDatabase,
  saw: Text,
): BrokenLink | undefined {
  const own = bridges.find(({ name }) => name === bridge)
  if (!own || own.controller.length === 0) return undefined
  const mode = own.fail_mode[0] ?? 'standalone'
  return {
    where: `${node} · Open_vSwitch · Bridge · controller`,
    saw: andThen(
      saw,
      text(
        `${bridge} has an OpenFlow controller (fail_mode ${mode}): when Open vSwitch turns to one, it deletes all flows that are there`,
        `${bridge} 設定了 OpenFlow 控制器（fail_mode ${mode}）：Open vSwitch 改用控制器時，會刪掉已有的全部 flow`,
      ),
    ),
    tryThis: on(node, `sudo ovs-vsctl get-controller ${bridge}`),
    cause: 'controller-of-another-kind',
  }
}

/**
 * The bridge has what the southbound database has, and the packet met no flow in a table of the pipeline: then it is that
 * stage which is missing there. Which one it is, tell the stages before it: table numbers differ between releases.
 */
async function stageLacks(
  lab: Lab,
  { name }: LogicalSwitch,
  steps: TraceStep[],
  defaults: DefaultFlow[],
): Promise<BrokenLink | undefined> {
  const last = steps.at(-1)
  if (last?.flow !== NO_FLOW) return undefined
  const known = steps.flatMap(({ table, cookie }) => {
    const found = defaults.find(({ uuid }) => uuid === cookie.padStart(8, '0'))
    return found ? [{ ...found, table }] : []
  })
  const before = known.at(-1)
  if (!before) return undefined
  const [pipeline, id] = [before.pipeline, last.table - before.table + before.tableId]
  if (defaults.some(flow => flow.pipeline === pipeline && flow.tableId === id)) return undefined
  return notCarried(lab, {
    where: 'OVN_Southbound · Logical_Flow',
    saw: text(
      `the southbound database lacks Logical_Flow rows of ${name}: in its ${pipeline} pipeline, table ${id} (behind ${before.stage}) has none for the packet`,
      `southbound 資料庫缺了 ${name} 的 Logical_Flow：${pipeline} pipeline 的 table ${id}（在 ${before.stage} 之後）沒有這個封包的資料列`,
    ),
    tryThis: `sudo ovn-sbctl lflow-list ${name}`,
    cause: 'not-carried-south',
  })
}

function groupLacks(lab: Lab, { name }: LogicalSwitch, group: string, count: number): Promise<BrokenLink> {
  return notCarried(lab, {
    where: 'OVN_Southbound · Multicast_Group · ports',
    saw: text(
      `${group} of ${name} holds ${count} ports in the southbound database, and not all that northbound has for it`,
      `southbound 資料庫裡 ${name} 的 ${group} 有 ${count} 個 port，不是 northbound 裡應有的全部`,
    ),
    tryThis: 'sudo ovn-sbctl list Multicast_Group',
    cause: 'not-carried-south',
  })
}
