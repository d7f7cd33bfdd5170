/** No file that people write is nested so deep. */
const LEVELS_MAX = 200

// Each level of a block collection begins further right, by a space or by a mark of its own (YAML 1.2, §8.2).
const DEEP_BLOCK = new RegExp(`^[ \\t?:-]{${2 * LEVELS_MAX},}`, 'm')

/**
 * Whether a YAML text may be nested deeper than a parser that calls itself for each level can bear: one such text of a
 * few kB ends the whole process, as V8 gives up where a regular expression is compiled at the end of the stack (seen with
 * yaml 2.9.1). Brackets in texts and comments count, too.
 */
export function isNestedTooDeep(yaml: string): boolean {
  let level = 0
  for (const [bracket] of yaml.matchAll(/[[{}\]]/g)) {
    level = bracket === '[' || bracket === '{' ? level + 1 : Math.max(0, level - 1)
    if (level > LEVELS_MAX) return true
  }
  return DEEP_BLOCK.test(yaml)
}
