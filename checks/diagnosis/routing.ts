import type { NetworkStack, Route, RoutingRule } from '../../harness/look/evidence.ts'
import { isInPrefix } from '../../harness/prefix.ts'

/** What a namespace does with a packet: takes a route, or stops at a rule. */
export type Routed = Route | { type: string; destination: string; device?: string }

const MAIN = 'main'
/** What a kernel without rules of its own does (ip-rule(8)). */
const USUAL: RoutingRule[] = [{ table: 'local' }, { table: MAIN }, { table: 'default' }]

/** The length of a prefix such as 192.168.10.0/24; 32 for a single address, 0 for `default`. */
const lengthOf = (range: string): number => (range === 'default' ? 0 : Number(range.split('/')[1] ?? 32))

const isWithin = (address: string, range: string) => range === 'default' || isInPrefix(address, range)

/**
 * The route a packet takes: rule by rule, the first table that has one, there that with the longest prefix.
 * Undefined where there is none; 'unknown' where a rule that goes by something else stands before it.
 */
export function routeOf(
  { routes, rules }: NetworkStack,
  source: string,
  destination: string,
): Routed | 'unknown' | undefined {
  const isFor = ({ source: from, destination: to }: RoutingRule) =>
    (from === undefined || isWithin(source, from)) && (to === undefined || isWithin(destination, to))
  for (const rule of (rules.length > 0 ? rules : USUAL).filter(isFor)) {
    const table = rule.table ?? MAIN
    const found = rule.action
      ? { type: rule.action, destination: rule.destination ?? 'default' }
      : longestIn(routes, table, destination)
    if (found && rule.isConditional) return 'unknown'
    if (found && found.type !== 'throw') return found
  }
  return undefined
}

const longestIn = (routes: Route[], table: string, address: string): Route | undefined =>
  routes
    .filter(route => (route.table ?? MAIN) === table && isWithin(address, route.destination))
    .sort((one, other) => lengthOf(other.destination) - lengthOf(one.destination))[0]
