import type { Text } from '../core/text.ts'

/** What a claim says of a place on the map. */
export interface Mark {
  /** The id of the element. */
  on: string
  verdict: 'fails' | 'unknown'
  /** The claim, by its title, and what was seen. */
  claim: Text
  saw?: Text
  where?: string
}

/** Where a packet of a probe was heard, or was not. */
export interface ProbeMark {
  on: string
  direction: 'request' | 'reply'
  verdict: 'heard' | 'lost' | 'unknown'
  /** After it was sent. */
  heardMs?: number
  /** How wrong that may be, where another clock told it. */
  withinMs?: number
  title: Text
  saw?: Text
}

/** When it was heard, in words that need no translation; empty where nobody knows. */
export const timeOf = ({
  heardMs,
  withinMs,
}: {
  heardMs: number | undefined
  withinMs: number | undefined
}): string => {
  if (heardMs === undefined) return ''
  return withinMs === undefined
    ? `${heardMs.toFixed(1)} ms`
    : `${heardMs.toFixed(1)} ± ${withinMs.toFixed(1)} ms`
}
