import { canonicalInet6 } from '../../harness/core/inet6.ts'
import { text } from '../../harness/core/text.ts'
import type { AutoconfFacts } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { toldByDhcp } from '../diagnosis/told-by-dhcp.ts'
import type { Endpoint } from '../nouns/endpoint.ts'
import { andThen, list, on } from '../nouns/phrases.ts'

export type Address = AutoconfFacts['addresses'][number]

export const addressInWords = ({
  address,
  prefixLength,
  isDynamic,
  isUsable,
  origin,
  validSeconds,
}: Address): string =>
  [
    `${address}/${prefixLength}`,
    ...(isDynamic ? ['dynamic'] : []),
    ...(isUsable ? [] : ['tentative']),
    ...(origin === undefined ? [] : [`proto ${origin}`]),
    ...(validSeconds === undefined ? [] : [`valid_lft ${validSeconds}sec`]),
  ].join(' ')

/** A link gets no further address by itself than so many in all, its link-local one among them (ip-sysctl, max_addresses). */
export function full(
  { node, netns, device = '' }: Endpoint,
  { addresses, settings }: AutoconfFacts,
): BrokenLink | undefined {
  const most = settings[device]?.max_addresses ?? 0
  const own = addresses.filter(one => one.device === device)
  if (most === 0 || own.length < most) return undefined
  const key = `net.ipv6.conf.${device}.max_addresses`
  return {
    where: `${node} · netns ${netns} · ${key}`,
    saw: text(
      `${key} is ${most}, and ${device} has that many addresses: ${list(own.map(addressInWords)).en}`,
      `${key} 是 ${most}，而 ${device} 已經有這麼多位址：${list(own.map(addressInWords))['zh-TW']}`,
    ),
    tryThis: on(node, `sudo ip netns exec ${netns} sysctl ${key}`),
  }
}

/** A kernel has nothing of IPv6 on a link that is narrower (RFC 8200, section 5). */
const INET6_MTU_MIN = 1280

/** The link is too narrow for IPv6: where a row of DHCP_Options told it so, that is the place (RFC 2132, section 5.1). */
export async function tooNarrow(
  lab: Lab,
  { node, netns, device }: Endpoint,
): Promise<BrokenLink | undefined> {
  const facts = await unlessBlind(lab.kernel(node))
  const link = facts?.netns[netns]?.find(({ name }) => name === device)
  if (!link || link.mtu >= INET6_MTU_MIN) return undefined
  const { ports, dhcpOptions } = await lab.northbound()
  const port = ports.find(({ addresses, dynamic_addresses }) =>
    [...addresses, ...dynamic_addresses].some(words => words.toLowerCase().startsWith(link.mac)),
  )
  const row = dhcpOptions.find(({ _uuid }) => port?.dhcpv4_options.includes(_uuid))
  const narrow: BrokenLink = {
    where: `${node} · netns ${netns} · ${device}`,
    saw: text(
      `${device} has an MTU of ${link.mtu}, and the kernel has no IPv6 on a link of less than ${INET6_MTU_MIN}`,
      `${device} 的 MTU 是 ${link.mtu}，小於 ${INET6_MTU_MIN} 的介面上核心不會有 IPv6`,
    ),
    tryThis: on(node, `sudo ip -n ${netns} link show ${device}`),
    cause: 'mtu',
  }
  return row && Number(row.options.mtu) === link.mtu ? toldByDhcp(narrow, row) : narrow
}

/**
 * A host asks whether somebody has the address that it forms, and does without it if so (RFC 4862, section 5.4): who has it,
 * the one that it is trying, or the one that its token or its MAC address gives.
 */
export async function takenBefore(
  lab: Lab,
  { node, netns, device }: Endpoint,
  prefix: string,
  typed: Address | undefined,
  { tokens = {} }: Pick<AutoconfFacts, 'tokens'>,
): Promise<BrokenLink | undefined> {
  if (typed?.isUsable) return undefined
  const all = await Promise.all(
    lab.nodes.map(async each => {
      const facts = await unlessBlind(lab.kernel(each))
      return Object.entries(facts?.netns ?? {}).flatMap(([name, links]) =>
        links.map(link => ({ node: each, netns: name, link })),
      )
    }),
  )
  const isOwn = (one: { node: string; netns: string }) => one.node === node && one.netns === netns
  const own = all.flat().find(one => isOwn(one) && one.link.name === device)
  const token = tokens[device ?? '']
  const wanted = typed
    ? canonicalInet6(typed.address)
    : token === undefined
      ? own && formedOf(own.link.mac, prefix)
      : canonicalInet6(`${networkOf(prefix).join(':')}:${groupsOf(token).slice(4).join(':')}`)
  const other = all
    .flat()
    .find(one => !isOwn(one) && one.link.addresses.some(({ address }) => canonicalInet6(address) === wanted))
  if (wanted === undefined || !other) return undefined
  return {
    where: `${other.node} · netns ${other.netns}`,
    saw: andThen(
      text(
        `${other.netns} ${other.link.name} on ${other.node} has ${wanted} already, so ${netns} cannot have it`,
        `${other.node} 上的 ${other.netns} ${other.link.name} 已經有 ${wanted}，所以 ${netns} 不能用它`,
      ),
      token === undefined
        ? undefined
        : text(
            `${device} of ${netns} has the token ${token}, the last 64 bits of each address that it forms`,
            `${netns} 的 ${device} 設定了 token ${token}，它產生的每個位址後面 64 位元都是這個`,
          ),
    ),
    tryThis: on(other.node, `sudo ip -n ${other.netns} -6 address`),
    cause: 'address-twice',
  }
}

/** The address that a MAC address gives in a prefix of 64 bits (RFC 4291, appendix A). */
function formedOf(mac: string, prefix: string): string | undefined {
  const [a = 0, ...others] = mac.split(':').map(byte => Number.parseInt(byte, 16))
  const bytes = [a ^ 2, ...others.slice(0, 2), 0xff, 0xfe, ...others.slice(2)]
  const groups = [0, 2, 4, 6].map(at => ((bytes[at]! << 8) | bytes[at + 1]!).toString(16))
  return canonicalInet6([...networkOf(prefix), ...groups].join(':'))
}

/** The eight groups of an address that may be shortened (RFC 4291, section 2.2). */
function groupsOf(address: string): string[] {
  const [head = [], tail = []] = address.split('::').map(part => part.split(':').filter(Boolean))
  return [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => '0'), ...tail]
}

const networkOf = (prefix: string): string[] => groupsOf(prefix.split('/')[0]!).slice(0, 4)
