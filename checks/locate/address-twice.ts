import { text } from '../../harness/core/text.ts'
import { type Plug, plugs } from '../../harness/look/integration-bridge.ts'
import type { Lab, OvsDatabase } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { LogicalSwitchPort } from '../../harness/ovsdb/tables.ts'
import { vlanOf } from '../diagnosis/bridge-vlan.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { IGNORES_ALL } from '../nouns/arp.ts'
import { firstOf } from '../nouns/first-of.ts'
import { on, quoted } from '../nouns/phrases.ts'
import { LOCALPORT } from '../nouns/ports-of.ts'
import { type Bearer, isPlugged, linksIn } from '../route/end.ts'
import type { End } from '../route/hop.ts'
import { beyondLocalnet, mayBeOnSeveral, onSwitchOf, routerWith } from '../route/on-switch.ts'
import type { Outward } from '../route/outward.ts'
import type { Route } from '../route/route.ts'
import { impostor } from './impostor.ts'
import { mislabelled } from './mislabelled.ts'
import { stackAnswers } from './stack-answers.ts'

const endsOf = ({ from, to }: Route): End[] => (to ? [from, to] : [from])

/**
 * Another link on the same wire, or in the namespace of an end, has the address of one end of the path as well, or the one that a
 * router speaks by out there.
 */
export const addressTwice = async (lab: Lab, route: Route): Promise<BrokenLink | undefined> =>
  (await firstOf([route.address, route.from.address], address => heldTwice(lab, route, address))) ??
  (route.outward && routersTwice(lab, route, route.outward))

/** Who asks for an address of a router's is answered by whoever has it as well: the way back ends there by turns. */
const routersTwice = (lab: Lab, route: Route, { outer, mac, translated }: Outward) =>
  firstOf([outer.address, translated ?? outer.address], async address => {
    const other = (await holdersOf(lab, route, address)).find(({ netns }) => netns === undefined)
    const { routerPorts } = await lab.northbound()
    return other && twin(other, address, routerPorts.find(port => port.mac.toLowerCase() === mac)?.name)
  })

/** A node's own stack has the address of the router that the path ends at, and answers for it beside OVN. */
export async function routerTwice(lab: Lab, route: Route): Promise<BrokenLink | undefined> {
  const { from, address } = route
  const facts = await unlessBlind(lab.kernel(from.node))
  const link = facts?.links.find(one => one.isUp && one.addresses.some(own => own.address === address))
  if (!link || !(await unlessBlind(stackAnswers(lab, route, from.node, address)))) return undefined
  const router = await routerWith(lab, await onSwitchOf(lab, route), address)
  return twin({ node: from.node, link }, address, router?.port.name ?? 'OVN')
}

async function heldTwice(lab: Lab, route: Route, address: string): Promise<BrokenLink | undefined> {
  const holders = await holdersOf(lab, route, address)
  const rightful = endsOf(route).find(end => end.address === address)
  const isEnds = ({ node, netns }: Bearer) => node === rightful?.node && netns === rightful.netns
  const inside = holders.filter(isEnds)
  // One address of an end may be on another link of it, such as lo, and there alone.
  const [other] = [
    ...holders.filter(one => !isEnds(one)),
    ...(inside.length > 1 ? inside.filter(({ link }) => link.name !== rightful!.device) : []),
  ]
  if (!other || isItsMachine(lab, route, address, holders)) return answeredByOvn(lab, route, address)
  if (rightful && other.node !== rightful.node && (await mayBeOnSeveral(lab, rightful))) return undefined
  return (
    (await unlessBlind(plugAstray(lab, other, rightful))) ??
    twin(other, address, rightful && `${rightful.netns} @ ${rightful.node}`)
  )
}

/** The one who has an address of the outside, where it is known who is there and none of those has it: a node may be a machine of it, too. */
const isItsMachine = ({ wires }: Lab, { to, address }: Route, asked: string, holders: Bearer[]): boolean =>
  !to && asked === address && holders.length === 1 && wires?.outside?.includes(address) === false

