import { isIPv4, isIPv6 } from 'node:net'
import { isMac } from '../../harness/core/mac.ts'
import { type Text, text } from '../../harness/core/text.ts'
import { quoted } from '../nouns/phrases.ts'

/** Whether the IPv4 address of a port is left to OVN: `dynamic`, or `MAC dynamic`, before any IPv6 address (ovn-nb(5), addresses). */
export function isLeftToOvn(element: string): boolean {
  const words = element.trim().split(/\s+/)
  const [first, ...more] = isMac(words[0]!) ? words.slice(1) : words
  return first === 'dynamic' && more.length <= 1 && more.every(word => isIPv6(word))
}

/** An element with that word in another form, which OVN does not take for what was meant; of two addresses it chooses none. */
export function misread(addresses: string[] = []): Text | undefined {
  const element = addresses.find(
    one => /dynamic/i.test(one) && !isLeftToOvn(one) && !isIPv4(/^dynamic (\S+)/.exec(one)?.[1] ?? ''),
  )
  if (element === undefined) return undefined
  return text(
    `${quoted(element)} is in no form in which OVN reads that word: it stands alone, or last, behind one MAC address`,
    `${quoted(element)} 不是 OVN 認得的寫法：dynamic 要單獨寫，或寫在一個 MAC 位址後面，作為最後一個字`,
  )
}
