import type { RouteAnswer } from '../look/stack.ts'
import { entriesOf, oneLine, wordOf } from './ip-words.ts'

/**
 * What a kernel says of its way to an address: by `ip -j route get`, and behind that, where there are several next hops, by the
 * route that it took.
 */
export function routeFrom(to: string, answer: string): RouteAnswer {
  if (!answer.trimStart().startsWith('['))
    return { to, error: oneLine(answer.replace(/^RTNETLINK answers: /, '')) || 'no answer' }
  const [told = '', matched = ''] = answer.split(/\n(?=\[)/)
  const [entry = {}] = entriesOf(told)
  const hops = entriesOf(matched).flatMap(({ nexthops }) =>
    Array.isArray(nexthops) ? nexthops.map(hopFrom) : [],
  )
  const [device, table, source] = ['dev', 'table', 'prefsrc'].map(key => wordOf(entry[key]))
  const gateway = gatewayIn(entry)
  return {
    to,
    ...(device && { device }),
    ...(gateway && { gateway }),
    ...(source && { source }),
    ...(hops.length > 1 && { hops }),
    ...(table && table !== 'main' && table !== 'local' && { table }),
    ...metricsFrom(entry),
    ...(entry.type === 'broadcast' && { isBroadcast: true as const }),
  }
}

const hopFrom = (hop: Record<string, unknown>) => ({
  ...(wordOf(hop.dev) && { device: wordOf(hop.dev)! }),
  ...(gatewayIn(hop) && { gateway: gatewayIn(hop)! }),
})

/** The next hop may have an address of the other family, and stands elsewhere then (ip-route(8), via [ FAMILY ] ADDRESS; RFC 5549). */
const gatewayIn = ({ gateway, via }: Record<string, unknown>): string | undefined =>
  wordOf(gateway) ?? wordOf((via as { host?: unknown } | null | undefined)?.host)

/** Metrics of a route; what expires was learnt from an ICMP message (ip-route(8), mtu; RFC 1191). */
function metricsFrom({ metrics, expires }: Record<string, unknown>): Pick<RouteAnswer, 'mtu' | 'hopLimit'> {
  const all = Array.isArray(metrics) ? (metrics as Record<string, unknown>[]) : []
  const bytes = all.map(({ mtu }) => mtu).find(mtu => typeof mtu === 'number')
  const hopLimit = all.map(({ hoplimit }) => hoplimit).find(limit => typeof limit === 'number')
  return {
    ...(bytes !== undefined && {
      mtu: { bytes, ...(typeof expires === 'number' && { isLearnt: true as const }) },
    }),
    ...(hopLimit !== undefined && { hopLimit }),
  }
}
