import type { Traffic } from '../../harness/look/evidence.ts'
import { addressesOf } from '../../harness/look/joints.ts'
import type { End } from './hop.ts'
import type { Route } from './route.ts'
import { isNear, sentAt, sideOf } from './routed.ts'
import { echoStations } from './stations.ts'

/** An end that has to know a peer's MAC address, and the path its question takes. */
export interface Ask {
  end: End
  peer: { address: string; mac?: string | undefined }
  route: Route
  /** The peer's own question has told it the peer's MAC address (RFC 826): it only asks whether that still holds, by unicast. */
  wasAsked?: true
}

/** Beyond the own subnet it is the gateway whose MAC an end has to know, and OVN answers for it at the end's own plug. */
export function gatewayAsks(route: Route, traffic: Traffic, token: string): Ask[] {
  const { from, to } = route
  const stations = echoStations(route, traffic, token)
  return [from, ...(to ? [to] : [])].flatMap((end): Ask[] => {
    const direction = end === from ? 'request' : 'reply'
    const post = sentAt(route, direction)
    const sent = stations.find(one => one.direction === direction && one.post === post)?.heard.frames[0]
    const side = sideOf(route, end)
    const joint = side?.joints.find(({ port }) => port.mac.toLowerCase() === sent?.destinationMac)
    const address = joint && addressesOf(joint.port).find(own => isNear(end, own))
    if (address === undefined || !sent || !side || !post) return []
    const routed = { from: { ...side, gateway: address } }
    const peer = { address, mac: sent.destinationMac }
    return [{ end, peer, route: { from: end, to: undefined, address, posts: [post], routed } }]
  })
}
