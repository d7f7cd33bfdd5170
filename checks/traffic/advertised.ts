import { CannotLook, Unmet } from '../../harness/core/errors.ts'
import { type Text, text } from '../../harness/core/text.ts'
import type { Link, RaHeard, RaSeen } from '../../harness/look/evidence.ts'
import { routerOf } from '../../harness/look/joints.ts'
import type { Lab } from '../../harness/look/lab.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { unreadRaConfig } from '../diagnosis/ra-configs-unread.ts'
import { type Endpoint, linkOf } from '../nouns/endpoint.ts'
import { on } from '../nouns/phrases.ts'
import { outerEnd } from '../nouns/plug-of.ts'
import { centralOf } from '../route/one-chassis.ts'
import { linkLocalsOf } from '../route/routed.ts'
import { advertisedBeside, advertiserOf, isSamePrefix } from '../state/advertising.ts'
import { ownPorts } from '../state/one-switch.ts'
import type { Advertised } from '../state/self-addressed.ts'
import { notTaken } from './not-taken.ts'
import { type Asking, answeredByFlows, type Question, unanswered } from './unanswered.ts'

/** A Router Solicitation from an address, and put_nd_ra_opts, which answers it. */
const solicitation = (from: string, prefix: string): Question => ({
  name: 'Router Solicitation',
  flow: `dl_dst=33:33:00:00:00:02,icmp6,ipv6_src=${from},ipv6_dst=ff02::2,nw_ttl=255,icmpv6_type=133,icmpv6_code=0`,
  to: 'ff02::2',
  action: 8,
  inRows: async (lab, asking) => (await guarded(asking)) ?? central(lab, prefix),
})

/** What a Router Solicitation of the endpoint's link came to. */
interface Solicited {
  asking: Asking
  seen: RaSeen
  /** The MAC address of the router port that is to answer. */
  mac: string
  /** Its link-local addresses. */
  linkLocal: string[]
}

/** Sends one, as all claims about the endpoint do: they share what came of it. */
async function solicited(lab: Lab, endpoint: Endpoint, all: Endpoint[], prefix: string): Promise<Solicited> {
  const { node, netns } = endpoint
  const [[port], link, outer, advertiser] = await Promise.all([
    ownPorts(lab, endpoint, all),
    linkOf(lab, endpoint),
    outerEnd(lab, endpoint),
    advertiserOf(lab, prefix),
  ])
  if (!link) throw new TypeError(`${netns} has no link to ask by`)
  const { name: device, index, mac } = link
  const own = ownLinkLocal(link)
  // With an address beside the MAC, port_security lets only that and the link-local address out (ovn-nb(5), port_security).
  const isGuarded = port?.port_security.some(words => words.trim().includes(' ')) ?? false
  const seen = await lab.ra(node, { netns, device, index, mac, ...(isGuarded && own && { from: own }) })
  return {
    asking: { endpoint, link, outer, port },
    seen,
    mac: advertiser?.port.mac.toLowerCase() ?? '',
    linkLocal: advertiser ? linkLocalsOf(advertiser.port) : [],
  }
}

const ownLinkLocal = ({ addresses }: Link): string | undefined =>
  addresses.find(({ family, address }) => family === 'inet6' && /^fe[89ab]/i.test(address))?.address

/** What came in to the endpoint's link, an advertisement that is. */
const cameIn = ({ asking: { link }, seen }: Solicited): RaHeard[] =>
  seen.heard.filter(
    one => one.message === 'advertisement' && one.isInside && one.link === link.name && !one.isOutgoing,
  )

const isAnswer = ({ mac, seen }: Solicited) => {
  return ({ sourceMac, destination }: RaHeard) => sourceMac === mac && destination === seen.from
}

