import type { NetworkStack, RouteAnswer, RouteQuestion } from '../look/stack.ts'
import { shellQuote } from '../ssh/root-shell.ts'
import { entriesOf, oneLine, wordOf } from './ip-words.ts'
import { chainsFrom, rulesetCommand } from './nft.ts'
import { routeFrom } from './route-answer.ts'
import { tcxCommand } from './tcx.ts'

/** sysctl would read all there are to print these, which takes a node five times as long. */
const PARAMETERS = '/proc/sys/net/ipv4 /proc/sys/net/ipv6/icmp'

/**
 * Asks for everything in one exec. The parts stand apart by a mark that nothing else prints; none of them changes anything.
 * A new network namespace shows what is usual; the kernel makes it wait while it takes others away (seen: for seconds).
 */
export function stackScript(netns: string | undefined, routes: RouteQuestion[], mark: string): string {
  const name = netns === undefined ? '' : shellQuote(netns)
  const [ip, tc, inside] =
    netns === undefined ? ['ip', 'tc', ''] : [`ip -n ${name}`, `tc -n ${name}`, `ip netns exec ${name} `]
  // Rules and refusals are those of the family that is asked about.
  const family = routes.some(({ to }) => to.includes(':')) ? '-6' : '-4'
  return `${routesScript(netns, routes, mark)}
echo '${mark}'; ${ip} -j neighbour show nud all
echo '${mark}'; ${inside}grep -rs '' ${PARAMETERS} /proc/sys/net/netfilter
echo '${mark}'; timeout 5 unshare -n grep -rs '' ${PARAMETERS}
echo '${mark}'; ${rulesetCommand(inside)}
echo '${mark}'; ${tc} -s -j qdisc show 2>/dev/null
echo '${mark}'; ${filtersCommand(netns, mark)}; ${tcxCommand(inside, mark)}
echo '${mark}'; ${ip} xfrm policy 2>/dev/null
echo '${mark}'; ${ip} -o link show | grep -w xdp
echo '${mark}'; ${ip} ${family} rule show 2>/dev/null; ${ip} ${family} route show table all 2>/dev/null | grep '^[bupt][a-z]* [0-9a-f:]'
echo '${mark}'`
}

/** The words of a command that shows all filters of tc on the links of a namespace. */
export function filtersCommand(netns: string | undefined, mark: string): string {
  const [inside, tc] =
    netns === undefined ? ['', 'tc'] : [`ip netns exec ${shellQuote(netns)} `, `tc -n ${shellQuote(netns)}`]
  return `for d in $(${inside}ls /sys/class/net); do for w in ingress egress; do
  f=$(${tc} filter show dev "$d" $w 2>/dev/null); [ -z "$f" ] || printf '%s\\n' "${mark}f$d $w" "$f"; done; done`
}

/** Where its kernel would send packets, by the mark apart: one next hop, and where there is a route with several, all of them. */
export function routesScript(netns: string | undefined, routes: RouteQuestion[], mark: string): string {
  const ip = netns === undefined ? 'ip' : `ip -n ${shellQuote(netns)}`
  const asked = routes.map(question => {
    const words = `${shellQuote(question.to)}${chosenBy(question)}`
    return `${ip} -j route get ${words} 2>&1; [ -z "$several" ] || ${ip} -j route get fibmatch ${words} 2>/dev/null; echo '${mark}r'`
  })
  return `${ip} link show >/dev/null || exit 1; several=$(${ip} route show table all 2>/dev/null | grep -w nexthop)
${asked.join('\n')}`
}

/** Reads that script's output; throws SyntaxError when it is not whole. */
export function routesFrom(output: string, routes: RouteQuestion[], mark: string): RouteAnswer[] {
  const answers = output.split(`${mark}r\n`)
  if (answers.length <= routes.length) throw new SyntaxError('the output is cut')
  return routes.map(({ to }, at) => routeFrom(to, answers[at]!))
}

/** What the kernel may choose a way by, as ip-route(8) takes it. */
function chosenBy({
  to,
  from,
  by,
  isPing,
  protocol,
  sourcePort,
  port,
  tos,
  uid,
  mark,
}: RouteQuestion): string {
  const ping = to.includes(':') ? 'ipv6-icmp' : 'icmp'
  return [
    word('from', from) + word('iif', by) + word('tos', tos) + word('mark', mark) + word('uid', uid),
    word('ipproto', isPing ? ping : protocol) + word('sport', sourcePort) + word('dport', port),
  ].join('')
}

const word = (name: string, value: string | number | undefined) =>
  value === undefined ? '' : ` ${name} ${shellQuote(String(value))}`

/** Reads the script's output; throws SyntaxError when it is not whole. */
export function stackFrom(output: string, routes: RouteQuestion[], mark: string): NetworkStack {
  const parts = output.split(`${mark}\n`)
  if (parts.length !== 11) throw new SyntaxError('the output is cut')
  const [answers, neighbours, own, fresh, ruleset, qdiscs, filters, policies, xdp, rules] = parts as [
    string,
    ...string[],
  ]
  return {
    routes: routesFrom(answers, routes, mark),
    ...rulesFrom(rules!),
    neighbours: neighboursFrom(neighbours!),
    sysctls: differences(own!, fresh!),
    ...conntrackFrom(parametersOf(own!)),
    chains: chainsFrom(ruleset!),
    qdiscs: qdiscsFrom(qdiscs!),
    filters: filtersFrom(filters!, mark),
    blockingPolicies: policies!
      .split(/\n(?=\S)/)
      .filter(policy => /\baction block\b/.test(policy))
      .map(oneLine),
    xdp: [...xdp!.matchAll(/^\d+: ([^:@]+)/gm)].map(([, device]) => device!),
  }
}

