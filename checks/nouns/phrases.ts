import { type Text, text } from '../../harness/core/text.ts'
import { withAlike } from '../../harness/core/unseen.ts'

/** `a, b and c`; in Chinese `a、b 和 c`; `none` where there is nothing. */
export function list(items: string[]): Text {
  if (items.length === 0) return text('none', '無')
  const [last, ...others] = [...items].reverse()
  if (others.length === 0) return text(last!, last!)
  const first = others.reverse()
  return text(`${first.join(', ')} and ${last}`, `${first.join('、')} 和 ${last}`)
}

/**
 * A value as OVSDB prints it, so that a missing one can be told from an empty one; what cannot be seen is written out as in
 * JSON (RFC 8259), so that two values that differ look different.
 */
export const quoted = (value: string | undefined) =>
  value === undefined ? '(none)' : `"${withAlike(value)}"`

/** The name of a row, or that there is no such row. */
export const nameOf = (row: { name: string } | undefined) => row?.name ?? '(none)'

/** The command to type on a node, the node as a comment so that the line can be copied whole. */
export const on = (node: string, command: string) => `${command}   # on ${node}`

/** The words of a command, run inside the namespace, or on the node itself where there is none. */
export const inside = ({ netns }: { netns?: string | undefined }, words: string) =>
  netns ? `ip netns exec ${netns} ${words}` : words

/** A link that is in no bridge of Open vSwitch; it may be in one of the kernel's own (ip-link(8), master). */
export const inNoBridge = (name: string, master: string | undefined): Text =>
  master === undefined
    ? text(`${name} is in no bridge`, `${name} 不在任何 bridge 裡`)
    : text(
        `${name} is in the Linux bridge ${master}, and in none of Open vSwitch`,
        `${name} 在 Linux bridge ${master} 裡，不在 Open vSwitch 的任何 bridge 裡`,
      )

/** What was seen, and after it what more was seen, if anything. */
export const andThen = (seen: Text, more: Text | undefined): Text =>
  more ? text(`${seen.en}; ${more.en}`, `${seen['zh-TW']}；${more['zh-TW']}`) : seen
