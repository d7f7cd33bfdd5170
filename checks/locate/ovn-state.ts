import { text } from '../../harness/core/text.ts'
import { isDeclaredBy } from '../../harness/look/declared-macs.ts'
import { holdersOf } from '../../harness/look/holding.ts'
import { chassisSetting, plugs } from '../../harness/look/integration-bridge.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { LogicalSwitchPort } from '../../harness/ovsdb/tables.ts'
import { nestedInOther, requestedElsewhere } from '../diagnosis/binding.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { refusesOpenFlow } from '../diagnosis/connection.ts'
import { tableFull } from '../diagnosis/flow-limit.ts'
import { heldTwice } from '../diagnosis/held-twice.ts'
import { KEY, takenBridge } from '../diagnosis/mapping-mistake.ts'
import { notChosen } from '../diagnosis/not-chosen.ts'
import type { Endpoint } from '../nouns/endpoint.ts'
import { firstOf } from '../nouns/first-of.ts'
import { list, on, quoted } from '../nouns/phrases.ts'
import { LOCALPORT, takesUnknown } from '../nouns/ports-of.ts'
import { bridgeBesideOvn } from '../route/beside-ovn.ts'
import type { End } from '../route/hop.ts'
import { onSwitchOf } from '../route/on-switch.ts'
import type { Break } from '../route/place.ts'
import type { Route } from '../route/route.ts'
import { isNear } from '../route/routed.ts'
import { boundToItsChassis } from '../state/bound.ts'
import { localnetCarriedSouth } from '../state/carried-south.ts'
import { wrongType } from '../state/has-switch-port.ts'
import { hasLocalnetPort, localnetPort } from '../state/localnet-port.ts'
import { mapsLocalnet } from '../state/mapped.ts'
import { brokenMapping } from '../state/mapping.ts'
import { patchedByOvn } from '../state/patched.ts'
import { pluggedIn } from '../state/plugged-in.ts'
import { apartOnWire, ledByNobody } from './apart-on-wire.ts'
import { apartBesideOvn } from './beside-ovn.ts'
import { mislabelled } from './mislabelled.ts'
import { nestedApart } from './nested.ts'
import { nobodyInSubnet, ofNoPort } from './not-in-ovn.ts'
import { unmet } from './unmet.ts'
import { balancedToNobody } from './vip-state.ts'

/**
 * What a lesson's earlier claims say of a node, asked here of any path: its ports are plugged in and bound, its switch is
 * mapped and patched to the physical network where it has a localnet port; and of a load balancer, that it has somebody for the packet.
 */
export async function ovnState(
  lab: Lab,
  route: Route,
  node: string,
  broken?: Break,
): Promise<BrokenLink | undefined> {
  const { from, to, address, posts, outward, routed } = route
  const locals = await localports(lab)
  const ends = [from, to].flatMap(end => {
    if (end?.netns === undefined) return []
    const isLocal = locals.some(({ name }) => name === end.logicalPort)
    return [{ ...end, netns: end.netns, ...(isLocal && { isLocal }) } satisfies Endpoint & End]
  })
  const beside = await Promise.all(ends.map(end => bridgeBesideOvn(lab, end)))
  if (ends.length > 0 && beside.every(bridge => bridge !== undefined))
    return unlessBlind(apartBesideOvn(lab, route, node))
  const own = ends.filter(
    (end, at) => end.node === node && beside[at] === undefined && end.claimedBy === undefined,
  )
  const leaves = posts.find(post => post.kind === 'exit' && post.node === node)
  // What leaves by a router leaves by another switch than that of its end.
  const isRouted = outward || (!to && !isNear(from, address) && (await leadsToRouterAlone(lab, from)))
  const exit = leaves?.isTunnel || isRouted ? undefined : leaves?.links[0]
  // Between two switches, each leaves and comes in by a localnet port of its own.
  const ofWire = routed && own.length > 0 ? own : ends
  const bound = own.filter(({ isLocal }) => !isLocal)
  const asked: (() => Promise<BrokenLink | undefined>)[] = [
    () => apart(lab, [from, to], locals),
    () => apartOnWire(lab, route),
    ...[from, to].map(end => async () => end && nestedApart(lab, end, broken)),
    ...own.map(end => () => mistyped(lab, end)),
    ...own.map(end => () => undeclared(lab, end)),
    ...own.map(end => () => leftUnchosen(lab, end)),
    ...own.map(end => () => heldTwice(lab, end.logicalPort)),
    ...own.map(end => () => unmet(pluggedIn(lab, end, ends))),
    ...bound.map(end => () => unmet(boundToItsChassis(lab, end, ends))),
    ...own.filter(({ isLocal }) => isLocal).map(end => () => keptFromNode(lab, end)),
    ...(exit === undefined
      ? [() => noWayOut(lab, { from, to, posts }, node)]
      : [
          () => ledByNobody(lab, route),
          () => ofNoPort(lab, ends),
          () => nobodyInSubnet(lab, route),
          () => unmet(hasLocalnetPort(lab, ofWire)),
          () => localnetShut(lab, ofWire),
          () => unmet(localnetCarriedSouth(lab, ofWire)),
          () => unmet(mapsLocalnet(lab, ofWire, node, exit)),
          () => unmet(patchedByOvn(lab, ofWire, node, exit)),
        ]),
    ...(broken ? [() => balancedToNobody(lab, route, broken.packet)] : []),
    () => refusesOpenFlow(lab, node),
    () => tableFull(lab, node),
  ]
  return firstOf(asked, ask => unlessBlind(ask()))
}

