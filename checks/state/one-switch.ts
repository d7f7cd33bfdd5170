import { Unmet } from '../../harness/core/errors.ts'
import { text } from '../../harness/core/text.ts'
import { heldBy } from '../../harness/look/holding.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { LogicalSwitch, LogicalSwitchPort } from '../../harness/ovsdb/tables.ts'
import type { Endpoint } from '../nouns/endpoint.ts'
import { localnetPortsOf } from '../nouns/localnet-ports.ts'
import { list } from '../nouns/phrases.ts'
import { plugsOf } from '../nouns/plug-of.ts'
import { portsOf } from '../nouns/ports-of.ts'

/** A logical switch that holds a port for each endpoint, with those ports in the endpoints' order. */
export interface SharedSwitch {
  logicalSwitch: LogicalSwitch
  ports: LogicalSwitchPort[]
  /** Where there are several: which of its ports the interfaces of the endpoints name. */
  inUse?: boolean[]
}

/**
 * Every switch that holds all endpoints; those with a localnet port alone, where there is one. First those whose ports the
 * interfaces of the endpoints name: of a switch that was made anew, the old one may be there still, with ports of the same MACs.
 */
async function sharedSwitches(lab: Lab, endpoints: Endpoint[]): Promise<SharedSwitch[]> {
  const [{ switches, ports }, portsOfEach] = await Promise.all([
    lab.northbound(),
    Promise.all(endpoints.map(endpoint => portsOf(lab, endpoint))),
  ])
  const shared = switches.flatMap(logicalSwitch => {
    const held = portsOfEach.map(own => heldBy(own, logicalSwitch)[0])
    return held.every(port => port !== undefined) ? [{ logicalSwitch, ports: held }] : []
  })
  const outward = shared.filter(({ logicalSwitch }) => localnetPortsOf(ports, logicalSwitch).length > 0)
  const several = outward.length > 0 ? outward : shared
  if (several.length <= 1) return several
  const named = await Promise.all(
    endpoints.map(async endpoint =>
      ((await unlessBlind(plugsOf(lab, endpoint))) ?? []).map(({ iface }) => iface.external_ids['iface-id']),
    ),
  )
  const count = ({ inUse }: SharedSwitch) => inUse?.filter(Boolean).length ?? 0
  const leadsOn = ({ logicalSwitch }: SharedSwitch) =>
    heldBy(ports, logicalSwitch).filter(({ type }) => type !== '').length
  // Where as many name one as the other: that which leads to a router, say; or else the first of them says which it is to be.
  return several
    .map(one => ({ ...one, inUse: one.ports.map(({ name }, at) => named[at]!.includes(name)) }))
    .toSorted(
      (one, other) =>
        count(other) - count(one) ||
        leadsOn(other) - leadsOn(one) ||
        one.inUse.indexOf(true) - other.inUse.indexOf(true),
    )
}

/**
 * The switch that holds all endpoints, whatever its name; undefined where there is none.
 * A switch left over from an earlier day may hold ports with the same MACs: one with a localnet port comes first.
 */
export const sharedSwitch = async (lab: Lab, endpoints: Endpoint[]): Promise<SharedSwitch | undefined> =>
  (await sharedSwitches(lab, endpoints))[0]

/**
 * The ports that can be the endpoint's: on a switch that holds all of them, that of which the interfaces name ports where they do,
 * else any with its MAC. A port of that MAC on another switch leads nowhere. Where only one has the MAC, the other endpoints need not be looked at.
 */
export async function ownPorts(lab: Lab, endpoint: Endpoint, all: Endpoint[]): Promise<LogicalSwitchPort[]> {
  const withItsMac = await portsOf(lab, endpoint)
  if (withItsMac.length <= 1) return withItsMac
  const shared = await sharedSwitches(lab, all)
  const first = shared[0]
  const own = (first?.inUse?.includes(true) ? [first] : shared).flatMap(
    ({ ports }) => ports[all.indexOf(endpoint)] ?? [],
  )
  return own.length > 0 ? own : withItsMac
}

/** One logical switch holds a port for every endpoint. */
export async function shareOneSwitch(lab: Lab, endpoints: Endpoint[]): Promise<void> {
  if (await sharedSwitch(lab, endpoints)) return
  const { switches } = await lab.northbound()
  const places = await Promise.all(
    endpoints.map(async endpoint => {
      const uuids = (await portsOf(lab, endpoint)).map(port => port._uuid)
      const holders = switches.filter(holder => holder.ports.some(uuid => uuids.includes(uuid)))
      const isAlike = (one: LogicalSwitch) =>
        switches.some(other => other.name === one.name && other._uuid !== one._uuid)
      const names = holders.map(one => (isAlike(one) ? `${one.name} (${one._uuid.slice(0, 8)}…)` : one.name))
      return `${endpoint.netns}: ${names.join(', ') || '(none)'}`
    }),
  )
  const names = list(endpoints.map(endpoint => endpoint.netns))
  throw new Unmet({
    expected: text(
      `one Logical_Switch that has the ports of ${names.en}`,
      `${names['zh-TW']} 的 port 在同一個 Logical_Switch 上`,
    ),
    saw: text(`the switch of each: ${list(places).en}`, `各自所在的 switch：${list(places)['zh-TW']}`),
    where: 'OVN_Northbound · Logical_Switch · ports',
    tryThis: 'sudo ovn-nbctl show',
  })
}

/** No logical switch that has a port of the endpoint has one of the others. */
export async function hasSwitchOfItsOwn(lab: Lab, endpoint: Endpoint, others: Endpoint[]): Promise<void> {
  const { switches } = await lab.northbound()
  const uuidsOf = async (one: Endpoint) => (await portsOf(lab, one)).map(({ _uuid }) => _uuid)
  const [own, theirs] = await Promise.all([uuidsOf(endpoint), Promise.all(others.map(uuidsOf))])
  const holds = (holder: LogicalSwitch, uuids: string[]) => holder.ports.some(uuid => uuids.includes(uuid))
  const shared = switches.filter(holder => holds(holder, own))
  const alone = shared.filter(holder => !theirs.some(uuids => holds(holder, uuids)))
  if (alone.length > 0 && alone.length === shared.length) return
  const names = list(others.map(({ netns }) => netns))
  const seen = list(shared.map(({ name }) => name))
  throw new Unmet({
    expected: text(
      `the port of ${endpoint.netns} on a Logical_Switch that has none of ${names.en}`,
      `${endpoint.netns} 的 port 所在的 Logical_Switch 上沒有 ${names['zh-TW']} 的 port`,
    ),
    saw: text(
      `the switch of ${endpoint.netns}: ${seen.en}`,
      `${endpoint.netns} 所在的 switch：${seen['zh-TW']}`,
    ),
    where: 'OVN_Northbound · Logical_Switch · ports',
    tryThis: 'sudo ovn-nbctl show',
  })
}
