import type { Readable } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'

const KEPT_CHARACTERS = 4096

/** Reads a stream away; the function returned tells its last line so far, for sentences. */
export function tailOf(stream: Readable): () => string {
  let tail = ''
  stream.on('data', chunk => {
    tail = (tail + String(chunk)).slice(-KEPT_CHARACTERS)
  })
  return () => lastLineOf(tail)
}

/** The last line that is not empty. */
export const lastLineOf = (words: string): string =>
  stripVTControlCharacters(words).trim().split(/\r?\n/).at(-1) ?? ''
