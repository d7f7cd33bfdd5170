import { afterAll, beforeAll, describe, type TestContext, test } from 'vitest'
import { openCheck } from '../check/open-check.ts'
import { langOfLocale } from '../cli/language.ts'
import { openLab } from '../cli/open-lab.ts'
import type { Lang } from '../core/text.ts'
import { assertProven } from '../judge/load-proofs.ts'
import type { Proofs } from '../judge/proof.ts'
import type { StageSpec } from '../lesson/lesson.ts'
import { loadLesson } from '../lesson/load-lesson.ts'
import type { Looker } from '../look/evidence.ts'
import { cleanLine } from '../tell/clean.ts'
import { detailsOf } from '../tell/details.ts'
import type { JudgedClaim } from '../tell/teller.ts'
import { COLON, stageTitle, WORD, whyWaits } from '../tell/wording.ts'

/**
 * Declares a lesson as a Vitest suite: its stages are `describe`, its claims `test`, judged by one check of the lab that
 * a check without flags means. OVN_LAB_NAME names another one, OVN_LAB_REPLAY a recording.
 */
export async function lessonSuite(id: string, proofs: Proofs): Promise<void> {
  const lang = langOfLocale(process.env)
  const { OVN_LAB_NAME: lab, OVN_LAB_REPLAY: replay } = process.env
  const lesson = await loadLesson(id)
  assertProven(lesson, proofs)

  describe(`${id} ${lesson.title[lang]}`, () => {
    const ending = new AbortController()
    const judged = new Map<string, JudgedClaim>()
    let looker: Looker | undefined

    beforeAll(async () => {
      const opened = await openLab({ lang, ...(lab && { lab }), ...(replay && { replay }) }, { lesson })
      looker = opened.looker()
      const check = openCheck({ lesson, lab: opened.name, lang, tellers: [] })
      const { stages } = await check.judge(proofs, looker, ending.signal)
      for (const one of stages.flatMap(({ claims }) => claims)) judged.set(one.claim.id, one)
    })
    afterAll(async () => {
      ending.abort()
      await looker?.close()
    })

    for (const stage of lesson.stages)
      describe(stageTitle(stage)[lang], () => {
        for (const claim of stage.claims)
          test(claim.title[lang], ({ skip }) => tell(judged.get(claim.id)!, stage, lang, skip))
      })
  })
}

/**
 * Passes, skips or throws as the claim holds, cannot be judged or fails; of an extra stage, without which a lesson is
 * complete, it skips in place of throwing. A defect in its proof is thrown as it was.
 */
function tell(
  judged: JudgedClaim,
  { extra }: Pick<StageSpec, 'extra'>,
  lang: Lang,
  skip: TestContext['skip'],
): void {
  const { verdict, bug } = judged.judgement
  if (bug !== undefined) throw Object.assign(new Error(bug.split('\n', 1)[0]), { stack: bug })
  const details = detailsOf(judged, lang)
  const lines = details
    .filter(({ key }) => key !== 'expected')
    .map(({ key, label, value }) => (key === 'saw' || key === 'why' ? value : label + COLON[lang] + value))
  const why = verdict === 'waits' ? [whyWaits(judged.judgement)?.[lang] ?? ''] : lines
  if (verdict !== 'fails' || extra) {
    skip(verdict !== 'holds', cleanLine([WORD[verdict][lang], ...why].join(' · '), { lang }))
    return
  }
  const detail = (wanted: string) => details.find(({ key }) => key === wanted)?.value
  const message = lines.join('\n')
  // What happened here is in the lab, not in a file: the stack would only lead to this line.
  throw Object.assign(new Error(message), {
    stack: `Error: ${message}`,
    expected: detail('expected'),
    actual: detail('saw'),
  })
}
