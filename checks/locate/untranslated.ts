import { text } from '../../harness/core/text.ts'
import type { Lab, Northbound } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import type { Break } from '../heard/bracket.ts'
import type { Outward } from '../route/outward.ts'
import { translationOf } from '../state/has-nat.ts'

/** Packets left under another address than NAT is to give them, or came in under it. */
export async function notTranslated(
  lab: Lab,
  { place, packet, odd }: Break,
  { outer, translated }: Outward,
): Promise<BrokenLink> {
  const node = place.kind === 'bridge' ? place.node : outer.node
  const { source, destination } = odd!.frame
  const northbound = await unlessBlind(lab.northbound())
  const row =
    northbound &&
    (source !== packet.source && translated !== undefined
      ? limit(northbound, outer.address, source)
      : balancer(northbound, packet.destination, destination))
  return {
    where: row?.where ?? `${node} · br-int`,
    saw: text(
      `the ${packet.kind} is ${source} > ${destination} there, and should be ${packet.source} > ${packet.destination}${row ? `: ${row.en}` : ''}`,
      `${packet.kind} 在那裡是 ${source} > ${destination}，應該是 ${packet.source} > ${packet.destination}${row ? `：${row.zhTW}` : ''}`,
    ),
    tryThis: row?.tryThis ?? `sudo ovn-nbctl lr-nat-list ${outer.netns}`,
  }
}

/** Columns by which a row of NAT is only for some packets (ovn-nb(5), NAT); older releases have not all of them. */
const CONDITIONS = ['match', 'allowed_ext_ips', 'exempted_ext_ips', 'gateway_port'] as const

/** The row that was to translate a host's packets takes some out of it. */
function limit(northbound: Northbound, router: string, host: string) {
  const row = translationOf(northbound, router, host)
  const column = row && CONDITIONS.find(one => (row[one] as string | string[] | undefined)?.length)
  if (!column) return undefined
  const { type, logical_ip } = row
  return {
    where: `OVN_Northbound · NAT · ${column}`,
    en: `the row of NAT (${type}) for ${logical_ip} has ${column}, so it is not for all packets`,
    zhTW: `給 ${logical_ip} 的那筆 NAT（${type}）設定了 ${column}，不是對所有封包都有效`,
    tryThis: 'sudo ovn-nbctl list NAT',
  }
}

/** A load balancer has the address for one of its own, and gives packets for it that of a backend (ovn-nb(5), vips). */
export function balancer({ loadBalancers }: Northbound, asked: string, given: string) {
  const bare = (one: string) => one.trim().replace(/:\d+$/, '')
  const row = loadBalancers.find(({ vips }) =>
    Object.entries(vips).some(([vip, to]) => bare(vip) === asked && to.split(',').map(bare).includes(given)),
  )
  return (
    row && {
      where: 'OVN_Northbound · Load_Balancer · vips',
      en: `the load balancer ${row.name} gives packets for ${asked} the address ${given}`,
      zhTW: `load balancer ${row.name} 把給 ${asked} 的封包改送到 ${given}`,
      tryThis: 'sudo ovn-nbctl lb-list',
    }
  )
}
