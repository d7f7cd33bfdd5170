import { text } from '../../harness/core/text.ts'
import { isDeclaredBy } from '../../harness/look/declared-macs.ts'
import type { TraceSeen } from '../../harness/look/evidence.ts'
import { integrationBridgeName } from '../../harness/look/integration-bridge.ts'
import { switchesWith } from '../../harness/look/joints.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { LogicalSwitchPort } from '../../harness/ovsdb/tables.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { originsOf } from '../heard/origin.ts'
import { firstOf } from '../nouns/first-of.ts'
import type { End } from '../route/hop.ts'
import type { Route } from '../route/route.ts'

type Ends = Pick<Route, 'from' | 'to'>

const endsOf = ({ from, to }: Ends): End[] => (to ? [from, to] : [from])

/**
 * Two ports of a switch with one MAC address: OVN writes a flow for each, both match the same packets, and which of them
 * ovn-controller uses is left open (ovn-northd(8), "Destination Lookup"). A trace shows that it is the flow of the wrong one.
 */
export async function ledToDouble(
  lab: Lab,
  route: Ends,
  node: string,
  trace: TraceSeen,
): Promise<BrokenLink | undefined> {
  const doubles = await Promise.all(endsOf(route).map(end => doublesOf(lab, end)))
  if (doubles.every(({ others }) => others.length === 0)) return undefined
  const ovs = await lab.ovs(node)
  const own = integrationBridgeName(ovs)
  const origins = await originsOf(
    lab,
    ovs,
    trace.steps.filter(({ bridge }) => bridge === own),
  )
  for (const { end, others } of doubles) {
    const isIts = new RegExp(`\\beth\\.dst == ${end.mac}\\b`, 'i')
    const chosen = others.find(({ _uuid }) =>
      origins.some(
        origin =>
          origin.kind === 'logical' && origin.row?.row._uuid === _uuid && isIts.test(origin.flow.match),
      ),
    )
    if (chosen) return doubled(end, chosen, 'chosen')
  }
  return undefined
}

/** A port with the MAC address of an end is bound to a chassis, which sends in that name: bridges learn that the MAC is there. */
export function boundDouble(lab: Lab, route: Ends): Promise<BrokenLink | undefined> {
  return firstOf(endsOf(route), async end => {
    const [{ others }, southbound] = await Promise.all([doublesOf(lab, end), unlessBlind(lab.southbound())])
    const bound = others.find(({ name }) =>
      southbound?.bindings.some(({ logical_port, chassis }) => logical_port === name && chassis.length > 0),
    )
    return bound && doubled(end, bound, 'bound')
  })
}

/** The other ports of an end's switch that declare its MAC address. */
async function doublesOf(lab: Lab, end: End): Promise<{ end: End; others: LogicalSwitchPort[] }> {
  const northbound = await lab.northbound()
  const uuids = switchesWith(northbound, end.logicalPort).flatMap(({ ports }) => ports)
  const others = northbound.ports.filter(
    port =>
      uuids.includes(port._uuid) &&
      port.name !== end.logicalPort &&
      port.enabled[0] !== false &&
      isDeclaredBy(port, end.mac),
  )
  return { end, others }
}

const doubled = (
  { mac, logicalPort = '' }: End,
  { name }: LogicalSwitchPort,
  how: 'chosen' | 'bound',
): BrokenLink => ({
  where: 'OVN_Northbound · Logical_Switch_Port · addresses',
  saw:
    how === 'chosen'
      ? text(
          `the ports ${name} and ${logicalPort} of one switch both have the MAC ${mac}, and OVN sends what is for it to ${name}`,
          `同一個 switch 上的 port ${name} 和 ${logicalPort} 都寫著 MAC 位址 ${mac}，OVN 把給它的封包送往 ${name}`,
        )
      : text(
          `the ports ${name} and ${logicalPort} of one switch both have the MAC ${mac}, and both are bound: what is for it goes now to the one and now to the other`,
          `同一個 switch 上的 port ${name} 和 ${logicalPort} 都寫著 MAC 位址 ${mac}，而且都綁定了：給它的封包有時送到這個，有時送到那個`,
        ),
  row: `Logical_Switch_Port ${name}`,
  tryThis: 'sudo ovn-nbctl --columns=name,addresses list Logical_Switch_Port',
  cause: 'ports-of-one-mac',
})
