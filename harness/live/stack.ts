import type { NetworkStack } from '../look/evidence.ts'

/** What of `ip -j route` and `ip -j neighbour` we read; anything may be missing, releases differ. */
interface IpEntry {
  dst?: unknown
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
ip -n "$n" -4 -j route show table main || exit 1
echo '${mark}'; ip -n "$n" -4 -j neighbour show
echo '${mark}'; ip netns exec "$n" cat /proc/sys/net/ipv4/icmp_echo_ignore_all
echo '${mark}'; ip netns exec "$n" nft list ruleset 2>/dev/null || true`

/** Reads the script's output; throws SyntaxError when it is not whole. */
export function stackFrom(output: string, mark: string): NetworkStack {
  const [routes, neighbours, ignores, ruleset, ...more] = output.split(`${mark}\n`)
  if (ruleset === undefined || more.length > 0) throw new SyntaxError('the output is cut')
  return {
    routes: entriesOf(routes!).map(({ dst, dev, gateway, type }) => ({
      destination: wordOf(dst) ?? '',
      ...(wordOf(dev) && { device: wordOf(dev)! }),
      ...(wordOf(gateway) && { gateway: wordOf(gateway)! }),
      type: wordOf(type) ?? 'unicast',
    })),
    staticNeighbours: entriesOf(neighbours!)
      .filter(({ state }) => Array.isArray(state) && state.includes('PERMANENT'))
      .map(({ dst, dev, lladdr }) => ({
        address: wordOf(dst) ?? '',
        device: wordOf(dev) ?? '',
        ...(wordOf(lladdr) && { mac: wordOf(lladdr)! }),
      })),
    echoIgnoreAll: Number(ignores!.trim()) || 0,
    filters: filtersFrom(ruleset),
  }
}

/** `table chain: rule` of every rule that drops or rejects, and of every chain whose policy does (nft(8)). */
function filtersFrom(ruleset: string): string[] {
  let [table, chain] = ['', '']
  return ruleset.split('\n').flatMap(line => {
    const words = line.trim()
    table = /^table (.*) \{$/.exec(words)?.[1] ?? table
    chain = /^chain (.*) \{$/.exec(words)?.[1] ?? chain
    return /\b(drop|reject|DROP|REJECT)\b/.test(words) ? [`${table} ${chain}: ${words}`] : []
  })
}
