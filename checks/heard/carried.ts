import { CannotLook } from '../../harness/core/errors.ts'
import { isInPrefix } from '../../harness/core/prefix.ts'
import { text } from '../../harness/core/text.ts'
import type { CarriedFlow, DatapathPort, Traffic } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { on } from '../nouns/phrases.ts'
import { rowsOf } from '../route/route.ts'
import type { Station } from '../route/stations.ts'

/** A packet that was heard at one link of a node, and then at another. */
export interface Crossing {
  station: Station
  next: Station
}

/**
 * What was heard before and behind the bridges of a node must have been carried by its datapath: it has taken in packets
 * of that machine there, and put them out here. Where it never did, something else carried them, and it is not known
 * what: CannotLook. Flows come and go with what OVN changes, so it need not be the very one of the ping.
 */
export async function assertCarried(
  lab: Lab,
  node: string,
  crossings: Crossing[],
  traffic: Traffic,
): Promise<void> {
  const flows = traffic.carried?.[node]
  const { datapath = [] } = await lab.kernel(node)
  const lookups = traffic.lookups?.[node] ?? Number.POSITIVE_INFINITY
  const hasForgotten = lookups >= enteredInto(traffic, node, datapath)
  for (const { station, next } of crossings) {
    if (!flows || isCarried(flows, datapath, { station, next }, hasForgotten) !== false) continue
    const [enters, leaves] = [station.post.links.join(', '), next.post.links.join(', ')]
    throw new CannotLook(
      text(
        `the ${station.wanted.kind} was captured on ${enters} and on ${leaves} of ${node}, but its datapath has carried nothing from the one to the other`,
        `在 ${node} 的 ${enters} 和 ${leaves} 都擷取到 ${station.wanted.kind}，但它的 datapath 沒有把任何封包從前者轉送到後者`,
      ),
      { where: `${node} · ${enters} → ${leaves}`, help: on(node, 'sudo ovs-appctl dpctl/dump-flows') },
    )
  }
}

/** How many packets of ours were heard coming in by links that the datapath of a node has: it looks up each of them. */
function enteredInto({ captures }: Traffic, node: string, ports: DatapathPort[]): number {
  const heard = captures.flatMap(seen =>
    'blind' in seen || seen.node !== node || seen.wireOf || numbersOf(ports, [seen.link]).length === 0
      ? []
      : seen.heard,
  )
  return heard.reduce((sum, { incoming = 0 }) => sum + incoming, 0)
}

/**
 * Undefined where that cannot be told: in a tunnel it is not the packet itself that is carried, and a busy ovs-vswitchd
 * forgets flows, so those that are left must have taken in as many packets as were heard to say where they went. Where
 * none is left, they may all be forgotten if the datapath looked up as many packets as came in (`hasForgotten`).
 */
export function isCarried(
  flows: CarriedFlow[],
  ports: DatapathPort[],
  { station: { post, heard, wanted }, next }: Crossing,
  hasForgotten = false,
): boolean | undefined {
  const [frame] = heard.frames
  const enters = numbersOf(ports, rowsOf(post))
  const leaves = next.post.isTunnel ? [] : numbersOf(ports, rowsOf(next.post))
  if (!frame || post.isTunnel || enters.length === 0) return undefined
  const own = flows.filter(
    ({ inPort, sourceMac }) => enters.includes(inPort) && (sourceMac ?? frame.sourceMac) === frame.sourceMac,
  )
  if (own.length === 0) return hasForgotten ? undefined : false
  if (leaves.length === 0) return true
  const [out, elsewhere] = [true, false].map(leads =>
    own.filter(({ outPorts }) => (!outPorts || leaves.some(port => outPorts.includes(port))) === leads),
  ) as [CarriedFlow[], CarriedFlow[]]
  // To a router's MAC go packets for many: there it is the address that tells for whom.
  const isMeant = ({ destinationMac = frame.destinationMac, destination }: CarriedFlow) =>
    destinationMac === frame.destinationMac &&
    (destination === undefined || isInPrefix(wanted.destination, destination))
  // What asks for addresses may pass where the pings do not; what is for others goes elsewhere by right.
  const isElsewhere = packetsOf(elsewhere.filter(isMeant)) >= heard.count && 2 * packetsOf(out) < heard.count
  return isElsewhere ? false : out.length > 0 || undefined
}

const packetsOf = (flows: CarriedFlow[]) => flows.reduce((sum, { packets = 0 }) => sum + packets, 0)

/** The numbers that links have in the datapath. */
const numbersOf = (ports: DatapathPort[], links: string[]): number[] =>
  ports.flatMap(({ name, number }) => (links.includes(name) && number !== undefined ? [number] : []))
