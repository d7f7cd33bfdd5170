import type { CaptureHeard, HeardArp, HeardPacket, PingSeen, Traffic } from '../../harness/look/evidence.ts'
import type { End } from '../route/hop.ts'
import { type Post, plugPost, type Route } from '../route/route.ts'

export const TOKEN = '00112233445566778899aabbccddeeff'
const end = (netns: string, node: string, mac: string, address: string): End => ({
  ...{ netns, node, mac, address, prefixLength: 24, device: 'eth0' },
  ...{ plug: `veth-${netns}-br`, logicalPort: `ls0-${netns}` },
})
export const NS1 = end('ns1', 'controller', '02:00:00:00:00:01', '192.168.10.100')
export const NS2 = end('ns2', 'hypervisor', '02:00:00:00:00:02', '192.168.10.200')
export const OUTSIDE = '192.168.10.1'
const OUTSIDE_MAC = '02:00:00:00:00:0f'

const exit = (node: string): Post => ({
  ...{ id: `exit ${node}`, kind: 'exit', node },
  ...{ links: ['eth2'], underlay: ['eth1'] },
})
/** From ns2 to ns1 over the physical network: four places. */
export const across: Route = {
  ...{ from: NS2, to: NS1, address: NS1.address },
  posts: [plugPost(NS2), exit('hypervisor'), exit('controller'), plugPost(NS1)],
}
/** From ns2 to a machine outside: two places. */
export const outward: Route = {
  ...{ from: NS2, to: undefined, address: OUTSIDE },
  posts: [plugPost(NS2), exit('hypervisor')],
}

/** How many of a ping were heard, at the places of its path in the order they are passed: there, and on the way back. */
export interface Counts {
  request?: number[]
  reply?: number[]
  /** ARP packets of the ping's sender, and the answers. */
  asked?: number[]
  told?: number[]
  /** ARP packets of who is pinged, and the answers to them. */
  askedBack?: number[]
  toldBack?: number[]
  /** Places, in the order of the request, where nobody could listen. */
  blind?: number[]
}

/** What captures on every place of a path would have heard. */
export function heardOn(route: Route, counts: Counts): Traffic {
  const { from, to, address, posts } = route
  const back = [...posts].reverse()
  const macOf = (one: string) => (one === from.address ? from.mac : (to?.mac ?? OUTSIDE_MAC))
  const framed = (source: string, destination: string, count: number) => ({
    ...{ source, destination, count, firstMs: 1000 },
    ...{ sourceMac: macOf(source), destinationMac: macOf(destination) },
  })
  const captures: CaptureHeard[] = posts.flatMap(({ node, links, underlay }) =>
    [...links, ...underlay].map(link => ({
      ...{ node, link, packetsTotal: 99, droppedByKernel: 0 },
      ...{ heard: [], arps: [], otherwise: [] },
    })),
  )
  const captureAt = ({ node, links }: Post) =>
    captures.find(one => one.node === node && one.link === links[0])!
  const echoes = (
    icmp: HeardPacket['icmp'],
    source: string,
    destination: string,
    way: Post[],
    some?: number[],
  ) => {
    for (const [at, count] of some?.entries() ?? [])
      if (count > 0)
        captureAt(way[at]!).heard.push({ icmp, token: TOKEN, ...framed(source, destination, count) })
  }
  const arps = (arp: HeardArp['arp'], source: string, destination: string, way: Post[], some?: number[]) => {
    for (const [at, count] of some?.entries() ?? [])
      if (count > 0)
        captureAt(way[at]!).arps.push({ arp, saysMac: macOf(source), ...framed(source, destination, count) })
  }
  echoes('echo-request', from.address, address, posts, counts.request)
  echoes('echo-reply', address, from.address, back, counts.reply)
  arps('request', from.address, address, posts, counts.asked)
  arps('reply', address, from.address, back, counts.told)
  arps('request', address, from.address, back, counts.askedBack)
  arps('reply', from.address, address, posts, counts.toldBack)
  const blind = { reason: { en: 'no tcpdump', 'zh-TW': '沒有 tcpdump' } }
  const deaf = (counts.blind ?? []).map(at => captureAt(posts[at]!))
  return {
    pings: [],
    captures: captures.map(one => (deaf.includes(one) ? { node: one.node, link: one.link, blind } : one)),
  }
}

/** What ping said of it. */
export const ping = (sent: number, received: number): PingSeen => ({
  ...{ from: { node: 'hypervisor', netns: 'ns2' }, to: NS1.address, token: TOKEN },
  ...{ sent, received },
})

/** What a capture of `heardOn` heard. */
export const captureOf = ({ captures }: Traffic, node: string, link: string): CaptureHeard =>
  captures.find(one => one.node === node && one.link === link) as CaptureHeard
