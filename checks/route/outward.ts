import { heldBy } from '../../harness/look/holding.ts'
import { addressesOf, type Joint, jointsOf, switchesWith } from '../../harness/look/joints.ts'
import type { Lab, Northbound } from '../../harness/look/lab.ts'
import { chassisName } from '../../harness/look/tunnel-ports.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { LogicalRouter } from '../../harness/ovsdb/tables.ts'
import type { Endpoint } from '../nouns/endpoint.ts'
import { centralBinding } from '../state/gateway-chassis.ts'
import { translationOf } from '../state/has-nat.ts'
import type { End } from './hop.ts'
import { type Post, plugPost, type Route } from './route.ts'
import { isNear } from './routed.ts'
import { leavingBy } from './through-routers.ts'

/**
 * Where a path leaves OVN: by the outer port of a router, on the one node that it is on (its gateway chassis), under another
 * address than its own.
 */
export interface Outward {
  /** That port: its address, and its node. */
  outer: Endpoint
  /** Where the router is joined to the switch of the end inside. */
  joints: Joint[]
  /** The MAC address of that port. */
  mac: string
  /** The address that the end inside bears outside; absent where nothing translates it. */
  translated?: string
  /** The same of the other addresses that the end may speak by. */
  othersTranslated?: Record<string, string>
  /** NAT takes the packets of the end out on its own node, wherever the port is. */
  isDistributed?: true
  /** Further routers are between that of the end's switch and the one with the outer port; an address of the one that translates. */
  isOverSeveral?: true
  translator?: string
  /** What a lesson says of it: the next hop, and the addresses that may stand for the end. */
  nextHop?: string
  external?: string[]
}

/**
 * How an end gets to an address that is foreign to its subnet, as OVN has it; undefined where no router leads there, or
 * nobody knows on which node.
 */
export async function outwardOf(lab: Lab, from: End, address: string): Promise<Outward | undefined> {
  if (isNear(from, address)) return undefined
  const [northbound, southbound] = await Promise.all([
    unlessBlind(lab.northbound()),
    unlessBlind(lab.southbound()),
  ])
  if (!northbound || !southbound) return undefined
  const joints = jointsOf(northbound, switchesWith(northbound, from.logicalPort))
  for (const { router, port: inner } of joints) {
    if (!router) continue
    const way = { host: from.address, foreign: address }
    const leaving = leavingBy(northbound, southbound, { router, port: inner }, way)
    const port = leaving?.port
    const binding = port && centralBinding(southbound, port.name)
    const chassis = southbound.chassis.find(({ _uuid }) => binding?.chassis.includes(_uuid))
    const own = port && addressesOf(port)[0]
    const node = chassis && (await nodeOf(lab, chassis.name))
    if (own === undefined || node === undefined) continue
    const { routers } = leaving!
    const [translator = own] = routers
      .map(one => anAddressOf(northbound, one))
      .filter(one => one !== undefined && translationOf(northbound, one, from.address))
    const row = translationOf(northbound, translator, from.address)
    const translated = row?.external_ip
    // Such a row takes its host's packets out on the node of the host, under a MAC of its own (ovn-nb(5), NAT), unless all of the
    // router is on one chassis.
    const isSpread = binding?.type === 'chassisredirect' && row?.logical_port[0] === from.logicalPort
    const ownMac = isSpread ? row?.external_mac[0] : undefined
    const prefixLength = Number(port!.networks[0]!.split('/')[1] ?? 32)
    return {
      outer: {
        node: ownMac === undefined ? node : from.node,
        netns: routers.at(-1)!.name,
        address: own,
        prefixLength,
        isRouter: true,
      },
      joints,
      mac: (ownMac ?? port!.mac).toLowerCase(),
      ...(ownMac !== undefined && { isDistributed: true as const }),
      ...(translated !== undefined && { translated }),
      othersTranslated: othersTranslated(northbound, translator, from),
      ...(routers.length > 1 && { isOverSeveral: true as const, translator }),
    }
  }
  return undefined
}

/** One of the addresses of a router: which, is the same to who asks for its rows. */
const anAddressOf = ({ routerPorts }: Northbound, router: LogicalRouter): string | undefined =>
  heldBy(routerPorts, router).flatMap(addressesOf)[0]

/** The address that a router gives to what a host sends by it. */
export function addressGivenBy(
  northbound: Northbound,
  router: LogicalRouter,
  host: string,
): string | undefined {
  const own = anAddressOf(northbound, router)
  return own === undefined ? undefined : translationOf(northbound, own, host)?.external_ip
}

/** What a router makes of the other addresses that an end may speak by (ip-route(8), src). */
export function othersTranslated(
  northbound: Northbound,
  router: string,
  { address, speaksBy = [] }: End,
): Record<string, string> {
  const others = speaksBy.filter(one => one !== address)
  const rows = others.map(one => [one, translationOf(northbound, router, one)?.external_ip] as const)
  return Object.fromEntries(rows.flatMap(([one, given]) => (given === undefined ? [] : [[one, given]])))
}

/** The node that is a chassis under that name. */
async function nodeOf(lab: Lab, name: string): Promise<string | undefined> {
  const names = await Promise.all(
    lab.nodes.map(async node => {
      const ovs = await unlessBlind(lab.ovs(node))
      return ovs && chassisName(ovs)
    }),
  )
  return lab.nodes[names.indexOf(name)]
}

/** The posts on the way: of a path to another node, both ends of the tunnel as well. */
interface Exits {
  exit: Post
  tunnels: Post[]
}

/** The path from an end to an address outside. */
export const outwardRoute = (
  from: End,
  address: string,
  outward: Outward,
  { exit, tunnels }: Exits,
): Route => ({
  from,
  to: undefined,
  address,
  posts: [
    plugPost(from),
    ...tunnels,
    outmost(exit, {
      ...outward.othersTranslated,
      ...(outward.translated !== undefined && { [from.address]: outward.translated }),
    }),
  ],
  routed: { from: { joints: outward.joints } },
  outward,
})

/** The path from somebody outside to an end inside, which is asked by the address that stands for it out there. */
export const inwardRoute = (
  asker: End,
  to: End,
  address: string,
  outward: Outward,
  { exit, tunnels }: Exits,
): Route => {
  const inside = (post: Post): Post => ({ ...post, bears: { [address]: to.address } })
  return {
    from: asker,
    to,
    address,
    posts: [outmost(exit, {}), ...[...tunnels].reverse().map(inside), inside(plugPost(to))],
    routed: { from: { joints: [] }, to: { joints: outward.joints } },
    outward,
  }
}

/** The tunnel of the same node is a post of its own. */
const outmost = (exit: Post, bears: Record<string, string>): Post => ({
  ...exit,
  id: `out ${exit.node}`,
  underlay: [],
  bears,
})

/** Whether NAT gives the packets of the path another address between two posts. */
export const isTranslatedBetween = (one: Post, other: Post): boolean =>
  JSON.stringify(one.bears ?? {}) !== JSON.stringify(other.bears ?? {})