/** What OVN advertises to the endpoint, by its own answer. CannotLook where there was none: then another claim does not hold. */
export async function advertisedTo(
  lab: Lab,
  endpoint: Endpoint,
  all: Endpoint[],
  prefix: string,
): Promise<Advertised> {
  const asked = await solicited(lab, endpoint, all, prefix)
  const answer = cameIn(asked).find(isAnswer(asked))
  const own = answer?.prefixes?.find(one => isSamePrefix(one.prefix, prefix))
  if (answer && own)
    return {
      source: answer.source,
      alsoFrom: asked.linkLocal,
      ...(answer.lifetimeSeconds !== undefined && { lifetimeSeconds: answer.lifetimeSeconds }),
      ...(own.validSeconds !== undefined && { validSeconds: own.validSeconds }),
    }
  const { node, netns } = endpoint
  throw new CannotLook(
    text(`nothing was advertised to ${netns} at that moment`, `當時 ${netns} 沒有收到通告`),
    { where: `${node} · netns ${netns}` },
  )
}

/**
 * A Router Solicitation of the endpoint's link is answered by OVN: an advertisement comes in to the link from the MAC address
 * of the router port and a link-local address, with the prefix for hosts to form their addresses of, and itself as a router;
 * nobody else advertises there; none of it came in to the node by a link, which a twin of the router would need; and by the
 * flows of the integration bridge it is OVN that answers what the endpoint's own kernel asks.
 */
export async function advertisedByOvn(
  lab: Lab,
  endpoint: Endpoint,
  all: Endpoint[],
  prefix: string,
): Promise<void> {
  const { netns } = endpoint
  const asked = await solicited(lab, endpoint, all, prefix)
  const { asking, seen, mac } = asked
  const came = cameIn(asked)
  const question = solicitation(ownLinkLocal(asking.link) ?? seen.from, prefix)
  const broken =
    (await advertisedBeside(lab, prefix, asking.port)) ??
    (await otherRouter(lab, asked, came)) ??
    (came.some(isAnswer(asked)) ? undefined : await noAdvertisement(lab, asked, question)) ??
    unlike(asked, came, prefix) ??
    (await notTaken(lab, asking, came)) ??
    (await answeredByFlows(lab, asking, question))
  if (!broken) return
  throw new Unmet({
    expected: text(
      `OVN answers a Router Solicitation of ${netns}: from ${mac}, prefix ${prefix} autonomous, router lifetime > 0; nobody else does`,
      `OVN 回應 ${netns} 的 Router Solicitation：來自 ${mac}，${prefix} 可供自行產生位址，router lifetime 大於 0；沒有別人回應`,
    ),
    ...broken,
  })
}

const ofRouters = 'icmp6 and (ip6[40] == 133 or ip6[40] == 134)'
const listen = ({ endpoint: { node }, outer, link }: Asking): string =>
  on(node, `sudo tcpdump -nevi ${outer?.name ?? link.name} '${ofRouters}'`)

/**
 * An advertisement of somebody else: one that bears another MAC address, or one that came into Open vSwitch by a link. What it
 * puts out by an internal port, a mirror's copy say, the node itself takes in, and the other way round.
 */
async function otherRouter(
  lab: Lab,
  { asking, seen, mac }: Solicited,
  came: RaHeard[],
): Promise<BrokenLink | undefined> {
  const { endpoint, outer } = asking
  const { node, netns } = endpoint
  const all = seen.heard.filter(one => one.message === 'advertisement')
  const internal = (await lab.ovs(node)).interfaces
    .filter(({ type }) => type === 'internal')
    .map(({ name }) => name)
  const strange = came.find(one => one.sourceMac !== mac)
  const sources = new Set([...came.map(({ sourceMac }) => sourceMac), mac])
  const entered = all.find(
    one =>
      !one.isInside &&
      one.isOutgoing === internal.includes(one.link) &&
      one.link !== outer?.name &&
      sources.has(one.sourceMac),
  )
  const found = entered ?? strange
  if (!found) return undefined
  return {
    where: entered ? `${node} · ${entered.link}` : `${node} · netns ${netns}`,
    saw: entered
      ? text(
          `an advertisement came in by ${entered.link}: ${inWords(found).en}`,
          `有一個通告從 ${entered.link} 進來：${inWords(found)['zh-TW']}`,
        )
      : text(
          `somebody else advertises to ${netns}: ${inWords(found).en}`,
          `還有別人在對 ${netns} 通告：${inWords(found)['zh-TW']}`,
        ),
    tryThis: on(node, `sudo tcpdump -nevi ${entered?.link ?? outer?.name ?? found.link} '${ofRouters}'`),
  }
}

