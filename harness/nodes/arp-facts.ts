import type { ArpFacts } from '../look/stack.ts'
import { shellQuote } from '../ssh/root-shell.ts'
import { entriesOf, wordOf } from './ip-words.ts'
import { chainsFrom, rulesetCommand } from './nft.ts'
import { filtersCommand, filtersFrom, neighboursFrom, rulesFrom } from './stack.ts'

/** The little of it that every check asks. */
export function arpScript(netns: string | undefined, mark: string): string {
  const name = netns === undefined ? '' : shellQuote(netns)
  const [ip, inside] = netns === undefined ? ['ip', ''] : [`ip -n ${name}`, `ip netns exec ${name} `]
  return `${ip} -4 -j neighbour show nud all || exit 1
echo '${mark}'; ${rulesetCommand(inside)}
echo '${mark}'; ${inside}grep -H . /proc/sys/net/ipv4/neigh/*/[amu]*_solicit /proc/sys/net/ipv4/conf/*/arp_ignore /proc/sys/net/ipv4/conf/*/[ar]*p_filter
echo '${mark}'${netns === undefined ? '; ls -d /sys/class/net/*/brport >/dev/null 2>&1 && bridge -j fdb show' : ''}
echo '${mark}'; case $(${netns === undefined ? 'tc' : `tc -n ${name}`} qdisc show 2>/dev/null) in *clsact*|*ingress*) ${filtersCommand(netns, mark)};; esac
echo '${mark}'; ${ip} -4 rule show 2>/dev/null
echo '${mark}'`
}

/** Reads that script's output; throws SyntaxError when it is not whole. */
export function arpFactsFrom(output: string, mark: string): ArpFacts {
  const [neighbours, ruleset, solicits, learnt, filters, routing, end, ...more] = output.split(`${mark}\n`)
  if (end !== '' || more.length > 0) throw new SyntaxError('the output is cut')
  const hooks = filtersFrom(filters!, mark)
  const { rules } = rulesFrom(routing!)
  const numbers = new Map(
    [...solicits!.matchAll(/neigh\/([^/]+)\/(\w+)_solicit:(\d+)$/gm)].map(
      ([, device, kind, value]) => [`${device} ${kind}`, { device: device!, value: Number(value) }] as const,
    ),
  )
  const devices = [...new Set([...numbers.values()].map(({ device }) => device))]
  const of = (device: string, kind: string) => numbers.get(`${device} ${kind}`)?.value ?? 0
  return {
    neighbours: neighboursFrom(neighbours!),
    chains: chainsFrom(ruleset!),
    ...ignoresFrom(solicits!),
    ...sourcesFrom(solicits!),
    ...learntFrom(learnt!),
    ...(hooks.length > 0 && { filters: hooks }),
    ...(rules.length > 0 && { rules }),
    solicits: Object.fromEntries(
      devices.map(device => [
        device,
        { multicast: of(device, 'mcast'), unicast: of(device, 'ucast'), daemon: of(device, 'app') },
      ]),
    ),
  }
}

function learntFrom(json: string): Pick<ArpFacts, 'learnt'> {
  const entries = entriesOf(json).filter(({ master }) => wordOf(master) !== undefined)
  const learnt = entries.map(({ mac, ifname }) => ({
    mac: (wordOf(mac) ?? '').toLowerCase(),
    port: wordOf(ifname) ?? '',
  }))
  return learnt.length === 0 ? {} : { learnt }
}

const ignoresFrom = (parameters: string): Pick<ArpFacts, 'ignores'> => {
  const ignores = largerOf(parameters, 'arp_ignore')
  return ignores ? { ignores } : {}
}

/** The way back decides about what comes in (rp_filter), and about the answers to it (arp_filter). */
function sourcesFrom(parameters: string): Pick<ArpFacts, 'judgesSources'> {
  const [paths, answers] = ['rp_filter', 'arp_filter'].map(name => largerOf(parameters, name))
  if (!paths || !answers) return {}
  return { judgesSources: Object.keys(paths).filter(device => paths[device]! + (answers[device] ?? 0) > 0) }
}

/** Of the device's own value and that of all devices the larger one counts (ip-sysctl). */
function largerOf(parameters: string, name: string): Record<string, number> | undefined {
  const found = [...parameters.matchAll(new RegExp(`conf/([^/]+)/${name}:(\\d+)$`, 'gm'))].map(
    ([, device, value]) => [device!, Number(value)] as const,
  )
  const ofAll = found.find(([device]) => device === 'all')?.[1] ?? 0
  return found.length === 0
    ? undefined
    : Object.fromEntries(found.map(([device, own]) => [device, Math.max(own, ofAll)]))
}
