import { text } from '../../harness/core/text.ts'
import type { RawRow } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { translationOf } from '../state/has-nat.ts'
import type { Break } from './bracket.ts'
import type { Outward } from './outward.ts'

/** Columns by which a row of NAT is only for some packets (ovn-nb(5), NAT). */
const CONDITIONS = ['match', 'allowed_ext_ips', 'exempted_ext_ips', 'gateway_port']

/** Packets left under another address than NAT is to give them, or came in under it. */
export async function notTranslated(
  lab: Lab,
  { place, packet, odd }: Break,
  { outer, translated }: Outward,
): Promise<BrokenLink> {
  const node = place.kind === 'bridge' ? place.node : outer.node
  const { source, destination } = odd!.frame
  const limit = source === packet.source ? undefined : await limitOf(lab, outer.address, source, translated)
  return {
    where: limit ? `OVN_Northbound · NAT · ${limit.column}` : `${node} · br-int`,
    saw: text(
      `the ${packet.kind} is ${source} > ${destination} there, and should be ${packet.source} > ${packet.destination}${limit ? `: the row of NAT for ${limit.row.logical_ip} is not for all packets, it has ${limit.column}` : ''}`,
      `${packet.kind} 在那裡是 ${source} > ${destination}，應該是 ${packet.source} > ${packet.destination}${limit ? `：給 ${limit.row.logical_ip} 的那筆 NAT 設定了 ${limit.column}，不是對所有封包都有效` : ''}`,
    ),
    tryThis: limit ? 'sudo ovn-nbctl list NAT' : `sudo ovn-nbctl lr-nat-list ${outer.netns}`,
  }
}

/** The row that was to translate a host's packets, with the column that takes some out of it. */
async function limitOf(
  lab: Lab,
  router: string,
  host: string,
  translated: string | undefined,
): Promise<{ row: RawRow; column: string } | undefined> {
  if (translated === undefined) return undefined
  const [northbound, tables] = await Promise.all([
    unlessBlind(lab.northbound()),
    unlessBlind(lab.tables('OVN_Northbound')),
  ])
  const uuid = northbound && translationOf(northbound, router, host)?._uuid
  const row = tables?.NAT?.find(({ _uuid }) => _uuid === uuid)
  const column = row && CONDITIONS.find(one => !['', '[]', '["set",[]]'].includes(wordOf(row[one])))
  return row && column !== undefined ? { row, column } : undefined
}

const wordOf = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value ?? ''))
