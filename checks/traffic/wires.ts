import { CannotLook } from '../../harness/core/errors.ts'
import { text } from '../../harness/core/text.ts'
import type {
  CaptureHeard,
  HeardPacket,
  ListenAt,
  Marker,
  PingSeen,
  Traffic,
  WireOf,
  Wires,
} from '../../harness/look/evidence.ts'
import { isLossy } from '../../harness/look/loss.ts'
import { WIRES } from '../../harness/look/traffic.ts'
import { on } from '../nouns/phrases.ts'

/**
 * The lab's own wires are the witness that who is root on the nodes cannot reach. A claim that holds by what was heard on
 * a node must not be contradicted there; where nobody could listen, nothing is said.
 */

/**
 * How the physical link of a node is heard: in every form where no packet is to cross it as it is, which on one that is not the
 * router's own means what the node itself sends; else packets as they are.
 */
export const howHeard = (
  node: string,
  {
    isTunnelled,
    outward,
  }: { isTunnelled?: true | undefined; outward?: { outer: { node: string } } | undefined },
): Pick<ListenAt, 'everything' | 'tellsInward'> => {
  if (isTunnelled) return { everything: true }
  return outward && outward.outer.node !== node ? { everything: true, tellsInward: true } : {}
}

/** What an experiment listens to on the wires, where there are any: the physical link and the underlay of each node. */
export function onWires(
  wires: Wires | undefined,
  nodes: string[],
  { physical, underlay, ...meant }: { physical: string; underlay: string } & Parameters<typeof howHeard>[1],
): { listen: ListenAt[]; markers: Marker[] } {
  if (!wires) return { listen: [], markers: [] }
  const listen = nodes.flatMap(node =>
    [physical, underlay].flatMap((link): ListenAt[] => {
      const port = wires.ports[node]?.[link]
      const how = link === underlay ? { everything: true as const } : howHeard(node, meant)
      return port === undefined ? [] : [{ node: WIRES, link: port, ...how, wireOf: { node, link } }]
    }),
  )
  const markers = wires.markers.map(({ link, to }) => ({
    link,
    from: { node: WIRES },
    to,
    onWires: true as const,
  }))
  return { listen, markers }
}

/** What was heard on the wire of a node's link; undefined unless it is known that nothing can have been missed there. */
export function wireIn({ captures }: Traffic, { node, link }: WireOf): CaptureHeard | undefined {
  const capture = captures.find(seen => seen.wireOf?.node === node && seen.wireOf.link === link)
  return capture && 'heard' in capture && capture.heardMarker === true && capture.droppedByKernel === 0
    ? capture
    : undefined
}

/** Whether question and answer of a ping were heard, as often as it was answered, in frames that are as they must be. */
export function isBothWays(
  { heard }: CaptureHeard,
  { token, received: sent }: PingSeen,
  isRight: (packet: HeardPacket) => boolean,
): boolean {
  const right = heard.filter(packet => packet.token === token && isRight(packet))
  const countOf = (kind: HeardPacket['icmp']) =>
    right.filter(({ icmp }) => icmp === kind).reduce((sum, { count }) => sum + count, 0)
  return (
    sent > 0 &&
    !isLossy({ sent, received: countOf('echo-request') }) &&
    !isLossy({ sent, received: countOf('echo-reply') })
  )
}

/**
 * What a capture on a node heard of a ping must have been heard on the wire at the other end of its link, too. Where it was
 * not, one of the two witnesses is wrong and nobody can say which: CannotLook.
 */
export function assertOnWire(
  traffic: Traffic,
  at: WireOf,
  ping: PingSeen,
  isRight: (packet: HeardPacket) => boolean,
): void {
  const wire = wireIn(traffic, at)
  if (!wire) return
  assertCameByWire(wire, at, ping, isRight)
  if (isBothWays(wire, ping, isRight)) return
  const count = wire.heard
    .filter(packet => packet.token === ping.token && isRight(packet))
    .reduce((sum, packet) => sum + packet.count, 0)
  throw new CannotLook(
    text(
      `${ping.received} answers came, but the other end of ${at.link} saw only ${count} of their ${2 * ping.received} packets`,
      `收到 ${ping.received} 個回應，但它們的 ${2 * ping.received} 個封包中，在 ${at.link} 的另一端只看到 ${count} 個`,
    ),
    { where: `${at.node} · ${at.link} · wire`, help: on(at.node, `ip -d link show dev ${at.link}`) },
  )
}

/** On the wire of who asks the answer must come to the node, on the other one's the question. */
function assertCameByWire(
  { heard }: CaptureHeard,
  { node, link }: WireOf,
  { token, from }: PingSeen,
  isRight: (packet: HeardPacket) => boolean,
): void {
  const kind = node === from.node ? 'echo-reply' : 'echo-request'
  const packets = heard.filter(packet => packet.token === token && packet.icmp === kind && isRight(packet))
  if (packets.length === 0 || packets.some(({ incoming }) => incoming !== 0)) return
  throw new CannotLook(
    text(
      `on the wire at the other end of ${link}, no ${kind} came to ${node}: it sent them out itself`,
      `${link} 另一端的線路上，沒有任何 ${kind} 送往 ${node}：是它自己送出去的`,
    ),
    { where: `${node} · ${link} · wire`, help: on(node, `tcpdump -n -e -Q in -i ${link} icmp`) },
  )
}
