import { quoted } from '../nouns/phrases.ts'

/**
 * The key of a map that was written in place of another one: what differs is a hyphen, an underscore, a blank, or how large its
 * letters are. Open vSwitch and OVN take any key, and read those that they know (ovs-vsctl(8), Database Values).
 */
export const similarKey = (map: Record<string, string>, key: string): string | undefined =>
  Object.keys(map).find(one => one !== key && bare(one) === bare(key))

const bare = (key: string) => key.replaceAll(/[-_:\s]/g, '').toLowerCase()

/** A key of a row that was written to another of its columns, and what is there: nobody reads it so. */
function inAnotherColumn(row: object, map: Record<string, string>, key: string): string | undefined {
  for (const [column, other] of Object.entries(row)) {
    if (other === map || typeof other !== 'object' || Array.isArray(other)) continue
    const found = key in other ? key : similarKey(other, key)
    if (found !== undefined) return `${column}:${found} = ${quoted(other[found])}`
  }
  return undefined
}

/**
 * What a map has under a key, as OVSDB prints it, and where it has nothing, what was written in place of that: under another key,
 * or to another column of the row.
 */
export function valueIn(map: Record<string, string>, key: string, row: object = {}): string {
  if (map[key] !== undefined) return quoted(map[key])
  const like = similarKey(map, key)
  const other = like === undefined ? inAnotherColumn(row, map, key) : `${like} = ${quoted(map[like])}`
  return quoted(undefined) + (other === undefined ? '' : ` (${other})`)
}
