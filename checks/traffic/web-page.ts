import { CannotLook, Unmet } from '../../harness/core/errors.ts'
import { text } from '../../harness/core/text.ts'
import type {
  Link,
  ListenAt,
  PageCaptureHeard,
  PageCaptureSeen,
  PageSeen,
  WritableTable,
} from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { cannotLook } from '../../harness/look/recording.ts'
import { WIRES } from '../../harness/look/traffic.ts'
import { databaseOn, linkFor, nodeNames, underlayAddress } from '../../harness/topology/topology.ts'
import { type Endpoint, linkOf } from '../nouns/endpoint.ts'
import { on } from '../nouns/phrases.ts'
import { reaches } from './reaches.ts'
import type { Experiment } from './traffic.ts'

/** A web server of an endpoint, whose pages show rows of the database on a physical link. */
export interface Web {
  server: Endpoint
  /** Who asks where nobody outside can be told to. */
  browser: Endpoint
  port: number
  /** The link of the server's node to the physical network, where the database is. */
  link: string
  /** The database's table for a row of ours, on labs where its own machine can be told to write. */
  table: WritableTable
}

/** A page that came, and what was heard of it on the server's own link, on the physical link of its node, on the underlay, and on the wire. */
export interface Fetched extends Asked {
  inside: PageCaptureSeen
  physical: PageCaptureSeen
  underlay: PageCaptureSeen
  wire: PageCaptureHeard | undefined
}

/** What became of asking for it, and the link the server is asked by. */
interface Asked {
  seen: PageSeen
  link: Link
}

/** The address and port of the database, as the topology has them. */
export function databaseOf({ topology }: Lab, { link }: Web): { address: string; port: number } {
  const found = topology.links[link] && databaseOn(topology.links[link])
  if (!found) throw new TypeError(`the topology has no database on ${link}`)
  return found
}

/** Asks for the page; asked by several claims, that is done once. */
export async function askedFor(lab: Lab, web: Web): Promise<Asked> {
  const { server, browser, port, table } = web
  const link = await linkOf(lab, server)
  const url = `http://${server.address}:${port}/`
  if (!link)
    throw new Unmet({
      expected: text(`${server.netns} answers at ${url}`, `${server.netns} 在 ${url} 有回應`),
      saw: text(
        `no interface of ${server.netns} has ${server.address}`,
        `${server.netns} 裡沒有任何介面有位址 ${server.address}`,
      ),
      where: insideOf(web),
      tryThis: on(server.node, `sudo ip -n ${server.netns} addr`),
    })
  const underlay = linkFor(lab.topology, 'underlay').name
  const wirePort = lab.wires?.ports[server.node]?.[web.link]
  const wire: ListenAt[] =
    wirePort === undefined
      ? []
      : [{ node: WIRES, link: wirePort, wireOf: { node: server.node, link: web.link } }]
  const peer = nodeNames(lab.topology).find(node => node !== server.node) ?? server.node
  const seen = await lab.page(server.node, {
    netns: server.netns,
    address: server.address,
    port,
    from: lab.wires ? { node: WIRES } : { node: browser.node, netns: browser.netns },
    database: { ...databaseOf(lab, web), ...(lab.wires && { fresh: table }) },
    listen: [
      { node: server.node, netns: server.netns, link: link.name },
      { node: server.node, link: web.link },
      { node: server.node, link: underlay },
      ...wire,
    ],
    marker: { link: underlay, to: underlayAddress(lab.topology, peer) },
  })
  return { seen, link }
}

/** The page, where one came, with all that was heard of it. CannotLook where it no longer comes. */
export async function fetched(lab: Lab, web: Web): Promise<Fetched> {
  const asked = await askedFor(lab, web)
  const [inside, physical, underlay, onWire] = asked.seen.captures
  if (!inside || !physical || !underlay)
    throw new CannotLook(text('no page came', '沒有收到網頁'), { where: insideOf(web) })
  return {
    ...asked,
    inside,
    physical,
    underlay,
    wire: onWire && 'web' in onWire && onWire.droppedByKernel === 0 ? onWire : undefined,
  }
}

/** Where the server is, in the words of a fault. */
export const insideOf = ({ server }: Web): string => `${server.node} · netns ${server.netns}`

/** What a capture heard; CannotLook where it could not listen, or lost some of it. */
export function hearing(seen: PageCaptureSeen): PageCaptureHeard {
  if ('blind' in seen) throw cannotLook(seen.blind)
  if (seen.droppedByKernel === 0) return seen
  const { node, link, droppedByKernel } = seen
  throw new CannotLook(
    text(
      `the capture on ${link} of ${node} lost ${droppedByKernel} packets`,
      `${node} 上 ${link} 的擷取漏掉了 ${droppedByKernel} 個封包`,
    ),
    { where: `${node} · ${link}` },
  )
}

/** Throws Unmet with the place where connections of TCP from one to the other are lost; returns where they get through. */
export async function assertConnects(
  lab: Lab,
  web: Web,
  [from, to, tcpPort]: [Endpoint, string, number],
): Promise<void> {
  const experiment: Experiment = {
    endpoints: [web.server, web.browser],
    physical: web.link,
    underlay: linkFor(lab.topology, 'underlay').name,
    pings: [{ from: { node: from.node, netns: from.netns }, to, tcpPort }],
    markers: [],
  }
  const expected = text(
    `${to} answers TCP from ${from.netns} to port ${tcpPort}`,
    `${from.netns} 連到 ${to} 的 TCP 埠 ${tcpPort} 有回應`,
  )
  await reaches(lab, experiment, from, to, expected, { tcpPort })
}
