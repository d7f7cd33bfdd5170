import type { Verdict } from '../core/verdict.ts'
import { padEnd, widthOf } from './columns.ts'
import { paints, type Screen } from './screen.ts'
import type { Teller } from './teller.ts'
import { SIGN, WORD } from './wording.ts'

/**
 * Tells only the claims whose verdict is another than the last time this teller was told of them,
 * one line each: what it was, what it is, which claim.
 * @param before verdicts by claim id; brought up to date at each closing
 */
export function changesTeller(
  { write, lang, colour }: Pick<Screen, 'write' | 'lang' | 'colour'>,
  before: Map<string, Verdict>,
): Teller {
  const { tint } = paints(colour)
  const wordWidth = Math.max(...Object.values(WORD).map(word => widthOf(word[lang])))
  const inWords = (verdict: Verdict) =>
    tint[verdict](`${SIGN[verdict]} ${padEnd(WORD[verdict][lang], wordWidth)}`)
  return {
    judged(_stage, { claim, judgement: { verdict } }) {
      const was = before.get(claim.id)
      if (was !== undefined && was !== verdict)
        write(`  ${inWords(was)} → ${inWords(verdict)}  ${claim.title[lang]}\n`)
    },
    closing({ stages }) {
      for (const { claim, judgement } of stages.flatMap(stage => stage.claims))
        before.set(claim.id, judgement.verdict)
    },
  }
}
