/** A line of a tool of iproute2 as it is shown to people. */
export const oneLine = (words: string) => words.trim().replaceAll(/\s+/g, ' ').slice(0, 200)

/** The entries of what `ip -j` prints; none where it prints nothing. Throws SyntaxError where that is no list. */
export const entriesOf = (json: string): Record<string, unknown>[] => {
  const found: unknown = json.trim() === '' ? [] : JSON.parse(json)
  if (!Array.isArray(found)) throw new SyntaxError('not a list')
  return found as Record<string, unknown>[]
}
export const wordOf = (value: unknown) => (typeof value === 'string' ? value : undefined)
