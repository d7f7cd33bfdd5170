import { Unmet } from '../../harness/core/errors.ts'
import { type Text, text } from '../../harness/core/text.ts'
import { routersWith } from '../../harness/look/joints.ts'
import type { Lab, Northbound, Southbound } from '../../harness/look/lab.ts'
import { chassisName } from '../../harness/look/tunnel-ports.ts'
import type { ChosenChassis, LogicalRouterPort, PortBinding } from '../../harness/ovsdb/tables.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { controllerPaused, notConnected } from '../diagnosis/connection.ts'
import { notRunning } from '../diagnosis/daemon.ts'
import { northdIdle } from '../diagnosis/northd.ts'
import { firstOf } from '../nouns/first-of.ts'
import { andThen, list, quoted } from '../nouns/phrases.ts'

/** Those that a port may leave by, and the table they are written down in. */
function chosenBy(northbound: Northbound, port: LogicalRouterPort): { table: string; rows: ChosenChassis[] } {
  const group = northbound.haChassisGroups.find(({ _uuid }) => port.ha_chassis_group.includes(_uuid))
  return group
    ? {
        table: 'HA_Chassis',
        rows: northbound.haChassis.filter(({ _uuid }) => group.ha_chassis.includes(_uuid)),
      }
    : {
        table: 'Gateway_Chassis',
        rows: northbound.gatewayChassis.filter(({ _uuid }) => port.gateway_chassis.includes(_uuid)),
      }
}

/** A chassis is called by its name; a row that has a hostname instead means nobody. */
const areByHostname = (rows: ChosenChassis[], { chassis }: Pick<Southbound, 'chassis'>): boolean =>
  rows.some(({ chassis_name }) => chassis.some(({ hostname }) => hostname === chassis_name))

/** What the port of a router with an address may leave by, the chassis that there are, and what that of a node is called. */
export async function choiceFor(lab: Lab, address: string, node: string) {
  const [northbound, { chassis }, ovs] = await Promise.all([
    lab.northbound(),
    lab.southbound(),
    lab.ovs(node),
  ])
  const [found] = routersWith(northbound, address)
  const chosen = found ? chosenBy(northbound, found.port) : { table: 'Gateway_Chassis', rows: [] }
  const isByHostname = areByHostname(chosen.rows, { chassis })
  return { name: chassisName(ovs), chassis, found, ...chosen, isByHostname }
}

/** The order in which chassis take a port: by priority, and of equals by name, from z to a (ha-chassis.c, compare_chassis_prio_). */
const inOrder = (one: ChosenChassis, other: ChosenChassis): number =>
  other.priority - one.priority || (one.chassis_name < other.chassis_name ? 1 : -1)

/** Whom OVN takes of those that are first alike. */
function drawn([first, ...others]: ChosenChassis[]): Text | undefined {
  if (!first || others.every(({ priority }) => priority !== first.priority)) return undefined
  const { chassis_name: name, priority } = first
  return text(
    `several have the priority ${priority}, and of those OVN takes the one whose name is last in the alphabet: ${name}`,
    `有好幾個的優先權都是 ${priority}，這時 OVN 用名稱依字母順序排在最後的那個：${name}`,
  )
}

/**
 * The port of a router with an address is to leave OVN on the node: it has the highest priority of the port's gateway
 * chassis that there are, or the router as a whole was given to its chassis.
 */
export async function choosesGateway(lab: Lab, address: string, node: string): Promise<void> {
  const { name, chassis, found, table, rows, isByHostname } = await choiceFor(lab, address, node)
  const whole = found?.router.options.chassis
  const there = rows.filter(row => chassis.some(one => one.name === row.chassis_name)).toSorted(inOrder)
  if (whole !== undefined ? whole === name : there[0]?.chassis_name === name) return
  const port = found?.port.name ?? ''
  // OVN then looks at the group alone (ovn-nb(5), Logical_Router_Port.ha_chassis_group).
  const isOverruled = table === 'HA_Chassis' && (found?.port.gateway_chassis.length ?? 0) > 0
  const hostOf = (chosen: string) => chassis.find(one => one.name === chosen)?.hostname ?? 'no such chassis'
  const seen = list(
    rows.map(
      ({ chassis_name, priority }) => `${chassis_name} (${hostOf(chassis_name)}, priority ${priority})`,
    ),
  )
  const place =
    rows.length === 0
      ? 'Logical_Router_Port · gateway_chassis'
      : there.some(({ chassis_name }) => chassis_name === name)
        ? `${table} · priority`
        : `${table} · chassis_name`
  throw new Unmet({
    expected: text(
      `${quoted(name)}, the chassis of ${node}, as gateway chassis of the router port with ${address}`,
      `有 ${address} 的 router port，gateway chassis 是 ${node} 的 ${quoted(name)}`,
    ),
    saw:
      whole === undefined
        ? andThen(
            text(`gateway chassis of ${port}: ${seen.en}`, `${port} 的 gateway chassis：${seen['zh-TW']}`),
            isOverruled
              ? text(
                  `they are those of its ha_chassis_group, and OVN then does not look at its gateway_chassis`,
                  `這些來自它的 ha_chassis_group，有設定這一欄時，OVN 就不看 gateway_chassis`,
                )
              : drawn(there),
          )
        : text(
            `the router has options:chassis ${quoted(whole)} (${hostOf(whole)})`,
            `router 的 options:chassis 是 ${quoted(whole)}（${hostOf(whole)}）`,
          ),
    where: `OVN_Northbound · ${whole !== undefined ? 'Logical_Router · options:chassis' : isOverruled ? 'Logical_Router_Port · ha_chassis_group' : place}`,
    tryThis: isOverruled
      ? `sudo ovn-nbctl ha-chassis-group-list; sudo ovn-nbctl get Logical_Router_Port ${port} ha_chassis_group`
      : `sudo ovn-nbctl lrp-get-gateway-chassis ${port}`.trim(),
    ...(whole === undefined && isOverruled && { cause: 'gateway-overruled' as const }),
    ...(isByHostname && { cause: 'chassis-by-hostname' as const }),
  })
}

