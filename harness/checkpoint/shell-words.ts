/** A word for a POSIX shell, whatever is in it. */
export const quote = (word: string | number): string =>
  /^[\w./:@%+=,-]+$/.test(String(word)) ? String(word) : `'${String(word).replaceAll("'", `'\\''`)}'`

/** Words as one command. */
export const commandOf = (...words: (string | number | false | undefined)[]): string =>
  words
    .filter(word => word !== false && word !== undefined && word !== '')
    .map(word => quote(word as string))
    .join(' ')

/** A command that is run in a namespace, or on the node itself. */
export const ipIn = (netns: string, ...words: (string | number | false | undefined)[]): string =>
  commandOf('ip', ...(netns === '' ? [] : ['-n', netns]), ...words)
