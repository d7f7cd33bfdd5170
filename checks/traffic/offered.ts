import { Unmet } from '../../harness/core/errors.ts'
import { type Text, text } from '../../harness/core/text.ts'
import type { DhcpHeard, DhcpSeen, Link } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import type { DhcpOptions, LogicalSwitchPort } from '../../harness/ovsdb/tables.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { unreadHostname, unreadOption } from '../diagnosis/dhcp-options-unread.ts'
import { type Endpoint, linkOf } from '../nouns/endpoint.ts'
import { assignedTo } from '../nouns/guest.ts'
import { list, on } from '../nouns/phrases.ts'
import { outerEnd } from '../nouns/plug-of.ts'
import { optionsOfPort } from '../state/dhcp-options.ts'
import { ownPorts } from '../state/one-switch.ts'
import { notTaken } from './not-taken.ts'
import { type Asking, answeredByFlows, type Question, unanswered } from './unanswered.ts'

/** A DISCOVER, and put_dhcp_opts, which answers it. */
const DISCOVER: Question = {
  name: 'DISCOVER',
  flow: 'dl_dst=ff:ff:ff:ff:ff:ff,udp,nw_src=0.0.0.0,nw_dst=255.255.255.255,nw_ttl=64,udp_src=68,udp_dst=67',
  to: '255.255.255.255',
  action: 2,
  // With a port of UDP, it is no echo that filters see.
  answer: ({ port }) => ({
    kind: 'echo-reply',
    source: '',
    destination: (port && assignedTo(port)) ?? '',
    token: '',
    udpPort: 68,
  }),
  inRows: async (lab, { port }) => {
    const row = await optionsOfPort(lab, port?.dhcpv4_options[0])
    return (port && unreadHostname(port)) ?? (row && unreadOption(row))
  },
}

/**
 * A DISCOVER of the endpoint's link is answered by OVN: an OFFER of the address that is assigned to its port comes in to the
 * link, with the server, the router and the lease time of the row of DHCP_Options that the port refers to; none came in to the
 * node by a link, which another server would need; and by the flows of the integration bridge it is OVN that answers.
 */
export async function offeredByOvn(lab: Lab, endpoint: Endpoint, all: Endpoint[]): Promise<void> {
  const { node, netns } = endpoint
  const [[port], link, outer] = await Promise.all([
    ownPorts(lab, endpoint, all),
    linkOf(lab, endpoint),
    outerEnd(lab, endpoint),
  ])
  if (!link) throw new TypeError(`${netns} has no link to ask by`)
  const row = await optionsOfPort(lab, port?.dhcpv4_options[0])
  const { name: device, index, mac } = link
  const seen = await lab.dhcp(node, { netns, device, index, mac })
  const asking = { endpoint, link, outer, port }
  const answers = seen.heard.filter(one => one.message === 'offer')
  const came = answers.filter(one => one.isInside && one.link === device && !one.isOutgoing)
  const broken =
    otherServer(node, answers, outer, await internalPorts(lab, node)) ??
    (came.length === 0 ? await noOffer(lab, asking, seen) : undefined) ??
    unlike(asking, came, row) ??
    (await notTaken(lab, asking, came)) ??
    (await answeredByFlows(lab, asking, DISCOVER))
  if (!broken) return
  const offer = port && row ? inWords(wanted(port, row)) : undefined
  throw new Unmet({
    expected: text(
      `OVN answers a DISCOVER of ${netns} with an OFFER: ${offer?.en ?? ''}`,
      `OVN 以 OFFER 回應 ${netns} 的 DISCOVER：${offer?.['zh-TW'] ?? ''}`,
    ),
    ...broken,
  })
}

const internalPorts = async (lab: Lab, node: string): Promise<string[]> =>
  (await lab.ovs(node)).interfaces.filter(({ type }) => type === 'internal').map(({ name }) => name)

/**
 * OVN makes its answer inside Open vSwitch; one that came into it by a link was sent by somebody behind that. What Open vSwitch
 * puts out by an internal port, a mirror's copy say, the node itself takes in, and the other way round.
 */
function otherServer(
  node: string,
  answers: DhcpHeard[],
  outer: Link | undefined,
  internal: string[],
): BrokenLink | undefined {
  const other = answers.find(
    one => !one.isInside && one.isOutgoing === internal.includes(one.link) && one.link !== outer?.name,
  )
  if (!other) return undefined
  return {
    where: `${node} · ${other.link}`,
    saw: text(
      `an OFFER came in by ${other.link}: ${inWords(other).en}`,
      `有一個 OFFER 從 ${other.link} 進來：${inWords(other)['zh-TW']}`,
    ),
    tryThis: on(node, `sudo tcpdump -nevi ${other.link} udp port 67`),
  }
}

function noOffer(lab: Lab, asking: Asking, { complaint, ...seen }: DhcpSeen): Promise<BrokenLink> {
  const { endpoint, outer, link } = asking
  return unanswered(lab, asking, DISCOVER, {
    ...(complaint !== undefined && { complaint }),
    isHeard: seen.heard.some(one => one.message === 'discover' && one.link === outer?.name),
    dropped: seen.dropped,
    sent: text(
      `${seen.sent} DISCOVER sent, no OFFER came in by ${link.name}`,
      `送出 ${seen.sent} 個 DISCOVER，${link.name} 沒有收到 OFFER`,
    ),
    tryThis: on(endpoint.node, `sudo tcpdump -nevi ${outer?.name ?? link.name} udp port 67 or udp port 68`),
  })
}

/** What an offer says that OVN's would not say. */
function unlike(
  { endpoint: { node, netns }, port, outer, link }: Asking,
  offers: DhcpHeard[],
  row: DhcpOptions | undefined,
): BrokenLink | undefined {
  const offer = port && row ? wanted(port, row) : undefined
  const other = offers.find(one => !offer || inWords(one).en !== inWords(offer).en)
  if (!other) return undefined
  const seen = list(offers.map(one => inWords(one).en))
  return {
    where: `${node} · ${outer?.name ?? `netns ${netns}`}`,
    saw: text(`OFFER: ${seen.en}`, `OFFER：${seen['zh-TW']}`),
    tryThis: on(node, `sudo tcpdump -nevi ${outer?.name ?? link.name} udp port 67`),
  }
}

type Offer = Pick<DhcpHeard, 'offered' | 'serverId' | 'sourceMac' | 'routers' | 'leaseSeconds'>

/** The offer that the rows ask for. */
const wanted = (port: LogicalSwitchPort, { options }: DhcpOptions): Offer => ({
  offered: assignedTo(port) ?? '',
  serverId: options.server_id ?? '',
  sourceMac: (options.server_mac ?? '').toLowerCase(),
  routers: (options.router ?? '').split(/[\s,{}]+/).filter(Boolean),
  leaseSeconds: Number(options.lease_time),
})

function inWords({ offered, serverId = '', sourceMac, routers, leaseSeconds }: Offer): Text {
  const said = `${offered}, server ${serverId} (${sourceMac}), router ${routers.join(' ')}, `
  return text(`${said}lease time ${leaseSeconds} s`, `${said}租約 ${leaseSeconds} 秒`)
}
