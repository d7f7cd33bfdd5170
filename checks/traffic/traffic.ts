import type {
  CaptureHeard,
  HeardPacket,
  ListenAt,
  Marker,
  PingFrom,
  PingSeen,
  Traffic,
  WireOf,
} from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { cannotLook } from '../../harness/look/recording.ts'
import type { Endpoint } from '../nouns/endpoint.ts'
import { bridgeOf, busyBridges } from '../nouns/linux-bridge.ts'
import { endOf } from '../route/end.ts'
import type { End } from '../route/hop.ts'
import { asSpoken } from '../route/medium.ts'
import type { Outward } from '../route/outward.ts'
import { bridgePost, listenAt, type Post, plugPost, type Route } from '../route/route.ts'
import { bearsItsMacs, routedBetween, toGateway, withGateways } from '../route/routed.ts'
import { exitPost, routeByRouter } from './by-router.ts'
import { inBytes, type Manner, pingIfMade } from './manner.ts'
import { howHeard, onWires } from './wires.ts'

/** One experiment of a lesson, made once and judged by all its claims about traffic: who pings whom, over which links. */
export interface Experiment {
  endpoints: Endpoint[]
  /** The link of each node to the physical network, and the one its tunnels cross. */
  physical: string
  underlay: string
  /**
   * The pings are to cross a tunnel on the underlay, or no link at all where both ends are on one node: the physical link
   * is then listened to in every form, for `staysInTunnel`. Without it they are to cross the physical link, as they are.
   */
  isTunnelled?: true
  /** So long nobody pings before each turn of one who pings. */
  apartMs?: number
  /** The Linux bridges of the nodes are listened to as well: they may carry some of it. */
  hearsBridges?: true
  /** The path crosses the Linux bridge that holds the ends' plugs. */
  isBridged?: true
  pings: ({ from: PingFrom; to: string } & Manner)[]
  /** What leaves OVN, or comes in, by a router on one node: that node is listened to as well. */
  outward?: OutwardTold
  /** Somebody outside who pings as well. */
  outsider?: Asker
  /** Addresses of routers of OVN, which answers itself where it is asked. */
  gateways?: string[]
  /** Pings that every capture on a link named `link` must hear, so that its silence counts. */
  markers: Marker[]
}

/** What a lesson says of a router's way out: its outer port, next hop, and the addresses that may stand for an end. */
export type OutwardTold = Required<Pick<Outward, 'outer' | 'nextHop' | 'external'>>

/** Who asks: an endpoint, or somebody outside, who is in no namespace of ours. */
export type Asker = Omit<Endpoint, 'netns'> & PingFrom

/** A ping of an experiment, the path its packets must take, and everything that was heard meanwhile. */
export interface Probe {
  traffic: Traffic
  ping: PingSeen
  route: Route
}

/** The ping from an endpoint to an address. CannotLook where ping itself could not do its work. */
export async function probeOf(
  lab: Lab,
  experiment: Experiment,
  from: Asker,
  to: string,
  manner: Manner = {},
): Promise<Probe> {
  const probe = await probeIfMade(lab, experiment, from, to, manner)
  if (!probe) throw new TypeError(`The experiment has no ping from ${from.netns} to ${to}`)
  return probe
}

/** The same; undefined where the experiment has no such ping, as it has no largest ones of a link with no room for more. */
export async function probeIfMade(
  lab: Lab,
  experiment: Experiment,
  from: Asker,
  to: string,
  manner: Manner,
): Promise<Probe | undefined> {
  const traffic = await trafficOf(lab, experiment)
  const ping = pingIfMade(traffic, from, to, manner)
  if (ping?.blind) throw cannotLook(ping.blind)
  if (!ping) return undefined
  const route = asSpoken(await routeOf(lab, experiment, from, to), traffic, ping)
  return { traffic, ping, route: await withGateways(lab, route, ping) }
}

/** What came of an experiment: captures listen on every plug and link its paths cross. */
export async function trafficOf(lab: Lab, experiment: Experiment): Promise<Traffic> {
  const { endpoints, markers, apartMs, outward } = experiment
  const pings = await Promise.all(experiment.pings.map(ping => inBytes(lab, endpoints, ping)))
  const plugs = await Promise.all(
    endpoints.map(async endpoint => {
      const end = await endOf(lab, endpoint)
      return end ? listenAt({ posts: [plugPost(end)] }) : []
    }),
  )
  const nodes = [...new Set([...endpoints, ...(outward ? [outward.outer] : [])].map(({ node }) => node))]
  const { listen, markers: broadcasts } = onWires(lab.wires, nodes, experiment)
  const exits =
    experiment.isTunnelled || outward
      ? await aroundTunnel(lab, nodes, experiment, listen)
      : {
          listen: [...listenAt({ posts: nodes.map(node => exitPost(node, experiment)) }), ...listen],
          markers: [],
        }
  const bridges = experiment.hearsBridges ? await onBridges(lab, nodes) : []
  return lab.traffic({
    pings: pings.flatMap(ping => ping ?? []),
    ...(apartMs !== undefined && { apartMs }),
    listen: [
      ...plugs.flat(),
      ...bridges.map(at => ({ ...at, everything: true as const, isBridge: true as const })),
      ...exits.listen,
    ],
    markers: [
      ...markers,
      ...exits.markers,
      ...bridges.map(({ node, link, netns }) => broadcast(node, link, netns)),
      ...broadcasts,
    ],
  })
}

