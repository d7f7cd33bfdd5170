import type { Capture } from '../capture/capture.ts'
import type { HeardPacket, PingSeen } from '../look/evidence.ts'
import { isLossy } from '../look/loss.ts'

type Ear = { node: string; heard: Pick<Capture['heard'], 'packets'> }

/** A place that is listened at; `inward` hears only what comes in to the node by it. */
export interface Ears {
  capture: Ear
  inward?: Ear
}

/**
 * Whether a ping is not answered by the host it is for, whatever the network does: all of it was heard on the link of that
 * host, nobody heard an answer, and the host's own ping to the sender was answered over the same link. So it is not the network
 * that is late, nor a neighbour that is still asked for (arp(7)): a second look would tell the same.
 */
export function isIgnored(ping: PingSeen, made: PingSeen[], ears: Ears[]): boolean {
  if (ping.received > 0 || ping.sent === 0 || ping.tcpPort !== undefined) return false
  const all = ears.map(({ capture }) => capture)
  if (all.some(ear => echoes(ear, ping, 'echo-reply').length > 0)) return false
  const source = all.flatMap(ear => echoes(ear, ping, 'echo-request')).at(0)?.source
  const back = made.find(
    other =>
      other.to === source &&
      other.tcpPort === undefined &&
      other.sent > 0 &&
      !isLossy(other) &&
      all.some(ear => echoes(ear, other, 'echo-request').some(packet => packet.source === ping.to)),
  )
  return (
    back !== undefined &&
    ears.some(
      ({ capture, inward }) =>
        capture.node === back.from.node &&
        inward !== undefined &&
        echoes(inward, back, 'echo-request').length > 0 &&
        echoes(capture, ping, 'echo-request').some(({ count }) => count >= ping.sent),
    )
  )
}

const echoes = ({ heard }: Ear, { token }: PingSeen, icmp: HeardPacket['icmp']): HeardPacket[] =>
  heard.packets.filter(packet => packet.token === token && packet.icmp === icmp)
