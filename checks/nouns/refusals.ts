import { isInPrefix } from '../../harness/core/prefix.ts'
import { type Text, text } from '../../harness/core/text.ts'
import type { NetworkStack } from '../../harness/look/evidence.ts'

/** How the kernel answers for routes and rules that are there to refuse (fib_props of net/ipv4/fib_semantics.c). */
export const REFUSALS: Readonly<Record<string, string>> = {
  'Invalid argument': 'blackhole',
  'No route to host': 'unreachable',
  'Permission denied': 'prohibit',
}

/** Whether the prefix of a route has an address, as ip prints it. */
export const covers = (prefix: string, address: string): boolean =>
  prefix === 'default' || isInPrefix(address, prefix)

/** What the kernel of a namespace says where it does not know, or refuses, a way to an address. */
export function noWay(name: string, to: string, error: string): Text {
  const type = REFUSALS[error]
  return type
    ? text(
        `a route or rule of type ${type} in ${name} refuses packets for ${to}: ${error}`,
        `${name} 裡有 type 為 ${type} 的路由或規則，拒絕送往 ${to} 的封包：${error}`,
      )
    : text(`${name} has no route to ${to}: ${error}`, `${name} 裡沒有通往 ${to} 的路由：${error}`)
}

/** The route that refuses packets for an address, a nexthop of type blackhole included (ip-nexthop(8)), and its words. */
export function refusedBy({ refusing = [] }: Pick<NetworkStack, 'refusing'>, to: string, error = '') {
  const meant = REFUSALS[error] ?? (/unreachable/i.test(error) ? 'throw' : undefined)
  const row = refusing.find(({ type, prefix }) => type === meant && covers(prefix, to))
  if (!row) return undefined
  const { type, prefix, table } = row
  return {
    table,
    saw:
      type === 'throw'
        ? text(
            `the route throw ${prefix} ends the search in table ${table}`,
            `路由 throw ${prefix} 讓核心不再查路由表 ${table}`,
          )
        : text(`it is ${type} ${prefix} in table ${table}`, `是路由表 ${table} 裡的 ${type} ${prefix}`),
  }
}
