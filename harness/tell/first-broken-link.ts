import type { Text } from '../core/text.ts'
import { countedClaims } from './tally.ts'
import type { Closing } from './teller.ts'

/** Where a check found the chain broken first: the first claim, in the lesson's order, that does not hold. */
export interface FirstBrokenLink {
  claim: string
  where: string
  saw: Text | undefined
}

/** The first broken link of a check; undefined where nothing fails. */
export function firstBrokenLink(closing: Closing): FirstBrokenLink | undefined {
  const failed = countedClaims(closing).find(({ judgement }) => judgement.verdict === 'fails')
  const where = failed?.judgement.where
  return failed && where !== undefined
    ? { claim: failed.claim.id, where, saw: failed.judgement.saw }
    : undefined
}
