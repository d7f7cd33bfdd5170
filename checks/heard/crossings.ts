import type { PingSeen, TracePacket, Traffic } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { isTranslatedBetween } from '../route/outward.ts'
import type { Route } from '../route/route.ts'
import { endsInOvn } from '../route/routers-own.ts'
import { echoStations } from '../route/stations.ts'
import type { Break } from './bracket.ts'
import type { Crossing } from './carried.ts'
import { type Gate, gateAt } from './gate.ts'
import { packetToTrace } from './packet.ts'

/** What a ping's packets crossed of the bridges of its nodes, there and back; where OVN itself answers, in and out by one link. */
export const crossingsOf = (route: Route, traffic: Traffic, { token }: Pick<PingSeen, 'token'>): Crossing[] =>
  allCrossings(route, traffic, token).filter(
    // What NAT makes of an answer no trace can tell: that depends on connections that are open.
    ({ station, next }) => !isTranslatedBetween(station.post, next.post),
  )

/** Where NAT gave the request of a ping another address. */
export const translationsOf = (
  route: Route,
  traffic: Traffic,
  { token }: Pick<PingSeen, 'token'>,
): Crossing[] =>
  allCrossings(route, traffic, token).filter(
    ({ station, next }) => station.direction === 'request' && isTranslatedBetween(station.post, next.post),
  )

function allCrossings(route: Route, traffic: Traffic, token: string): Crossing[] {
  const stations = echoStations(route, traffic, token)
  return stations.flatMap((station, at) => {
    const next = stations[at + 1]
    return next &&
      (next.direction === station.direction || endsInOvn(route)) &&
      next.post.node === station.post.node
      ? [{ station, next }]
      : []
  })
}

/** A crossing whose packet, as it was heard, can be traced. */
export interface Traceable {
  packet: TracePacket
  station: Crossing['station']
  next: Crossing['next']
  leaves: Gate
  broken: Break
}

/** The packets to trace for what crossed a node. */
export async function traceable(lab: Lab, route: Route, node: string, all: Crossing[]): Promise<Traceable[]> {
  const crossings = all.filter(({ station }) => station.post.node === node)
  const gates = await Promise.all(
    crossings.map(async ({ station, next }) => ({
      enters: await gateAt(lab, route, station.post, station.heard.frames.at(0)?.geneve),
      leaves: await gateAt(lab, route, next.post),
    })),
  )
  return crossings.flatMap(({ station, next }, at) => {
    const { enters, leaves } = gates[at]!
    const frame = station.heard.frames.at(0)
    const broken: Break = {
      place: { kind: 'bridge', node, enters: station.post, leaves: next.post },
      packet: station.wanted,
      before: station.heard.count,
      behind: next.heard.count,
      ...(frame && { frame }),
    }
    const packet = enters.plug && packetToTrace(route, enters.plug, broken)
    return packet ? [{ packet, station, next, leaves, broken }] : []
  })
}
