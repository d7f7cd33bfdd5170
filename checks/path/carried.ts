import { CannotLook } from '../../harness/judge/errors.ts'
import type { DatapathFlow, DatapathPort } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import { text } from '../../harness/say/text.ts'
import { on } from '../phrases.ts'
import { sendsTo } from './in-bridge.ts'
import type { Station } from './stations.ts'

/** A packet that was heard at one link of a node, and then at another. */
export interface Crossing {
  station: Station
  next: Station
}

/**
 * What was heard before and behind the bridges of a node must have been carried by its datapath: there is a flow for it
 * that has packets. Where there is none, something else carried them, and it is not known what: CannotLook.
 */
export async function assertCarried(lab: Lab, node: string, crossings: Crossing[]): Promise<void> {
  const flows = await unlessBlind(lab.datapathFlows(node))
  if (lab.isSlow && !flows?.some(flow => isAbout(flow, crossings))) return
  const { datapath = [] } = await lab.kernel(node)
  for (const { station, next } of crossings) {
    if (!flows || isCarried(flows, datapath, { station, next }) !== false) continue
    const [enters, leaves] = [station.post.links.join(', '), next.post.links.join(', ')]
    throw new CannotLook(
      text(
        `the ${station.wanted.kind} was heard on ${enters} and on ${leaves} of ${node}, but no flow of its datapath has carried it from one to the other`,
        `${node} 的 ${enters} 和 ${leaves} 都聽到了 ${station.wanted.kind}，但 datapath 裡沒有任何 flow 把它從前者送到後者`,
      ),
      { where: `${node} · ${enters} → ${leaves}`, help: on(node, 'sudo ovs-appctl dpctl/dump-flows') },
    )
  }
}

/** Undefined where that cannot be told: in a tunnel it is not the packet itself that is carried. */
export function isCarried(
  flows: DatapathFlow[],
  ports: DatapathPort[],
  { station, next }: Crossing,
): boolean | undefined {
  const frame = station.heard.frames.at(0)
  const enters = numbersOf(ports, station.post.links)
  const leaves = numbersOf(ports, next.post.links)
  if (!frame || station.post.isTunnel || next.post.isTunnel) return undefined
  if (enters.length === 0 || leaves.length === 0) return undefined
  return flows.some(
    ({ inPort, sourceMac, destinationMac, packets, actions }) =>
      packets > 0 &&
      enters.includes(inPort) &&
      (sourceMac ?? frame.sourceMac) === frame.sourceMac &&
      (destinationMac ?? frame.destinationMac) === frame.destinationMac &&
      sendsTo(actions, leaves),
  )
}

const isAbout = ({ sourceMac, destinationMac }: DatapathFlow, crossings: Crossing[]): boolean =>
  crossings.some(({ station }) =>
    station.heard.frames.some(
      frame => frame.sourceMac === sourceMac || frame.destinationMac === destinationMac,
    ),
  )

/** The numbers that links have in the datapath. */
const numbersOf = (ports: DatapathPort[], links: string[]): number[] =>
  ports.flatMap(({ name, number }) => (links.includes(name) && number !== undefined ? [number] : []))
