import type { DropCounters } from '../look/evidence.ts'
import { shellQuote } from '../ssh/root-shell.ts'

/** Asks the kernel for everything it counts of packets that a namespace, or the node itself, did not pass on. */
export function stackCountersScript(netns: string | undefined, mark: string): string {
  const name = netns === undefined ? '' : shellQuote(netns)
  const [ip, tc, inside] =
    netns === undefined ? ['ip', 'tc', ''] : [`ip -n ${name}`, `tc -n ${name}`, `ip netns exec ${name} `]
  return `${ip} -s -j link show || exit 1
echo '${mark}'; ${tc} -s -j qdisc show 2>/dev/null
echo '${mark}'; ${inside}cat /proc/net/snmp /proc/net/netstat 2>/dev/null
echo '${mark}'; ${inside}cat /proc/net/xfrm_stat 2>/dev/null
echo '${mark}'`
}

/**
 * What tells of packets that were not passed on, in the names the kernel gives its counters (nstat(8), net/ipv4/proc.c). Of
 * what it sends it discards also what waits for a MAC address in vain, which says nothing new.
 */
const IS_DROP =
  /Errors$|InDiscards|NoRoutes|Fails$|UnknownProtos|Filter$|Drop(s|ped)?$|RateLimit|TruncatedPkts/
const HEADS = ['Ip', 'Icmp', 'TcpExt', 'IpExt']

/** The counters in what the script printed, by the place that counts; throws SyntaxError when it is cut. */
export function stackCountersFrom(printed: string, mark: string): DropCounters {
  const [links, qdiscs, tables, policies, end, ...more] = printed.split(`${mark}\n`)
  if (end !== '' || more.length > 0) throw new SyntaxError('the output is cut')
  return Object.fromEntries([
    ...listOf(links!).flatMap(linkIn),
    ...listOf(qdiscs!).flatMap(qdiscIn),
    ...tablesIn(tables!.split('\n')),
    ...[...policies!.matchAll(/^(Xfrm\w+)\s+(\d+)$/gm)].map(([, name, count]): [string, number] => [
      `nstat · ${name}`,
      Number(count),
    ]),
  ])
}

type Row = Record<string, unknown>

function listOf(json: string): Row[] {
  const found: unknown = json.trim() === '' ? [] : JSON.parse(json)
  if (!Array.isArray(found)) throw new SyntaxError('not a list')
  return found as Row[]
}

const countOf = (counters: unknown, name: string): number =>
  Number((counters as Row | undefined)?.[name] ?? 0)

const linkIn = ({ ifname, stats64 }: Row): [string, number][] =>
  (['rx', 'tx'] as const).flatMap(way =>
    (['dropped', 'errors'] as const).map((name): [string, number] => [
      `${ifname} · ${way} ${name}`,
      countOf((stats64 as Row | undefined)?.[way], name),
    ]),
  )

/** Disciplines under others are counted by these as well. */
const qdiscIn = ({ dev, kind, root, drops }: Row): [string, number][] =>
  root === true && typeof drops === 'number' ? [[`${dev} · qdisc ${kind}`, drops]] : []

/** Each line of numbers stands below one of names, and both begin with the same word. */
function tablesIn(lines: string[]): [string, number][] {
  return lines.flatMap((line, at) => {
    const [head = '', ...counts] = line.trim().split(/\s+/)
    const [above, ...names] = (lines[at - 1] ?? '').trim().split(/\s+/)
    if (above !== head || !HEADS.includes(head.replace(':', ''))) return []
    return names.flatMap((name, column): [string, number][] =>
      IS_DROP.test(name) ? [[`nstat · ${head.replace(':', '')}${name}`, Number(counts[column])]] : [],
    )
  })
}
