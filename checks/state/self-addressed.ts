import { Unmet } from '../../harness/core/errors.ts'
import { isInPrefix } from '../../harness/core/prefix.ts'
import { type Text, text } from '../../harness/core/text.ts'
import type { AutoconfFacts } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { whatDropsInet6 } from '../diagnosis/nft-icmp6.ts'
import { type Advertiser, advertisersOf, asWritten } from '../nouns/advertiser.ts'
import type { Endpoint } from '../nouns/endpoint.ts'
import { list, on } from '../nouns/phrases.ts'
import { type Address, full, addressInWords as inWords, takenBefore, tooNarrow } from './not-formed.ts'

/** What a router of OVN advertises on a link, as it was heard there. */
export interface Advertised {
  /** The link-local address that it comes from. */
  source: string
  /** Other link-local addresses of the router port, from which it may advertise itself as well. */
  alsoFrom?: string[]
  /** For how long it is a router. */
  lifetimeSeconds?: number
  /** How long an address of the prefix is valid; absent where that has no end. */
  validSeconds?: number
}

/** Programs that take advertisements in place of the kernel, by the name of their process. */
const CLIENTS = ['dhcpcd', 'NetworkManager', 'systemd-network', 'connmand']

/**
 * The address of the prefix that the endpoint's namespace formed by itself, of what was advertised (RFC 4862, section 5.5.3):
 * it is there for as long as that says, and the kernel made it, or a program that takes advertisements runs there. Undefined
 * where there is none.
 */
export async function formedAddress(
  lab: Lab,
  { node, netns, device }: Endpoint,
  prefix: string,
  advertised?: Advertised,
): Promise<string | undefined> {
  const [facts, hasClient] = await Promise.all([lab.autoconf(node, netns), takesItself(lab, node, netns)])
  return facts.addresses.find(
    one => isOfPrefix(one, device, prefix) && one.isUsable && (hasClient || isFormed(one, advertised)),
  )?.address
}

const isOfPrefix = ({ device, address, prefixLength }: Address, link: string | undefined, prefix: string) =>
  device === link && `${prefixLength}` === prefix.split('/')[1] && isInPrefix(address, prefix)

const isFormed = ({ isDynamic, origin, validSeconds }: Address, advertised?: Advertised): boolean =>
  isDynamic &&
  (origin === undefined || origin === 'kernel_ra') &&
  (advertised === undefined ||
    (advertised.validSeconds === undefined
      ? validSeconds === undefined
      : validSeconds !== undefined && validSeconds <= advertised.validSeconds))

async function takesItself(lab: Lab, node: string, netns: string): Promise<boolean> {
  const { clients } = await lab.leases(node)
  return clients.some(one => one.netns === netns && CLIENTS.includes(one.program))
}

/** The endpoint has formed an address of its own from the prefix that was advertised. */
export async function isSelfAddressed(
  lab: Lab,
  endpoint: Endpoint,
  prefix: string,
  advertised: Advertised,
): Promise<void> {
  const { node, netns, device = '' } = endpoint
  const [formed, facts, northbound] = await Promise.all([
    formedAddress(lab, endpoint, prefix, advertised),
    lab.autoconf(node, netns),
    lab.northbound(),
  ])
  // A port of OVN says nothing to who asks whether an address is free.
  const router = advertisersOf(northbound, prefix).find(
    ({ address }) => formed !== undefined && asWritten(address) === asWritten(formed),
  )
  if (formed !== undefined && !router) return
  const own = facts.addresses.filter(one => one.device === device)
  const typed = own.find(one => isOfPrefix(one, device, prefix))
  const isTried = typed !== undefined && !typed.isUsable && isFormed(typed, advertised)
  const seen = list(own.map(inWords))
  throw new Unmet({
    expected: text(
      `${netns} has formed an address of ${prefix} on ${device} from the advertisement (dynamic, proto kernel_ra)`,
      `${netns} 依照通告在 ${device} 上自行產生 ${prefix} 裡的位址（dynamic、proto kernel_ra）`,
    ),
    saw: isTried
      ? text(
          `${inWords(typed)}: it is not usable, while its kernel asks whether somebody has it`,
          `${inWords(typed)}：還不能用，核心正在詢問是否已經有人用了它`,
        )
      : typed
        ? text(
            `${inWords(typed)}: it was not formed from this advertisement`,
            `${inWords(typed)}：不是依照這個通告產生的`,
          )
        : text(`addresses on ${device}: ${seen.en}`, `${device} 上的位址：${seen['zh-TW']}`),
    where: `${node} · netns ${netns}`,
    tryThis: on(node, `sudo ip -n ${netns} -6 address show dev ${device}`),
    ...((router && ofRouter(endpoint, router, facts)) ??
      ignored(
        endpoint,
        facts,
        ['disable_ipv6', 'accept_ra', 'autoconf', 'accept_ra_pinfo', 'accept_ra_min_lft'],
        advertised.validSeconds,
      ) ??
      full(endpoint, facts) ??
      (await tooNarrow(lab, endpoint)) ??
      (await takenBefore(lab, endpoint, prefix, typed, facts)) ??
      (await filtered(lab, endpoint, advertised))),
  })
}

