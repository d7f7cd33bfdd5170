import { isInPrefix } from '../../harness/core/prefix.ts'
import { text } from '../../harness/core/text.ts'
import type { LogicalRouterPort } from '../../harness/ovsdb/tables.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { list } from '../nouns/phrases.ts'
import { type Origin, rowInWords } from './origin.ts'

/** A static route sends packets out by a port that does not have its next hop in its subnet (ovn-nb(5), output_port). */
export function wrongPort(
  origin: Origin | undefined,
  routerPorts: LogicalRouterPort[],
): BrokenLink | undefined {
  if (origin?.kind !== 'logical' || origin.row?.table !== 'Logical_Router_Static_Route') return undefined
  const { output_port, nexthop } = origin.row.row
  const port = routerPorts.find(({ name }) => [output_port].flat().includes(name))
  if (!port || port.networks.some(network => isInPrefix(String(nexthop), network))) return undefined
  const words = rowInWords(origin.row)
  return {
    where: 'OVN_Northbound · Logical_Router_Static_Route · output_port',
    saw: text(
      `${words} sends packets out by ${port.name} (${list(port.networks).en}), which does not have this next hop in its subnet`,
      `${words} 讓封包從 ${port.name}（${list(port.networks)['zh-TW']}）出去，但這個下一站不在它的網段裡`,
    ),
    row: words,
    tryThis: 'sudo ovn-nbctl list Logical_Router_Static_Route',
  }
}

/** Nobody may send from a MAC of a group: OVN drops what a router port does that has one (ovn-northd(8), port security). */
export function groupMac(
  routerPorts: LogicalRouterPort[],
  last: { origin: Origin } | undefined,
): BrokenLink | undefined {
  if (last?.origin.kind !== 'logical' || !last.origin.flow.match.includes('eth.src[40]')) return undefined
  const port = routerPorts.find(({ mac }) => Number.parseInt(mac, 16) % 2 === 1)
  return (
    port && {
      where: 'OVN_Northbound · Logical_Router_Port · mac',
      saw: text(
        `${port.name} has the MAC ${port.mac}, which stands for a group, and OVN drops what is sent from one`,
        `${port.name} 的 MAC 位址 ${port.mac} 代表一個群組，OVN 會丟棄從這種位址送出的封包`,
      ),
      tryThis: `sudo ovn-nbctl get Logical_Router_Port ${port.name} mac`,
    }
  )
}
