import { inet6Text } from '../capture/inet6.ts'
import type { AutoconfFacts, RouterSocket } from '../look/autoconf.ts'
import { shellQuote } from '../ssh/root-shell.ts'
import { programOf, socketsFrom, socketsScript } from './sockets.ts'

/** What the kernel does about IPv6 on a link (ip-sysctl). */
const SETTINGS = [
  'accept_ra',
  'accept_ra_defrtr',
  'accept_ra_min_lft',
  'accept_ra_pinfo',
  'autoconf',
  'disable_ipv6',
  'forwarding',
  'mtu',
  'max_addresses',
]

/** In one exec: addresses, routes and settings of IPv6 of a namespace. A kernel without IPv6 has none of them. */
export const autoconfScript = (netns: string, mark: string): string => {
  const inside = `ip netns exec ${shellQuote(netns)}`
  return `ip -n ${shellQuote(netns)} -6 -j addr show || exit 1
echo '${mark}'; ${inside} cat /proc/net/ipv6_route 2>/dev/null
echo '${mark}'; ${inside} sh -c 'cd /proc/sys/net/ipv6/conf && grep "" ${SETTINGS.map(name => `*/${name}`).join(' ')}' 2>/dev/null
echo '${mark}'; ip -n ${shellQuote(netns)} token list 2>/dev/null
echo '${mark}'`
}

/** Reads the script's output; throws SyntaxError when it is not whole. */
export function autoconfFrom(output: string, mark: string): AutoconfFacts {
  const parts = output.split(`${mark}\n`)
  if (parts.length !== 5) throw new SyntaxError('the output is cut')
  const [addresses = '', routes = '', settings = '', tokens = ''] = parts
  const told = [...tokens.matchAll(/^token (\S+) dev (\S+)/gm)].filter(([, token]) => token !== '::')
  return {
    addresses: addressesIn(addresses),
    routers: routes.split('\n').flatMap(line => routerIn(line)),
    settings: settingsIn(settings),
    ...(told.length > 0 && { tokens: Object.fromEntries(told.map(([, token, device]) => [device, token])) }),
  }
}

/** ip's number for an address that stays. */
const FOR_EVER = 4_294_967_295

function addressesIn(json: string): AutoconfFacts['addresses'] {
  const entries: unknown = json.trim() === '' ? [] : JSON.parse(json)
  if (!Array.isArray(entries)) throw new SyntaxError('not a list')
  return entries.flatMap(({ ifname, addr_info }) =>
    (Array.isArray(addr_info) ? addr_info : []).flatMap(one =>
      typeof one.local === 'string'
        ? [
            {
              device: String(ifname),
              address: one.local,
              prefixLength: Number(one.prefixlen),
              isDynamic: one.dynamic === true,
              isUsable: one.tentative !== true && one.dadfailed !== true,
              ...(typeof one.protocol === 'string' && { origin: one.protocol }),
              ...(one.valid_life_time < FOR_EVER && { validSeconds: Number(one.valid_life_time) }),
            },
          ]
        : [],
    ),
  )
}

/** Flags of a route (include/uapi/linux/ipv6_route.h): RTF_ADDRCONF and RTF_DEFAULT are what the kernel gives one that it learnt. */
const LEARNT = 0x50000
const GATEWAY = 0x2

/** A line of /proc/net/ipv6_route: destination, length, source, length, gateway, metric, references, uses, flags, link. */
function routerIn(line: string): AutoconfFacts['routers'] {
  const [, to, length, gateway, flags, device] =
    /^([0-9a-f]{32}) ([0-9a-f]{2}) [0-9a-f]{32} [0-9a-f]{2} ([0-9a-f]{32}) [0-9a-f]{8} [0-9a-f]{8} [0-9a-f]{8} ([0-9a-f]{8}) +(\S+)$/.exec(
      line,
    ) ?? []
  const bits = Number.parseInt(flags ?? '0', 16)
  if (to === undefined || Number.parseInt(length!, 16) !== 0 || (bits & GATEWAY) === 0) return []
  return [
    {
      device: device!,
      address: inet6Text(Buffer.from(gateway!, 'hex')),
      isLearnt: (bits & LEARNT) === LEARNT,
    },
  ]
}

/** Lines of grep: eth0/accept_ra:1. */
function settingsIn(output: string): AutoconfFacts['settings'] {
  const found: AutoconfFacts['settings'] = {}
  for (const line of output.split('\n')) {
    const [, device, name, value] = /^([^/]+)\/(\w+):(-?\d+)$/.exec(line) ?? []
    if (device !== undefined) found[device] = { ...found[device], [name!]: Number(value) }
  }
  return found
}

/** In one exec: raw sockets of ICMPv6, wherever a process has one. */
export const routerSocketsScript = (mark: string): string => `${socketsScript(mark, 'sockets', '-awnp')}
echo '${mark} end'`

/** Of ICMPv6, as ss writes it with numbers. */
const ICMP6 = /\s\S*:58\s/

/** Reads that script's output; throws SyntaxError when it is not whole. */
export function routerSocketsFrom(output: string, mark: string): RouterSocket[] {
  const parts = output.split(`${mark} `).slice(1)
  if (parts.at(-1) !== 'end\n') throw new SyntaxError('the output is cut')
  return parts.slice(0, -1).flatMap(part => {
    const [title = '', ...body] = part.replace(/\n$/, '').split('\n')
    return socketsFrom(title.replace(/^sockets /, ''), body)
      .filter(({ line }) => ICMP6.test(line))
      .map(({ line, ...where }) => ({ ...where, ...programOf(line) }))
  })
}
