import { type Text, text } from '../../harness/core/text.ts'
import type { NetworkStack, NftRule } from '../../harness/look/stack.ts'

/** What a rule makes of the largest segment that a connection announces (nft(8), maxseg; iptables-extensions(8), TCPMSS). */
function givesSize(statement: NftRule[number]): string | undefined {
  const { mangle, xt } = statement as {
    mangle?: { key?: { 'tcp option'?: { name?: string } }; value?: unknown }
    xt?: { name?: string }
  }
  if (xt?.name === 'TCPMSS') return ''
  if (mangle?.key?.['tcp option']?.name !== 'maxseg') return undefined
  return typeof mangle.value === 'number' ? String(mangle.value) : ''
}

/** A packet filter makes the segments of connections smaller than the links have room for; said of the first rule that does. */
export function clamped({ chains }: Pick<NetworkStack, 'chains'>): Text | undefined {
  for (const { family, table, name, rules } of chains)
    for (const statement of rules.flat()) {
      const size = givesSize(statement)
      if (size === undefined) continue
      const of = `${family} ${table} ${name}`
      return size === ''
        ? text(
            `a rule in ${of} sets the segment size of connections`,
            `${of} 裡有規則會設定連線的 segment 大小`,
          )
        : text(
            `a rule in ${of} sets the segment size of connections to ${size}`,
            `${of} 裡有規則把連線的 segment 大小設成 ${size}`,
          )
    }
  return undefined
}
