import type { Judgement, Verdict } from '../core/verdict.ts'

/** What a check said of one claim, as far as it can be compared between labs. */
export interface ClaimSeen {
  verdict: Verdict
  where?: string
  /** In English. */
  saw?: string
}

/** What a check said, by claim id. */
export type Observed = Record<string, ClaimSeen>

/** The part of judgements that two labs can be compared by. */
export const observedFrom = (judgements: Map<string, Judgement>): Observed =>
  Object.fromEntries(
    [...judgements].map(([id, { verdict, where, saw }]) => [
      id,
      { verdict, ...(where !== undefined && { where }), ...(saw && { saw: saw.en }) },
    ]),
  )