function noAdvertisement(
  lab: Lab,
  { asking, seen: { complaint, ...seen } }: Solicited,
  question: Question,
): Promise<BrokenLink> {
  return unanswered(lab, asking, question, {
    ...(complaint !== undefined && { complaint }),
    isHeard: seen.heard.some(one => one.message === 'solicitation' && one.link === asking.outer?.name),
    dropped: seen.dropped,
    sent: text(
      `${seen.sent} Router Solicitations sent, none was answered`,
      `送出 ${seen.sent} 個 Router Solicitation，都沒有人回應`,
    ),
    tryThis: listen(asking),
  })
}

/** A router port that is bound to a chassis is on that alone, and advertises nothing by the flows of others (ovn-northd(8)). */
async function central(lab: Lab, prefix: string): Promise<BrokenLink | undefined> {
  const [advertiser, northbound] = await Promise.all([advertiserOf(lab, prefix), lab.northbound()])
  if (!advertiser) return undefined
  const { port } = advertiser
  const router = routerOf(northbound.routers, port)
  return unreadRaConfig(port) ?? centralOf([{ port, router }])
}

/** With IPv4 addresses beside the MAC, and none of IPv6, port_security lets no IPv6 out (ovn-nb(5), port_security). */
async function guarded({ port }: Asking): Promise<BrokenLink | undefined> {
  const words = port?.port_security.map(entry => entry.trim().split(/\s+/).slice(1)) ?? []
  if (!port || !words.some(own => own.length > 0 && !own.some(word => word.includes(':')))) return undefined
  const said = port.port_security.join(' ')
  return {
    where: 'OVN_Northbound · Logical_Switch_Port · port_security',
    saw: text(
      `port_security of ${port.name} is "${said}", which lets no IPv6 out`,
      `${port.name} 的 port_security 是 "${said}"，IPv6 都送不出去`,
    ),
    tryThis: `sudo ovn-nbctl lsp-get-port-security ${port.name}`,
    cause: 'port-security',
  }
}

/** What OVN's answer says that lets no host form an address, or take it for a router. */
function unlike(asked: Solicited, came: RaHeard[], prefix: string): BrokenLink | undefined {
  const isRight = ({ source, lifetimeSeconds = 0, prefixes = [] }: RaHeard) =>
    /^fe[89ab]/.test(source) &&
    lifetimeSeconds > 0 &&
    prefixes.some(one => isSamePrefix(one.prefix, prefix) && one.isAutonomous)
  const other = came.filter(isAnswer(asked)).find(one => !isRight(one))
  return (
    other && {
      saw: inWords(other),
      where: `${asked.asking.endpoint.node} · ${asked.asking.outer?.name ?? asked.asking.link.name}`,
      tryThis: listen(asked.asking),
    }
  )
}

function inWords({ sourceMac, source, lifetimeSeconds, prefixes = [] }: RaHeard): Text {
  const told =
    prefixes.map(one => `${one.prefix}${one.isAutonomous ? ' autonomous' : ''}`).join(' ') || '(none)'
  return text(
    `from ${sourceMac} ${source}, router lifetime ${lifetimeSeconds} s, prefixes ${told}`,
    `來自 ${sourceMac} ${source}，router lifetime ${lifetimeSeconds} 秒，prefix 是 ${told}`,
  )
}
