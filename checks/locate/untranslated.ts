import { text } from '../../harness/core/text.ts'
import { routersWith } from '../../harness/look/joints.ts'
import type { Lab, Northbound } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { Nat } from '../../harness/ovsdb/tables.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import type { Break } from '../heard/bracket.ts'
import type { Wanted } from '../nouns/wanted.ts'
import type { Outward } from '../route/outward.ts'
import type { Route } from '../route/route.ts'
import { hostOf } from '../route/through-routers.ts'
import { translationOf } from '../state/has-nat.ts'
import { conditionOf } from '../state/nat-limit.ts'
import { narrowWay, wayOf } from './path-mtu.ts'
import { counted } from './risen.ts'
import { setOnRouter } from './router-options.ts'

/** Packets left under another address than NAT is to give them, or came in under it. */
export async function notTranslated(
  lab: Lab,
  route: Route,
  broken: Break,
  { outer, translated }: Outward,
): Promise<BrokenLink> {
  const { place, packet, odd } = broken
  const node = place.kind === 'bridge' ? place.node : outer.node
  const { source, destination } = odd!.frame
  const northbound = await unlessBlind(lab.northbound())
  const named =
    northbound &&
    (source !== packet.source && translated !== undefined
      ? (conditionOf(translationOf(northbound, outer.address, source), northbound, packet.destination) ??
        (await nowhereBound(lab, northbound, translationOf(northbound, outer.address, route.from.address))))
      : balancer(northbound, packet.destination, destination))
  // A router that finds a packet too large answers it before it translates anything (ovn-nb(5), gateway_mtu).
  const tooLarge = named || packet.bytes === undefined ? undefined : await setOnRouter(lab, route, broken)
  const row =
    named ??
    tooLarge ??
    (await untracked(lab, route, packet, node)) ??
    (source === route.from.address ? await unlessBlind(inPieces(lab, route, packet)) : undefined)
  return {
    where: row?.where ?? `${node} · br-int`,
    saw: text(
      `the ${packet.kind} is ${source} > ${destination} there, and should be ${packet.source} > ${packet.destination}${row ? `: ${row.saw.en}` : ''}`,
      `${packet.kind} 在那裡是 ${source} > ${destination}，應該是 ${packet.source} > ${packet.destination}${row ? `：${row.saw['zh-TW']}` : ''}`,
    ),
    tryThis:
      row?.tryThis ??
      `sudo ovn-nbctl lr-nat-list ${(northbound && routersWith(northbound, outer.address)[0]?.router.name) ?? outer.netns}`,
  }
}

/** The end cuts it, as a route of its own says, and a datapath may translate whole packets alone (ovs-actions(7), ct). */
async function inPieces(lab: Lab, { from, address }: Route, packet: Wanted) {
  return packet.mayBeCut
    ? narrowWay(from, await wayOf(lab, from, address), { ...packet, mayBeCut: false })
    : undefined
}

/** Such a row is used where the port that it names is, and nowhere if that is on no chassis (ovn-nb(5), NAT, logical_port). */
async function nowhereBound(lab: Lab, { ports }: Northbound, row: Nat | undefined) {
  const [port] = row?.logical_port ?? []
  if (!row || port === undefined || row.external_mac.length === 0) return undefined
  const isThere = ports.some(({ name }) => name === port)
  const southbound = await unlessBlind(lab.southbound())
  const binding = southbound?.bindings.find(({ logical_port }) => logical_port === port)
  if (!southbound || (isThere && binding?.chassis.length !== 0)) return undefined
  return {
    where: 'OVN_Northbound · NAT · logical_port',
    saw: text(
      `the row of NAT for ${row.external_ip} is used where its logical_port ${port} is, and ${isThere ? 'no chassis has that port' : 'there is no such port'}`,
      `${row.external_ip} 的 NAT 只用在它的 logical_port ${port} 所在的地方，但${isThere ? '這個 port 不在任何 chassis 上' : '沒有這個 port'}`,
    ),
    tryThis: 'sudo ovn-nbctl --columns=external_ip,logical_port,external_mac list NAT',
  }
}

/** Connection tracking does the translating, and follows no new connection where it is full. */
async function untracked(lab: Lab, route: Route, packet: Wanted, node: string) {
  const ovs = await unlessBlind(lab.ovs(node))
  const risen = ovs && (await unlessBlind(counted(lab, route, packet, node, ovs)))
  return risen && /conntrack|ct-zone-limit/.test(risen.where) ? risen : undefined
}

/** A load balancer has the address for one of its own, and gives packets for it that of a backend (ovn-nb(5), vips). */
export function balancer({ loadBalancers }: Northbound, asked: string, given: string) {
  const row = loadBalancers.find(({ vips }) =>
    Object.entries(vips).some(
      ([vip, to]) => hostOf(vip) === asked && to.split(',').map(hostOf).includes(given),
    ),
  )
  return (
    row && {
      where: 'OVN_Northbound · Load_Balancer · vips',
      saw: text(
        `the load balancer ${row.name} gives packets for ${asked} the address ${given}`,
        `load balancer ${row.name} 把給 ${asked} 的封包改送到 ${given}`,
      ),
      tryThis: 'sudo ovn-nbctl lb-list',
    }
  )
}
