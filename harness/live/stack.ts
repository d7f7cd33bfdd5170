import type { NetworkStack, Route, RoutingRule } from '../look/evidence.ts'
import { filtersFrom } from './nft.ts'

/** What of `ip -j route`, `ip -j rule` and `ip -j neighbour` we read; anything may be missing, releases differ. */
interface IpEntry {
  dst?: unknown
  dstlen?: unknown
  src?: unknown
  srclen?: unknown
  table?: unknown
  action?: unknown
  dev?: unknown
  gateway?: unknown
  type?: unknown
  lladdr?: unknown
  state?: unknown
}

const wordOf = (value: unknown) => (typeof value === 'string' ? value : undefined)
const entriesOf = (json: string): IpEntry[] => {
  const found: unknown = json.trim() === '' ? [] : JSON.parse(json)
  if (!Array.isArray(found)) throw new SyntaxError('not a list')
  return found as IpEntry[]
}

/** One exec: the parts stand apart by a mark that nothing else prints. */
export const stackScript = (netns: string, mark: string) => `n='${netns.replaceAll("'", "'\\''")}'
ip -n "$n" -4 -j route show table all || exit 1
echo '${mark}'; ip -n "$n" -4 -j rule show 2>/dev/null
echo '${mark}'; ip -n "$n" -4 -j neighbour show
echo '${mark}'; ip netns exec "$n" cat /proc/sys/net/ipv4/icmp_echo_ignore_all
echo '${mark}'; ip netns exec "$n" sh -c 'cat /proc/sys/net/ipv4/conf/*/arp_ignore'
echo '${mark}'; ip netns exec "$n" nft list ruleset 2>/dev/null || true`

/** Reads the script's output; throws SyntaxError when it is not whole. */
export function stackFrom(output: string, mark: string): NetworkStack {
  const [routes, rules, neighbours, ignores, arpIgnores, ruleset, ...more] = output.split(`${mark}\n`)
  if (ruleset === undefined || more.length > 0) throw new SyntaxError('the output is cut')
  return {
    routes: entriesOf(routes!).map(routeFrom),
    rules: entriesOf(rules!).map(ruleFrom),
    staticNeighbours: entriesOf(neighbours!)
      .filter(({ state }) => Array.isArray(state) && state.includes('PERMANENT'))
      .map(({ dst, dev, lladdr }) => ({
        address: wordOf(dst) ?? '',
        device: wordOf(dev) ?? '',
        ...(wordOf(lladdr) && { mac: wordOf(lladdr)! }),
      })),
    echoIgnoreAll: Number(ignores!.trim()) || 0,
    arpIgnore: Math.max(0, ...arpIgnores!.split('\n').map(line => Number(line) || 0)),
    filters: filtersFrom(ruleset),
  }
}

const routeFrom = ({ dst, dev, gateway, type, table }: IpEntry): Route => ({
  ...(wordOf(table) && { table: wordOf(table)! }),
  destination: wordOf(dst) ?? '',
  ...(wordOf(dev) && { device: wordOf(dev)! }),
  ...(wordOf(gateway) && { gateway: wordOf(gateway)! }),
  type: wordOf(type) ?? 'unicast',
})

/** What a rule may say and we understand; `protocol` only tells who made it. */
const UNDERSTOOD = ['priority', 'src', 'srclen', 'dst', 'dstlen', 'table', 'action', 'protocol']

function ruleFrom(entry: IpEntry): RoutingRule {
  const { src, srclen, dst, dstlen, table, action } = entry
  const range = (address: unknown, length: unknown) =>
    address === undefined || address === 'all' ? undefined : `${address}/${length ?? 32}`
  const [source, destination] = [range(src, srclen), range(dst, dstlen)]
  return {
    ...(source && { source }),
    ...(destination && { destination }),
    ...(wordOf(table) && { table: wordOf(table)! }),
    ...(wordOf(action) && { action: wordOf(action)! }),
    ...(Object.keys(entry).some(key => !UNDERSTOOD.includes(key)) && { isConditional: true }),
  }
}