/** Every chassis that a port may leave by is one that there is not: then no chassis takes it. */
export function choosesNobody(
  northbound: Northbound,
  { chassis }: Southbound,
  port: LogicalRouterPort,
): BrokenLink | undefined {
  const { table, rows } = chosenBy(northbound, port)
  if (rows.length === 0 || rows.some(row => chassis.some(({ name }) => name === row.chassis_name)))
    return undefined
  const [named, known] = [rows.map(row => quoted(row.chassis_name)), chassis.map(({ name }) => quoted(name))]
  // OVN then looks at the group alone (ovn-nb(5), Logical_Router_Port.ha_chassis_group).
  const isOverruled = table === 'HA_Chassis' && port.gateway_chassis.length > 0
  return {
    where: `OVN_Northbound · ${table} · chassis_name`,
    saw: text(
      `${port.name} is to be on ${list(named).en}${isOverruled ? ' (its ha_chassis_group overrules its gateway_chassis)' : ''}, and no chassis is called so; there are ${list(known).en}`,
      `${port.name} 應該在 ${list(named)['zh-TW']} 上${isOverruled ? '（ha_chassis_group 優先於 gateway_chassis）' : ''}，但沒有叫這個名稱的 chassis；現有的是 ${list(known)['zh-TW']}`,
    ),
    tryThis:
      table === 'HA_Chassis'
        ? 'sudo ovn-nbctl ha-chassis-group-list'
        : `sudo ovn-nbctl lrp-get-gateway-chassis ${port.name}`,
    ...(areByHostname(rows, { chassis }) && { cause: 'chassis-by-hostname' as const }),
  }
}

/** The southbound row of a router port that is on one chassis alone: its chassisredirect, or the port itself (ovn-sb(5)). */
export const centralBinding = ({ bindings }: Southbound, port: string): PortBinding | undefined =>
  bindings.find(({ type, options }) => type === 'chassisredirect' && options['distributed-port'] === port) ??
  bindings.find(({ type, logical_port }) => type === 'l3gateway' && logical_port === port)

/** The southbound database binds what the router port with an address sends out to the chassis of the node. */
export async function gatewayBound(lab: Lab, address: string, node: string): Promise<void> {
  const [northbound, southbound, ovs] = await Promise.all([lab.northbound(), lab.southbound(), lab.ovs(node)])
  const port = routersWith(northbound, address)[0]?.port.name ?? ''
  const binding = centralBinding(southbound, port)
  const bound = southbound.chassis.find(({ _uuid }) => binding?.chassis.includes(_uuid))
  if (bound && bound.name === chassisName(ovs)) return
  throw new Unmet({
    expected: text(
      `a Port_Binding of type chassisredirect for ${port} that is bound to the chassis of ${node}`,
      `${port} 有一筆 type 為 chassisredirect 的 Port_Binding，綁定在 ${node} 的 chassis 上`,
    ),
    saw: binding
      ? text(
          `${binding.logical_port} is bound to ${bound ? `${bound.name} (${bound.hostname})` : 'no chassis'}`,
          `${binding.logical_port} ${bound ? `綁定在 ${bound.name}（${bound.hostname}）` : '沒有綁定在任何 chassis'}`,
        )
      : text('there is no such Port_Binding', '沒有這樣的 Port_Binding'),
    where: 'OVN_Southbound · Port_Binding · chassis',
    tryThis: 'sudo ovn-sbctl find Port_Binding type=chassisredirect',
    ...(binding ? await idleChassis(lab, node) : await northdIdle(lab)),
  })
}

/**
 * Why no chassis takes the port: the ovn-controller of one that should does nothing. A chassis that hears none of the others
 * by BFD takes itself for cut off, and gives the port away as well (ha-chassis.c).
 */
export async function idleChassis(lab: Lab, node: string): Promise<BrokenLink | undefined> {
  return firstOf(
    [node, ...lab.nodes.filter(one => one !== node)],
    async each =>
      (await notRunning(lab, each, 'ovn-controller')) ??
      (await controllerPaused(lab, each)) ??
      (await notConnected(lab, each)),
  )
}