/** Why somebody who may well have the address hears the path at all: its plug bears the name of a port that it should not. */
async function plugAstray(
  lab: Lab,
  { node, link }: Bearer,
  rightful: End | undefined,
): Promise<BrokenLink | undefined> {
  const [facts, ovs] = await Promise.all([lab.kernel(node), lab.ovs(node)])
  const plug = plugs(ovs).find(one => isPlugged(link, facts, [one]))
  const logicalPort = plug?.iface.external_ids['iface-id']
  if (!plug || logicalPort === undefined) return undefined
  const mac = link.mac.toLowerCase()
  const stray = await mislabelled(lab, { node, plug: plug.iface.name, logicalPort, mac })
  if (stray || !rightful || rightful.node === node || rightful.logicalPort !== logicalPort) return stray
  const port = (await lab.northbound()).ports.find(({ name }) => name === logicalPort)
  // Of one MAC on two nodes: they are meant to be one port, each on its own node.
  if (!port || port.type === LOCALPORT || rightful.mac !== mac) return undefined
  return {
    where: 'OVN_Northbound · Logical_Switch_Port · type',
    saw: text(
      `${logicalPort} has the type ${quoted(port.type)}, and an interface on ${node} and one on ${rightful.node} have it as iface-id, which only a port of type ${LOCALPORT} allows`,
      `${logicalPort} 的 type 是 ${quoted(port.type)}，而 ${node} 和 ${rightful.node} 上各有一個介面的 iface-id 是它；只有 type 為 ${LOCALPORT} 的 port 可以這樣`,
    ),
    tryThis: `sudo ovn-nbctl lsp-get-type ${logicalPort}`,
  }
}

/** OVN itself answers for an address of the path: a router port of the switch has it, or a port claims it with another MAC. */
async function answeredByOvn(lab: Lab, route: Route, address: string): Promise<BrokenLink | undefined> {
  const { ports } = await lab.northbound()
  const end = endsOf(route).find(one => one.address === address)
  // Behind a router nobody asks for the address of an end but who is on its own switch.
  if (route.routed && end && end.logicalPort === undefined) return undefined
  const own = await onSwitchOf(lab, route.routed && end ? { from: end, to: undefined } : route)
  const router = await routerWith(lab, own, address)
  if (router && !end) return impostor(lab, address, router.port.mac.toLowerCase())
  const claim = ports
    .filter(port => own.includes(port) && port.name !== end?.logicalPort && isAnsweredFor(port))
    .flatMap(port => macsFor(port, address).map(mac => ({ name: port.name, mac })))
    .find(({ mac }) => mac !== end?.mac)
  if (!claim || !end) return undefined
  const found = await impostor(lab, address, claim.mac)
  const itself = ports.find(({ name }) => name === end.logicalPort)
  // OVN then has two flows for one question, and which of them it puts into the bridge is nobody's choice.
  return itself && macsFor(itself, address).length > 0
    ? {
        ...found,
        saw: text(
          `the ports ${itself.name} and ${claim.name} both have ${address}, and ${claim.name} has it with ${claim.mac}: OVN answers with the MAC address of either`,
          `${itself.name} 和 ${claim.name} 這兩個 port 都有 ${address}，${claim.name} 寫的 MAC 是 ${claim.mac}：OVN 會用哪一個回應並不一定`,
        ),
      }
    : found
}

/** The MAC addresses with which a port has an address, whoever chose it. */
const macsFor = ({ addresses, dynamic_addresses }: LogicalSwitchPort, address: string): string[] =>
  [...addresses, ...dynamic_addresses].flatMap(words => {
    const [mac = '', ...others] = words.toLowerCase().split(/\s+/)
    return others.includes(address) ? [mac] : []
  })

/** OVN answers ARP for what such a port's addresses say (ovn-northd(8), ls_in_arp_rsp). */
const isAnsweredFor = ({ type, addresses, options }: LogicalSwitchPort): boolean =>
  !['virtual', 'external'].includes(type) &&
  !addresses.includes('unknown') &&
  options.disable_arp_nd_rsp !== 'true'

