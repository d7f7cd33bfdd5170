import type {
  CaptureHeard,
  CaptureSeen,
  HeardArp,
  HeardPacket,
  ListenAt,
  Traffic,
} from '../../harness/look/evidence.ts'
import type { Wanted } from '../nouns/wanted.ts'
import type { End } from './hop.ts'
import type { Outward } from './outward.ts'
import type { Routed } from './routed.ts'

/**
 * A place on a path where packets can be heard. Of several links (a bond, two physical ports) a packet crosses one.
 * `plug`: the outer end of a namespace's cable. `exit`: where a path leaves or enters a node.
 * `bridge`: a Linux bridge, which shows who listens to it all that it passes from port to port.
 */
export interface Post {
  id: string
  kind: 'plug' | 'exit' | 'bridge'
  node: string
  netns?: string
  links: string[]
  /** What Open vSwitch calls the one link, where that is not its name. */
  row?: string
  /** The bond that they are members of; one of the kernel's is itself the first of them. */
  bond?: string
  /** Links of the node that carry its tunnels: to be heard there is to have taken another way. */
  underlay: string[]
  /** Packets may bear a VLAN tag here: it is that of the network that both ends are in. */
  mayBeTagged?: true
  /** Packets must be in Geneve here. */
  isTunnel?: true
  /** What addresses of the path are here, where NAT has made others of them. */
  bears?: Record<string, string>
}

/** A path as the places where its packets must be heard, in the order of the request. */
export interface Route {
  from: End
  /** Undefined where the address is none of our ends. */
  to: End | undefined
  address: string
  posts: Post[]
  /** Where it changes the subnet. */
  routed?: Routed
  /** Where it leaves OVN, if that is by a router. */
  outward?: Outward
  /** The machine that OVN hands it to, and whose kernel takes it on from there. */
  gate?: End
  /** OVN itself takes what is sent there, by a router, NAT or a load balancer; who answers it, and where, no row tells before. */
  isTakenByOvn?: true
  /** Its packets went through the tunnel, and were expected on the physical network. */
  isElsewhere?: true
}

/** What was heard of a kind of packet at a place; a place where nobody could listen is blind. */
export interface Heard {
  isBlind: boolean
  count: number
  /** Of what was heard; empty where nothing was. */
  frames: (HeardPacket | HeardArp)[]
  /** Of the place's links, those it was heard on. */
  links: string[]
}

/** The links by which the path leaves or enters a node. */
export const exitsOf = ({ posts }: Pick<Route, 'posts'>, node: string): string[] =>
  posts.filter(post => post.kind === 'exit' && post.node === node).flatMap(({ links }) => links)

/** Where the captures of a path have to listen. */
export const listenAt = ({ posts }: Pick<Route, 'posts'>): ListenAt[] =>
  posts.flatMap(({ kind, node, netns, links, underlay }) => [
    ...links
      .filter(link => !underlay.includes(link))
      .map(link => ({
        node,
        link,
        ...(netns !== undefined && { netns }),
        ...(kind === 'bridge' && { isBridge: true as const }),
      })),
    ...underlay.map(link => ({ node, link, everything: true as const })),
  ])

/** What was heard of it at a post, on the links it must cross. */
export const heardAt = (traffic: Traffic, post: Post, wanted: Wanted): Heard => heardOn(traffic, post, wanted)

/** What was heard of it on the links of a post that carry tunnels. */
export const heardInTunnel = (traffic: Traffic, post: Post, wanted: Wanted): Heard =>
  heardOn(traffic, { ...post, links: post.underlay, isTunnel: true }, wanted)

function heardOn(
  { captures }: Traffic,
  { node, netns, links, isTunnel = false }: Omit<Post, 'isTunnel'> & { isTunnel?: boolean },
  wanted: Wanted,
): Heard {
  const own = captures.filter(seen => seen.node === node && seen.netns === netns && links.includes(seen.link))
  const listening = own.filter((seen): seen is CaptureHeard => 'heard' in seen && !isDeaf(seen))
  const hearing = listening.map(capture => ({
    link: capture.link,
    frames: framesIn(capture, wanted).filter(({ geneve }) => (geneve !== undefined) === isTunnel),
  }))
  const frames = hearing.flatMap(one => one.frames)
  return {
    isBlind: listening.length < links.length && frames.length === 0,
    // A packet crosses one of them; on another it may be a copy (a mirror's, a broadcast's), which is no second packet.
    count: Math.max(0, ...hearing.map(one => one.frames.reduce((sum, { count }) => sum + count, 0))),
    frames,
    links: hearing.filter(one => one.frames.length > 0).map(({ link }) => link),
  }
}

/** A capture that did not hear its marker, or lost packets, says nothing by its silence. */
export const isDeaf = (seen: CaptureSeen): boolean =>
  'blind' in seen || seen.heardMarker === false || seen.droppedByKernel > 0

function framesIn(
  { heard, arps }: CaptureHeard,
  { kind, source, destination, token }: Wanted,
): (HeardPacket | HeardArp)[] {
  const isBetween = (frame: { source: string; destination: string }) =>
    frame.source === source && frame.destination === destination
  if (kind === 'arp-request' || kind === 'arp-reply')
    return arps.filter(frame => `arp-${frame.arp}` === kind && isBetween(frame))
  return heard.filter(
    frame => frame.icmp === kind.replace('tcp', 'echo') && frame.token === token && isBetween(frame),
  )
}

/** Where a namespace's cable can be listened to: its outer end, or where there is none the link itself. */
export const plugPost = ({ node, netns, device, plug, row, isTagged }: End): Post => ({
  id: `plug ${plug ?? device}`,
  kind: 'plug',
  node,
  ...(plug === undefined && netns !== undefined && { netns }),
  links: [plug ?? device],
  ...(plug === undefined && row !== undefined && { row }),
  ...(isTagged && { mayBeTagged: true as const }),
  underlay: [],
})

/** What Open vSwitch calls the links of a post. */
export const rowsOf = ({ links, row }: Pick<Post, 'links' | 'row'>): string[] =>
  row === undefined ? links : [row]

/** A Linux bridge that holds the plugs of both ends. */
export const bridgePost = (node: string, link: string): Post => ({
  id: `bridge ${link}`,
  kind: 'bridge',
  node,
  links: [link],
  underlay: [],
})