/** The end's switch leads to a router, and to no physical network: what is for another subnet leaves it by the router. */
async function leadsToRouterAlone(lab: Lab, from: End): Promise<boolean> {
  const types = (await unlessBlind(onSwitchOf(lab, { from, to: undefined })))?.map(({ type }) => type) ?? []
  return types.includes('router') && !types.includes('localnet')
}

/**
 * The end's switch has a localnet port, but no link of the node leads out: it maps no bridge to that network, or one that
 * holds no link. What a router takes along leaves where the router does, which may be another node.
 */
export async function noWayOut(
  lab: Lab,
  { from, to, posts }: Pick<Route, 'from' | 'to' | 'posts'>,
  node: string,
): Promise<BrokenLink | undefined> {
  const isTunnel = posts.some(post => post.kind === 'exit' && post.node === node && post.isTunnel)
  if (to || !isTunnel || from.netns === undefined) return undefined
  const types = (await onSwitchOf(lab, { from, to })).map(({ type }) => type)
  if (!types.includes('localnet') || types.includes('router')) return undefined
  const ends = [{ ...from, netns: from.netns }]
  const [ovs, port] = await Promise.all([lab.ovs(node), localnetPort(lab, ends)])
  const network = port?.options.network_name ?? ''
  const bridge = takenBridge(chassisSetting(ovs, KEY), network, ovs.bridges)
  if (bridge === undefined) return brokenMapping(lab, ends, node, '')
  return {
    where: `${node} · Open_vSwitch · Bridge · ports`,
    saw: text(
      `${bridge}, to which network ${quoted(network)} is mapped, has no physical interface`,
      `網路 ${quoted(network)} 對應到的 ${bridge} 裡沒有實體介面`,
    ),
    tryThis: on(node, 'sudo ovs-vsctl show'),
  }
}

/** A localport is bound to no chassis, but one that asks for a chassis is connected nowhere else. */
async function keptFromNode(lab: Lab, end: Endpoint & End): Promise<BrokenLink | undefined> {
  const { ports } = await lab.northbound()
  const own = ports.filter(({ name }) => name === end.logicalPort)
  return requestedElsewhere(lab, end, own)
}

async function mistyped(lab: Lab, { logicalPort }: End): Promise<BrokenLink | undefined> {
  const { ports } = await lab.northbound()
  const port = ports.find(({ name, type }) => name === logicalPort && type !== '' && type !== LOCALPORT)
  return port && wrongType(port)
}

const localports = async (lab: Lab): Promise<LogicalSwitchPort[]> =>
  (await unlessBlind(lab.northbound()))?.ports.filter(({ type }) => type === LOCALPORT) ?? []

/**
 * One end is behind a localport and the other on another node: OVN sends nothing from the one to the other. What is for a
 * localport ends where it comes from, at the interface there or, without one, nowhere.
 */
