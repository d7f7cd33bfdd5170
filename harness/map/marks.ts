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
  title: Text
  saw?: Text
}