/** The rules every namespace has; that for `default` leads into a table that is empty. */
const USUAL_RULES = ['from all lookup local', 'from all lookup main']

export function rulesFrom(
  printed: string,
): Pick<NetworkStack, 'rules' | 'missingRules' | 'refusing' | 'broadcasts'> {
  const all = printed.split('\n').filter(line => /^\d+:/.test(line))
  const refusing = [
    ...printed.matchAll(/^(blackhole|unreachable|prohibit|throw) (\S+)(?:.*? table (\S+))?/gm),
  ]
  const broadcasts = [...printed.matchAll(/^broadcast (\S+)(?!.* proto kernel)/gm)].map(
    ([, prefix]) => prefix!,
  )
  const missing = USUAL_RULES.filter(usual => !all.some(rule => oneLine(rule).endsWith(`: ${usual}`)))
  return {
    rules: all.filter(rule => !/^(0|32766|32767):/.test(rule)).map(oneLine),
    ...(all.length > 0 && missing.length > 0 && { missingRules: missing }),
    ...(broadcasts.length > 0 && { broadcasts }),
    ...(refusing.length > 0 && {
      refusing: refusing.map(([, type, prefix, table = 'main']) => ({ type: type!, prefix: prefix!, table })),
    }),
  }
}

export const neighboursFrom = (json: string): NetworkStack['neighbours'] =>
  entriesOf(json).map(({ dst, dev, lladdr, state }) => {
    const mac = wordOf(lladdr)
    return {
      address: wordOf(dst) ?? '',
      device: wordOf(dev) ?? '',
      ...(mac && { mac: mac.toLowerCase() }),
      states: Array.isArray(state) ? state.map(String) : [],
    }
  })

/** By the names that sysctl(8) gives them: in that of a device, a slash stands for a dot. */
const parametersOf = (printed: string) =>
  new Map(
    printed.split('\n').flatMap(line => {
      const [, path, value] = /^\/proc\/sys\/([^:]+):(.*)$/.exec(line) ?? []
      const name = path?.replaceAll(/[/.]/g, sign => (sign === '/' ? '.' : '/'))
      return name === undefined || DEPRECATED.test(name) ? [] : [[name, value!.trim()] as const]
    }),
  )

/** Other units of parameters that there are (arp(7)); sysctl does not print them either. */
const DEPRECATED = /\.(base_reachable_time|retrans_time)$/

function conntrackFrom(parameters: Map<string, string>): Pick<NetworkStack, 'conntrack'> {
  const [count, max] = ['count', 'max'].map(name => parameters.get(`net.netfilter.nf_conntrack_${name}`))
  return count === undefined || max === undefined
    ? {}
    : { conntrack: { count: Number(count), max: Number(max) } }
}

/** What is 0 in every new namespace (ip-sysctl), for where the kernel was too busy to make one and show what is usual. */
const NEVER_SET =
  /\.(icmp[_.]echo_ignore_all|arp_ignore|arp_filter|drop_unicast_in_l2_multicast|accept_local)$/

/**
 * A parameter of one device is compared with what a new device would have. That of neighbours has its `default` in the first
 * namespace of the kernel alone; elsewhere each device has a copy of it, lo included (neigh_parms_alloc).
 */
const OF_NEW_DEVICE = [
  [/^(net\.ipv4\.(?:conf|neigh))\.[^.]+\./, '$1.default.'],
  [/^(net\.ipv4\.neigh)\.[^.]+\./, '$1.lo.'],
] as const

function differences(own: string, fresh: string): NetworkStack['sysctls'] {
  const usual = parametersOf(fresh)
  const found: NetworkStack['sysctls'] = {}
  for (const [name, value] of parametersOf(own)) {
    const ofNew =
      usual.get(name) ??
      OF_NEW_DEVICE.map(([device, ofNew]) => usual.get(name.replace(device, ofNew))).find(
        value => value !== undefined,
      ) ??
      (NEVER_SET.test(name) ? '0' : undefined)
    if (ofNew !== undefined && ofNew !== value && !name.endsWith('_key'))
      found[name.replace('net.ipv4.', '')] = { value, usual: ofNew }
  }
  return found
}

const qdiscsFrom = (json: string): NetworkStack['qdiscs'] =>
  entriesOf(json).map(({ dev, kind, drops }) => ({
    device: wordOf(dev) ?? '',
    kind: wordOf(kind) ?? '',
    drops: typeof drops === 'number' ? drops : 0,
  }))

const MIRRED = /\bmirred \((?:Ingress|Egress) (?:Mirror|Redirect) to device (\S+?)\)/g

export function filtersFrom(printed: string, mark: string): NetworkStack['filters'] {
  return printed
    .split(`${mark}f`)
    .slice(1)
    .map(part => {
      const [title = '', ...lines] = part.split('\n')
      const [device = '', way] = title.split(' ')
      const leadsTo = [...part.matchAll(MIRRED)].map(([, to]) => to!)
      return {
        device,
        way: way === 'ingress' ? ('ingress' as const) : ('egress' as const),
        words: oneLine(lines.join(' ')),
        ...(leadsTo.length > 0 && { leadsTo }),
      }
    })
}