/**
 * Whatever stands beside the packets of a tunnel tells how they might have gone instead, so the physical links are heard as
 * well. They may have no address: then only a broadcast can show that a capture there hears. One that is down carries
 * nothing, and nobody can listen.
 */
async function aroundTunnel(
  lab: Lab,
  nodes: string[],
  { physical, underlay, isTunnelled, outward }: Experiment,
  wired: ListenAt[],
): Promise<{ listen: ListenAt[]; markers: Marker[] }> {
  const isUp = await Promise.all(nodes.map(async node => !(await isDown(lab, { node, link: physical }))))
  const up = nodes.filter((_, at) => isUp[at])
  return {
    listen: [
      ...nodes.map(node => hear(node, underlay)),
      ...up.map(node => ({ node, link: physical, ...howHeard(node, { isTunnelled, outward }) })),
      ...wired.filter(({ wireOf }) => wireOf?.link !== physical || up.includes(wireOf.node)),
    ],
    markers: up.map(node => broadcast(node, physical)),
  }
}

const hear = (node: string, link: string): ListenAt => ({ node, link, everything: true })

/** What has no address is shown to be heard by a broadcast alone. */
const broadcast = (node: string, link: string, netns?: string): Marker => ({
  link,
  from: { node, ...(netns !== undefined && { netns }) },
  to: '255.255.255.255',
  isBroadcast: true,
})

/** The Linux bridges of the nodes and of their namespaces that may carry something: they are up and hold a link. */
export const onBridges = async (lab: Lab, nodes: string[]): Promise<LinkAt[]> =>
  (
    await Promise.all(
      nodes.map(async node => {
        const { links, netns } = await lab.kernel(node)
        const inside = Object.entries(netns).flatMap(([name, own]) =>
          busyBridges({ links: own }).map(link => ({ node, netns: name, link: link.name })),
        )
        return [...busyBridges({ links }).map(({ name }) => ({ node, link: name })), ...inside]
      }),
    )
  ).flat()

/** A link of a node, or of a namespace on it. */
type LinkAt = Pick<ListenAt, 'node' | 'netns' | 'link'>

/** The node has the link, and it is switched off: nothing crosses it. */
export async function isDown(lab: Lab, { node, link }: WireOf): Promise<boolean> {
  const { links } = await lab.kernel(node)
  return links.some(({ name, isUp }) => name === link && !isUp)
}

async function routeOf(lab: Lab, experiment: Experiment, asker: Asker, to: string): Promise<Route> {
  const { endpoints, outward } = experiment
  if (outward) return routeByRouter(lab, experiment, outward, asker, to)
  const from: Endpoint = { ...asker, netns: asker.netns ?? '' }
  const owners = endpoints.filter(({ address }) => address === to)
  const target = owners.find(({ node, isLocal }) => isLocal && node === asker.node) ?? owners[0]
  const [source, destination] = await Promise.all([endOf(lab, from), target && endOf(lab, target)])
  const start: End = source ?? { ...from, device: from.netns, mac: '' }
  const isGateway = experiment.gateways?.includes(to) ?? false
  const routed = await (isGateway ? toGateway(lab, start, to) : routedBetween(lab, start, destination))
  const exits = isGateway || target?.node === from.node ? [] : [from.node, ...(target ? [target.node] : [])]
  const bridge = experiment.isBridged && bridgeOf(await lab.kernel(from.node), source?.plug)
  return {
    from: start,
    to: destination,
    address: to,
    posts: [
      plugPost(start),
      ...(bridge ? [bridgePost(from.node, bridge.name)] : []),
      ...exits.map(node => exitPost(node, experiment)),
      ...(destination ? [plugPost(destination)] : []),
    ],
    ...(routed && { routed }),
  }
}

/** What a capture heard; CannotLook where it could not listen or lost packets: then it proves nothing. */
export async function captureIn(
  lab: Lab,
  experiment: Experiment,
  { node, netns, link }: LinkAt,
): Promise<CaptureHeard> {
  const { captures } = await trafficOf(lab, experiment)
  const capture = captures.find(seen => seen.node === node && seen.link === link && seen.netns === netns)
  if (!capture) throw new TypeError(`The experiment does not listen on ${node} ${link}`)
  if ('blind' in capture) throw cannotLook(capture.blind)
  return capture
}

/** Whether a packet of a ping, question or answer, has at a post the MACs that it must have there. */
export const hasOwnMacs = (route: Route, post: Post, packet: HeardPacket): boolean =>
  bearsItsMacs(route, { post, direction: packet.source === route.from.address ? 'request' : 'reply' }, packet)