function twin({ node, netns, link }: Bearer, address: string, owner: string | undefined): BrokenLink {
  const inside = netns === undefined ? link.name : `${netns} ${link.name}`
  return {
    where: `${node} · ${netns === undefined ? link.name : `netns ${netns}`}`,
    saw: text(
      `${inside} on ${node} has the address ${address} as well, but that belongs to ${owner ?? 'a machine on the physical network'}`,
      `${node} 上的 ${inside} 也有位址 ${address}，但那個位址屬於 ${owner ?? '實體網路上的機器'}`,
    ),
    tryThis: on(
      node,
      netns === undefined ? `ip -br address show ${link.name}` : `sudo ip -n ${netns} -br address`,
    ),
    cause: 'address-twice',
  }
}

const holdersOf = async (lab: Lab, route: Route, address: string): Promise<Bearer[]> =>
  (await Promise.all(lab.nodes.map(node => holdersOn(lab, route, node, address)))).flat()

/** Links of a node that have the address and can answer for it on the wire of the path. */
async function holdersOn(lab: Lab, route: Route, node: string, address: string): Promise<Bearer[]> {
  const [facts, ovs] = await Promise.all([unlessBlind(lab.kernel(node)), unlessBlind(lab.ovs(node))])
  if (!facts || !ovs) return []
  const onWire = await plugsOnWire(lab, route, node, ovs)
  const bridge = await bridgeThatAnswers(lab, route, node)
  const isEnd = (netns: string | undefined) =>
    netns !== undefined && endsOf(route).some(end => end.node === node && end.netns === netns)
  const bearers = linksIn(node, facts).filter(
    ({ link }) => link.isUp && link.addresses.some(own => own.address === address),
  )
  const answers = await Promise.all(
    bearers.map(
      async bearer =>
        isEnd(bearer.netns) ||
        (bearer.netns === undefined
          ? bearer.link.name === bridge ||
            onWire.some(({ iface }) => iface.name === bearer.link.name) ||
            (await stackAnswers(lab, route, node, address))
          : isPlugged(bearer.link, facts, onWire)),
    ),
  )
  return bearers.filter((_, n) => answers[n])
}

/** A Linux bridge on the path is an interface of its node too, and answers there for the addresses it has, unless told not to. */
async function bridgeThatAnswers(lab: Lab, { posts }: Route, node: string): Promise<string | undefined> {
  const bridge = posts.find(post => post.kind === 'bridge' && post.node === node)?.links[0]
  if (bridge === undefined) return undefined
  const facts = await unlessBlind(lab.arp(node, undefined))
  return facts?.ignores?.[bridge] === IGNORES_ALL ? undefined : bridge
}

/**
 * What is in the bridge of the physical link and in its VLAN, or bears the name of a port of the path's switch. What a
 * localport leads to hears only its own node, so that elsewhere it is on no wire of a path between other nodes.
 */
async function plugsOnWire(lab: Lab, route: Route, node: string, ovs: OvsDatabase): Promise<Plug[]> {
  const isOnPath = endsOf(route).some(end => end.node === node)
  // What leaves by a router crosses the underlay first, which is another wire.
  const exits = route.posts
    .filter(({ kind, isTunnel }) => kind === 'exit' && !(route.outward && isTunnel))
    .flatMap(({ links }) => links)
  const all = plugs(ovs)
  const physical = all.find(({ iface }) => exits.includes(iface.name))
  const own = await onSwitchOf(lab, route)
  const names = [...own, ...(physical ? await beyondLocalnet(lab, ovs, physical.bridge.name, own) : [])]
    .filter(({ type }) => isOnPath || type !== LOCALPORT)
    .map(({ name }) => name)
  return all.filter(
    plug =>
      (physical !== undefined &&
        plug.bridge.name === physical.bridge.name &&
        vlanOf(plug) === vlanOf(physical)) ||
      names.includes(plug.iface.external_ids['iface-id'] ?? ''),
  )
}
