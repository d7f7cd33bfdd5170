import type { CaptureSeen, PingSeen } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { text } from '../../harness/say/text.ts'
import { integrationBridgeName, plugs } from '../integration-bridge.ts'
import { on } from '../phrases.ts'
import { endName, type Hop, type Journey, type Trail } from './hop.ts'

/** Follows a ping: at each plug and physical link on its way it is listened whether request and answer pass. */
export async function followPath(lab: Lab, { from, to }: Journey, signal: AbortSignal): Promise<Trail> {
  const startedAt = performance.now()
  signal.throwIfAborted()
  const listen = [
    ...(from.plug ? [{ node: from.node, link: from.plug }] : []),
    ...(await physicalLinks(lab, from.node)),
    ...('node' in to && to.node !== from.node ? await physicalLinks(lab, to.node) : []),
    ...('plug' in to && to.plug ? [{ node: to.node, link: to.plug }] : []),
  ]
  const ping = {
    from: { node: from.node, ...(from.netns !== undefined && { netns: from.netns }) },
    to: to.address,
  }
  const { pings, captures } = await lab.traffic({ pings: [ping], listen, markers: [] })
  const [made] = pings as [PingSeen]
  const isReached = made.received > 0
  const hops = isReached ? captures.map(heardAt) : captures.map(heardAt).map(afterFirstBroken)
  const counted = text(
    `${made.sent} sent, ${made.received} answered`,
    `送出 ${made.sent} 個，收到 ${made.received} 個回應`,
  )
  const where = `${from.node} · ${from.netns === undefined ? from.device : `netns ${from.netns}`}`
  const start: Hop = {
    id: 'stack-from',
    node: from.node,
    kind: 'stack',
    title: text(`${endName(from)} pings ${to.address}`, `${endName(from)} ping ${to.address}`),
    verdict: made.complaint ? 'broken' : 'ok',
    saw: counted,
    where,
    try: on(from.node, `sudo ip netns exec ${from.netns} ping -c 1 ${to.address}`),
  }
  const all = [start, ...hops]
  const broken = isReached ? undefined : all.find(({ verdict }) => verdict === 'broken')
  return {
    from: endName(from),
    to: endName(to),
    verdict: isReached ? 'reached' : broken ? 'broken' : 'unknown',
    hops: all,
    ...(broken && { broken: broken.id }),
    durationMs: Math.round(performance.now() - startedAt),
  }
}

/** The links of the kernel that are in a bridge which a patch port joins to the integration bridge. */
async function physicalLinks(lab: Lab, node: string) {
  const ovs = await lab.ovs(node)
  const all = plugs(ovs)
  const isPatched = (name: string) =>
    all.some(({ bridge, iface }) => bridge.name === name && iface.type === 'patch')
  return all
    .filter(({ bridge, iface }) => bridge.name !== integrationBridgeName(ovs) && iface.type === '')
    .filter(({ bridge }) => isPatched(bridge.name))
    .filter(({ iface }) => iface.external_ids['iface-id'] === undefined)
    .map(({ iface }) => ({ node, link: iface.name }))
}

function heardAt(capture: CaptureSeen): Hop {
  const { node, link } = capture
  const hop = { id: `${node} ${link}`, node, kind: 'link' as const, title: text(link, link) }
  if ('blind' in capture) return { ...hop, verdict: 'unknown', saw: capture.blind.reason }
  const has = (icmp: string) => capture.heard.some(packet => packet.icmp === icmp)
  const [request, reply] = [has('echo-request'), has('echo-reply')]
  if (request && reply) return { ...hop, verdict: 'ok', saw: text('request and answer', '請求和回應') }
  return {
    ...hop,
    verdict: 'broken',
    saw: request
      ? text('the request was heard here, the answer was not', '這裡聽到請求，但沒有聽到回應')
      : text('the request was not heard here', '這裡沒有聽到請求'),
    where: `${node} · ${link}`,
    try: on(node, `sudo tcpdump -n -e -i ${link} icmp or arp`),
  }
}

/** What comes behind the first place where something is missing is not reached. */
const afterFirstBroken = (hop: Hop, at: number, all: Hop[]): Hop => {
  const first = all.findIndex(({ verdict }) => verdict === 'broken')
  if (first < 0 || at <= first) return hop
  const { id, node, kind, title } = hop
  return { id, node, kind, title, verdict: 'unreached' }
}
