import { isIPv6 } from 'node:net'
import { text } from '../../harness/core/text.ts'
import type { LogicalRouterPort } from '../../harness/ovsdb/tables.ts'
import { quoted } from '../nouns/phrases.ts'
import type { BrokenLink } from './broken-link.ts'

const IS: Record<string, (value: string) => boolean> = {
  router_preference: value => ['HIGH', 'MEDIUM', 'LOW'].includes(value),
  rdnss: value =>
    value
      .replace(/^\{|\}$/g, '')
      .split(',')
      .every(one => isIPv6(one.trim())),
}
const WORDS: Record<string, [string, string]> = {
  router_preference: ['HIGH, MEDIUM or LOW, in capitals', '大寫的 HIGH、MEDIUM 或 LOW'],
  rdnss: ['IPv6 addresses', ' IPv6 位址'],
}

/**
 * What of a router port's `ipv6_ra_configs` ovn-controller cannot read: ovn-northd copies all of it into one action, so such a
 * value leaves every solicitation without an answer (ovn-nb(5), ipv6_ra_configs). Asked where no answer came.
 */
export function unreadRaConfig({ name, ipv6_ra_configs }: LogicalRouterPort): BrokenLink | undefined {
  // A recording of an earlier release has no such column.
  const configs: Record<string, string> = ipv6_ra_configs ?? {}
  const key = Object.keys(IS).find(one => configs[one] !== undefined && !IS[one]!(configs[one]))
  if (key === undefined) return undefined
  const [en, zhTW] = WORDS[key]!
  return {
    where: `OVN_Northbound · Logical_Router_Port · ipv6_ra_configs:${key}`,
    saw: text(
      `${key} in ipv6_ra_configs of ${name} is ${quoted(configs[key])}: OVN takes only ${en} here, and otherwise answers nobody`,
      `${name} 的 ipv6_ra_configs 裡，${key} 是 ${quoted(configs[key])}：OVN 在這裡只接受${zhTW}，否則誰都不回應`,
    ),
    tryThis: `sudo ovn-nbctl get Logical_Router_Port ${name} ipv6_ra_configs`,
  }
}
