import { text } from '../../harness/core/text.ts'
import { isMacIn } from '../../harness/look/declared-macs.ts'
import type { LogicalSwitchPort } from '../../harness/ovsdb/tables.ts'
import { quoted } from '../nouns/phrases.ts'
import type { BrokenLink } from './broken-link.ts'

/** What `addresses` may begin with that is no MAC address (ovn-nb(5), Logical_Switch_Port.addresses). */
const WORDS = /^(dynamic|unknown|router)\b/

const digitsOf = (words: string) => words.toLowerCase().replaceAll(/[^0-9a-f]/g, '')

/**
 * A port whose addresses OVN passes over without an error, for they begin with no MAC address as it reads one; of several the one
 * that has the digits of the MAC address that is sought.
 */
export function addressesUnread(ports: LogicalSwitchPort[], mac: string): BrokenLink | undefined {
  const unread = ports.flatMap(({ name, addresses }) =>
    addresses.filter(words => !isMacIn(words) && !WORDS.test(words.trim())).map(words => ({ name, words })),
  )
  const isOf = ({ words }: { words: string }) => digitsOf(words.trim().split(/\s/)[0]!) === digitsOf(mac)
  const found = unread.find(isOf) ?? unread[0]
  if (!found) return undefined
  const { name, words } = found
  return {
    where: 'OVN_Northbound · Logical_Switch_Port · addresses',
    saw: text(
      `${name} has addresses ${quoted(words)}; OVN reads no MAC address at the beginning of it, so it takes nothing of it`,
      `${name} 的 addresses 是 ${quoted(words)}；OVN 在開頭讀不出 MAC 位址，所以整筆都不採用`,
    ),
    tryThis: `sudo ovn-nbctl lsp-get-addresses ${name}`,
    cause: 'addresses-unread',
  }
}