async function apart(
  lab: Lab,
  [from, to]: [End, End | undefined],
  locals: LogicalSwitchPort[],
): Promise<BrokenLink | undefined> {
  const [port] = locals.filter(({ name }) => name === from.logicalPort || name === to?.logicalPort)
  if (!port || !to || from.node === to.node) return undefined
  const asks = port.name === from.logicalPort ? to : from
  const ovs = await lab.ovs(asks.node)
  const own = plugs(ovs).find(({ iface }) => iface.external_ids['iface-id'] === port.name)
  if (!own)
    return {
      where: `${asks.node} · Open_vSwitch · Interface · external_ids:iface-id`,
      saw: text(
        `${port.name} is a localport, whose packets do not leave a node, and no interface of ${asks.node} has its name as iface-id`,
        `${port.name} 是 localport，封包不會離開節點，而 ${asks.node} 上沒有任何介面的 iface-id 是它的名稱`,
      ),
      tryThis: on(asks.node, 'sudo ovs-vsctl --columns=name,external_ids list Interface'),
      cause: 'iface-id-missing',
    }
  return {
    where: 'OVN_Northbound · Logical_Switch_Port · type',
    saw: text(
      `${port.name} is a localport: OVN sends nothing between it and another chassis, and on ${asks.node} it leads to ${own.iface.name}`,
      `${port.name} 是 localport：OVN 不會在它和其他 chassis 之間傳送任何封包，在 ${asks.node} 上它通往 ${own.iface.name}`,
    ),
    tryThis: `sudo ovn-nbctl lsp-get-type ${port.name}`,
    cause: 'port-type',
  }
}

/** A port that is disabled is left out of everything, that to the physical network as well (ovn-nb(5), enabled); one in another port leads there. */
export async function localnetShut(lab: Lab, ends: Endpoint[]): Promise<BrokenLink | undefined> {
  const port = await localnetPort(lab, ends)
  if (!port) return undefined
  if (port.enabled[0] !== false) return nestedInOther([port])
  return {
    where: 'OVN_Northbound · Logical_Switch_Port · enabled',
    saw: text(
      `${port.name}, the port to the physical network, has enabled = false, so OVN neither sends packets to it nor accepts any from it`,
      `通往實體網路的 ${port.name} 設定了 enabled = false，OVN 不會送給它，也不收它的封包`,
    ),
    tryThis: `sudo ovn-nbctl lsp-get-enabled ${port.name}`,
    cause: 'port-disabled',
  }
}

/** The port that an end's plug is labelled with is for another MAC than the end has: nothing for that one gets there. */
async function undeclared(
  lab: Lab,
  { node, netns, device, mac, logicalPort, plug }: End,
): Promise<BrokenLink | undefined> {
  const { ports } = await lab.northbound()
  const port = ports.find(({ name }) => name === logicalPort)
  if (!port || takesUnknown(port) || isDeclaredBy(port, mac)) return undefined
  const stray =
    plug === undefined ? undefined : await mislabelled(lab, { node, plug, logicalPort: port.name, mac })
  if (stray) return stray
  return {
    where: 'OVN_Northbound · Logical_Switch_Port · addresses',
    saw: text(
      `${port.name} has addresses ${list(port.addresses.map(quoted)).en}, but ${device} in ${netns ?? node} has the MAC ${mac}`,
      `${port.name} 的 addresses 是 ${list(port.addresses.map(quoted))['zh-TW']}，但 ${netns ?? node} 裡的 ${device} 的 MAC 位址是 ${mac}`,
    ),
    tryThis: `sudo ovn-nbctl lsp-get-addresses ${port.name}`,
    cause: 'mac-changed',
  }
}

/**
 * A port whose address is left to OVN has none at all, not even its MAC, until ovn-northd has chosen one (ovn-nb(5),
 * dynamic_addresses): nothing for it gets there.
 */
async function leftUnchosen(lab: Lab, { logicalPort }: End): Promise<BrokenLink | undefined> {
  const { switches, ports } = await lab.northbound()
  const port = ports.find(({ name }) => name === logicalPort)
  const isLeft = port?.addresses.every(words => words.trim().split(/\s+/).includes('dynamic'))
  if (!port || !isLeft || port.addresses.length === 0 || port.dynamic_addresses.length > 0) return undefined
  const [holder] = holdersOf(switches, port)
  return holder && notChosen(holder, ports)
}
