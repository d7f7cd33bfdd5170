import { quoted } from '../nouns/phrases.ts'

/**
 * The key of a map that was written in place of another one: what differs is a hyphen, an underscore, a blank, or how large its
 * letters are. Open vSwitch and OVN take any key, and read those that they know (ovs-vsctl(8), Database Values).
 */
export const similarKey = (map: Record<string, string>, key: string): string | undefined =>
  Object.keys(map).find(one => one !== key && bare(one) === bare(key))

const bare = (key: string) => key.replaceAll(/[-_:\s]/g, '').toLowerCase()

/** What a map has under a key, as OVSDB prints it, and where it has nothing, what was written in place of that. */
export function valueIn(map: Record<string, string>, key: string): string {
  const other = map[key] === undefined ? similarKey(map, key) : undefined
  return quoted(map[key]) + (other === undefined ? '' : ` (${other} = ${quoted(map[other])})`)
}
