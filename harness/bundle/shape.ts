/** Deeper than any evidence is, and far from what a recursive function cannot take. */
const DEPTH_MAX = 200
/** A recorded lab has some 10,000; so many take less memory than a process has. */
const VALUES_MAX = 8_000_000

const [QUOTE, BACKSLASH, COMMA, OPEN_LIST, CLOSE_LIST, OPEN_MAP, CLOSE_MAP] = [34, 92, 44, 91, 93, 123, 125]

/**
 * Whether a JSON text can be parsed, and walked through, without harm: not nested too deep, and not of too many values,
 * of which each takes many times more memory than bytes. Says nothing about whether it is valid.
 */
export function isHarmlessJson(json: Buffer): boolean {
  let [depth, values, isWithin] = [0, 0, false]
  for (let at = 0; at < json.length; at++) {
    const byte = json[at]
    if (isWithin) {
      if (byte === BACKSLASH) at++
      else if (byte === QUOTE) isWithin = false
    } else if (byte === QUOTE) isWithin = true
    else if (byte === COMMA) values++
    else if (byte === OPEN_LIST || byte === OPEN_MAP) {
      values++
      if (++depth > DEPTH_MAX) return false
    } else if (byte === CLOSE_LIST || byte === CLOSE_MAP) depth--
  }
  return values <= VALUES_MAX
}