/** It has formed the very address that the router has. */
function ofRouter(
  { node, netns, device = '' }: Endpoint,
  { port, address }: Advertiser,
  { tokens = {} }: AutoconfFacts,
): BrokenLink {
  const how = tokens[device] === undefined ? '' : ` (token ${tokens[device]})`
  return {
    where: `${node} · netns ${netns}`,
    saw: text(
      `${netns} has formed ${address}${how}, but that is the address of the router port ${port.name}`,
      `${netns} 產生了 ${address}${how}，但那是 router port ${port.name} 的位址`,
    ),
    tryThis: on(node, `sudo ip -n ${netns} token list`),
    cause: 'address-twice',
  }
}

/** What the endpoint sends elsewhere goes to the router that advertised itself, because of that advertisement, and to no other. */
export async function learntRouter(
  lab: Lab,
  endpoint: Endpoint,
  foreign: string,
  { source, alsoFrom = [], lifetimeSeconds }: Advertised,
): Promise<void> {
  const { node, netns, device = '' } = endpoint
  const [[route], facts, hasClient] = await Promise.all([
    lab.routes(node, netns, [{ to: foreign }]),
    lab.autoconf(node, netns),
    takesItself(lab, node, netns),
  ])
  const own = facts.routers.filter(one => one.device === device)
  const isRouter = (address: string | undefined) =>
    address !== undefined && [source, ...alsoFrom].includes(address)
  const isLearnt = own.some(one => isRouter(one.address) && (one.isLearnt || hasClient))
  const others = own.filter(one => !isRouter(one.address))
  const isUsed = isRouter(route?.gateway) && route?.device === device
  if (isLearnt && isUsed && others.length === 0) return
  const seen = list(own.map(one => `via ${one.address}${one.isLearnt ? ' proto ra' : ''}`))
  throw new Unmet({
    expected: text(
      `${netns} has learnt one default route, via ${source} on ${device} (proto ra)`,
      `${netns} 學到唯一一條預設路由：經由 ${device} 上的 ${source}（proto ra）`,
    ),
    saw: text(`default routes on ${device}: ${seen.en}`, `${device} 上的預設路由：${seen['zh-TW']}`),
    where: `${node} · netns ${netns} · routes`,
    tryThis: on(node, `sudo ip -n ${netns} -6 route`),
    ...(ignored(endpoint, facts, ['accept_ra', 'accept_ra_defrtr', 'accept_ra_min_lft'], lifetimeSeconds) ??
      (await tooNarrow(lab, endpoint)) ??
      (isLearnt ? undefined : await filtered(lab, endpoint, { source }))),
  })
}

/** The setting for which the kernel passes over advertisements, or over a part of them (ip-sysctl, accept_ra and what follows). */
function ignored(
  { node, netns, device = '' }: Endpoint,
  { settings }: AutoconfFacts,
  asked: string[],
  lifetime = Number.POSITIVE_INFINITY,
): BrokenLink | undefined {
  const own = settings[device]
  if (!own) return undefined
  const name = asked.find(one => isIgnoring(one, own, lifetime))
  if (name === undefined) return undefined
  const key = `net.ipv6.conf.${device}.${name}`
  const why: Text =
    name === 'accept_ra' && own.accept_ra === 1
      ? text(
          `${key} is 1, but the namespace forwards packets (forwarding is 1), so its kernel takes no advertisements`,
          `${key} 是 1，但這個 namespace 會轉送封包（forwarding 是 1），所以核心不理會通告`,
        )
      : name === 'accept_ra_min_lft'
        ? text(
            `${key} is ${own[name]}, but the advertisement holds for only ${lifetime} s, so the kernel of ${netns} ignores it`,
            `${key} 是 ${own[name]}，但通告的期限只有 ${lifetime} 秒，所以 ${netns} 的核心不理會它`,
          )
        : text(`${key} is ${own[name]}`, `${key} 是 ${own[name]}`)
  return {
    where: `${node} · netns ${netns} · ${key}`,
    saw: why,
    tryThis: on(node, `sudo ip netns exec ${netns} sysctl net.ipv6.conf.${device}`),
  }
}

/** A packet filter of the namespace that keeps advertisements from its kernel. */
async function filtered(
  lab: Lab,
  { node, netns, device = '' }: Endpoint,
  { source }: Advertised,
): Promise<BrokenLink | undefined> {
  const stack = await unlessBlind(lab.stack(node, netns, []))
  const rule = stack && whatDropsInet6(stack.chains, { type: 'nd-router-advert', way: 'in', source, device })
  if (rule === undefined) return undefined
  return {
    where: `${node} · netns ${netns} · nftables`,
    saw: text(
      `a packet filter in ${netns} drops advertisements: ${rule}`,
      `${netns} 裡的封包過濾規則丟棄了通告：${rule}`,
    ),
    tryThis: on(node, `sudo ip netns exec ${netns} nft list ruleset`),
  }
}

const isIgnoring = (name: string, own: Record<string, number>, lifetime: number): boolean => {
  if (name === 'accept_ra_min_lft') return (own[name] ?? 0) > lifetime
  if (name === 'disable_ipv6') return own.disable_ipv6 === 1
  if (name !== 'accept_ra') return own[name] === 0
  return own.accept_ra === 0 || (own.accept_ra === 1 && own.forwarding === 1)
}
