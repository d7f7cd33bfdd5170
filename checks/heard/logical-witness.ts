import { Contradiction } from '../../harness/core/errors.ts'
import { isSubnet } from '../../harness/core/prefix.ts'
import { text } from '../../harness/core/text.ts'
import type { LogicalPacket } from '../../harness/look/evidence.ts'
import { heldBy } from '../../harness/look/holding.ts'
import { switchesWith } from '../../harness/look/joints.ts'
import type { Lab, Northbound } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { LogicalSwitch } from '../../harness/ovsdb/tables.ts'
import { USUAL_TTL } from '../nouns/kinds-sent.ts'
import { localnetPortsOf } from '../nouns/localnet-ports.ts'
import { on } from '../nouns/phrases.ts'
import type { Route } from '../route/route.ts'
import { sentAt } from '../route/routed.ts'
import type { Station } from '../route/stations.ts'
import type { Crossing } from './carried.ts'

/**
 * What crossed the bridges must be what OVN's own logical flows let pass: a flow added by hand may bear the cookie of one
 * of OVN's, and no trace through a bridge tells the two apart. Where the southbound database alone would drop the packet,
 * one of the two is not what it seems, and nobody can say which: Contradiction. Asked where NAT changes
 * nothing, and only where northbound has something that may drop.
 */
export async function assertLogical(lab: Lab, route: Route, crossings: Crossing[]): Promise<void> {
  const northbound = await lab.northbound()
  const [own, other] = switchesOf(northbound, route)
  if (!own || !other || ![own, other].some(one => mayDrop(northbound, one, route))) return
  if ([own, other].some(one => isReadOtherwise(northbound, one)) || isLeftUnfinished(route)) return
  const routers = northbound.routerPorts.map(({ mac }) => mac.toLowerCase())
  const asked = crossings.flatMap(({ station }) => {
    const sender = station.direction === 'request' ? own : other
    const packet = logicalPacket(northbound, sender, route, station, routers)
    return packet ? [{ station, packet }] : []
  })
  if (asked.length === 0) return
  const seen = await unlessBlind(lab.logicalTraces(asked.map(({ packet }) => packet)))
  const at = seen?.findIndex(({ outputs }) => outputs?.length === 0) ?? -1
  if (at < 0) return
  const { station, packet } = asked[at]!
  const { kind, source, destination } = station.wanted
  throw new Contradiction(
    text(
      `the ${kind} from ${source} to ${destination} crossed ${station.post.node}, but the logical flows of OVN would drop it: flows on the nodes are not the ones OVN would create`,
      `從 ${source} 到 ${destination} 的 ${kind} 通過了 ${station.post.node}，但依照 OVN 的 logical flow 應該丟棄：節點上的 flow 不是 OVN 會建立的那些`,
    ),
    {
      where: `${station.post.node} · OpenFlow`,
      help: on(await lab.central(), `sudo ovn-trace --ovs ${packet.datapath} '${packet.flow}'`),
    },
  )
}

/** The switch that the path stays on, twice; where routers join two, that of each end. */
function switchesOf(northbound: Northbound, route: Route): (LogicalSwitch | undefined)[] {
  const { from, to, routed } = route
  if (!routed) return [switchOf(northbound, route), switchOf(northbound, route)]
  // A router's own address is on the switch of who asks.
  return [from, to ?? from].map(end => switchesWith(northbound, end?.logicalPort)[0])
}

const switchOf = ({ switches, ports }: Northbound, { from, to }: Route): LogicalSwitch | undefined => {
  const names = [from, ...(to ? [to] : [])].map(({ logicalPort }) => logicalPort)
  const uuids = names.map(name => ports.find(port => port.name === name)?._uuid)
  return switches.find(one => uuids.every(uuid => uuid !== undefined && one.ports.includes(uuid)))
}

const mayDrop = (northbound: Northbound, own: LogicalSwitch, { routed }: Route): boolean =>
  northbound.acls.length > 0 ||
  routed?.from.joints.some(({ router }) => (router?.policies.length ?? 0) > 0) === true ||
  heldBy(northbound.ports, own).some(
    ({ port_security, enabled }) => port_security.length > 0 || enabled[0] === false,
  )

/**
 * Of port security, ovn-controller makes flows for the ports of its own interfaces alone; ovn-trace(8) believes the column of
 * every port. And where the column allows all of a subnet (192.168.10.0/24), ovn-trace(8) allows the one address that it is
 * written with.
 */
const isReadOtherwise = (northbound: Northbound, own: LogicalSwitch): boolean =>
  heldBy(northbound.ports, own).some(
    ({ type, port_security }) =>
      port_security.length > 0 && (type !== '' || port_security.some(allowsSubnet)),
  )

/** A trace that comes to `ct_snat` in a router which is on one chassis ends there, and says nothing of what follows (ovn-trace.c). */
const isLeftUnfinished = ({ routed }: Route): boolean =>
  routed?.from.joints.some(({ router }) => router?.options.chassis !== undefined && router.nat.length > 0) ===
  true

const allowsSubnet = (words: string): boolean => words.trim().split(/\s+/).some(isSubnet)

/** Undefined where it is not known which logical port it enters by, or where it goes to a router and that is not the path. */
function logicalPacket(
  northbound: Northbound,
  own: LogicalSwitch,
  route: Route,
  { post, direction, wanted, heard }: Station,
  routers: string[],
): LogicalPacket | undefined {
  const { from, to, routed } = route
  const [frame] = heard.frames
  if (routed && post !== sentAt(route, direction)) return undefined
  const [localnet, another] = localnetPortsOf(northbound.ports, own)
  // One trace from the plug goes all the way; only what comes from outside has none.
  if (post.kind === 'exit' && to) return undefined
  const inport =
    post.kind === 'plug'
      ? (direction === 'request' ? from : to)?.logicalPort
      : another || post.isTunnel
        ? undefined
        : localnet?.name
  if (!frame || inport === undefined || !wanted.kind.startsWith('echo') || wanted.source.includes(':'))
    return undefined
  if (!routed && routers.some(mac => mac === frame.destinationMac || mac === frame.sourceMac))
    return undefined
  const isReply = direction === 'reply'
  return {
    datapath: own.name,
    flow: `inport == ${JSON.stringify(inport)} && eth.src == ${frame.sourceMac} && eth.dst == ${frame.destinationMac} && ip4.src == ${wanted.source} && ip4.dst == ${wanted.destination} && ip.ttl == ${frame.ttl ?? USUAL_TTL} && ip.dscp == ${(frame.tos ?? 0) >> 2} && icmp4.type == ${isReply ? 0 : 8} && icmp4.code == 0`,
    ...(isReply && { isEstablished: true as const }),
  }
}
