import { CannotLook, Unmet } from '../../harness/core/errors.ts'
import { type Text, text } from '../../harness/core/text.ts'
import type { ConnectionHeard, PageCaptureHeard } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import { clamped } from '../diagnosis/clamped.ts'
import { linkOf } from '../nouns/endpoint.ts'
import { andThen, on } from '../nouns/phrases.ts'
import { assertNotDeaf } from './not-deaf.ts'
import { fetched, hearing, insideOf, type Web } from './web-page.ts'

/**
 * Both connections of the page, that of the browser and that with the database, cross the physical link of the server's
 * node as they are, and no frame on its underlay holds anything of them.
 */
export async function pageCrossesPlain(lab: Lab, web: Web): Promise<void> {
  const { server, link, port } = web
  const page = await fetched(lab, web)
  const tunnel = hearing(page.underlay)
  const expected = text(
    `both connections of the page cross ${link} of ${server.node} without encapsulation, and nothing of them crosses ${tunnel.link}`,
    `網頁的兩條連線都未經封裝，直接經過 ${server.node} 的 ${link}；${tunnel.link} 上完全沒有它們的封包`,
  )
  const unmet = (saw: Text, at: string): Unmet =>
    new Unmet({
      expected,
      saw,
      where: `${server.node} · ${at}`,
      tryThis: on(server.node, `sudo tcpdump -ni ${at} tcp port ${port} or udp port 6081`),
    })
  const tunnelled = tunnel.markedFrames + [...tunnel.web, ...tunnel.database].length
  if (tunnelled > 0)
    throw unmet(text(`frames of them on ${tunnel.link}`, `${tunnel.link} 上有它們的訊框`), tunnel.link)
  for (const heard of [hearing(page.physical), ...(page.wire ? [page.wire] : [])]) {
    const missing = [heard.web, heard.database].findIndex(all => !all.some(isPlain))
    if (missing < 0) continue
    const [en, zh] = missing === 0 ? ['the browser', '瀏覽器'] : ['the database', '資料庫']
    throw unmet(
      text(
        `no connection with ${en} crosses ${link} without encapsulation`,
        `${link} 上沒有和${zh}之間未經封裝的連線`,
      ),
      `${link}${heard.wireOf ? ' · wire' : ''}`,
    )
  }
  assertNotDeaf({ ...tunnel, heard: [], arps: [], otherwise: [] })
}

const isPlain = ({ isTunnelled, isAnswered, saidBytes }: ConnectionHeard) =>
  !isTunnelled && isAnswered && saidBytes.asked > 0 && saidBytes.answered > 0

/** Of the page's connections, packets as large as the endpoint's link has room for cross the physical link both ways. */
export async function pageFillsPackets(lab: Lab, web: Web): Promise<void> {
  const { server, browser, link } = web
  const page = await fetched(lab, web)
  const heard = hearing(page.physical)
  const rooms = [page.link.mtu, lab.topology.links[link]?.mtuBytes ?? page.link.mtu]
  if (!lab.wires) rooms.push((await linkOf(lab, browser))?.mtu ?? page.link.mtu)
  const full = Math.min(...rooms)
  const [inward, outward] = [largest(heard, 'in'), largest(heard, 'out')]
  if (inward >= full && outward >= full) return
  if (inward >= full && page.seen.bytes < full)
    throw new CannotLook(
      text(
        `the page has ${page.seen.bytes} bytes, too few for a packet of ${full}`,
        `網頁只有 ${page.seen.bytes} 位元組，填不滿 ${full} 位元組的封包`,
      ),
      { where: insideOf(web) },
    )
  const stack = await unlessBlind(lab.stack(server.node, server.netns, []))
  const clamp = stack && clamped(stack)
  throw new Unmet({
    expected: text(
      `packets of ${full} bytes of these connections cross ${link} of ${server.node} both ways`,
      `這些連線在 ${server.node} 的 ${link} 上，兩個方向都有 ${full} 位元組的封包`,
    ),
    saw: andThen(
      text(
        `the largest to ${server.netns}: ${inward} bytes, from ${server.netns}: ${outward} bytes`,
        `送往 ${server.netns} 最大的：${inward} 位元組，來自 ${server.netns} 最大的：${outward} 位元組`,
      ),
      clamp,
    ),
    where: clamp ? `${insideOf(web)} · nftables` : insideOf(web),
    tryThis: on(
      server.node,
      clamp ? `sudo ip netns exec ${server.netns} nft list ruleset` : `sudo ip -n ${server.netns} -d route`,
    ),
    ...(clamp && { cause: 'segments-clamped' as const }),
  })
}

/** The largest packet to the server, or from it. */
function largest({ web, database }: PageCaptureHeard, way: 'in' | 'out'): number {
  const [ofWeb, ofDatabase] =
    way === 'in' ? (['asked', 'answered'] as const) : (['answered', 'asked'] as const)
  const sizes = [
    ...web.map(({ largestBytes }) => largestBytes[ofWeb]),
    ...database.map(({ largestBytes }) => largestBytes[ofDatabase]),
  ]
  return Math.max(0, ...sizes)
}
