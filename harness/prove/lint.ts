import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ClaimSpec, Lesson } from '../lesson/lesson.ts'
import { LANGS, type Lang, type Text, text } from '../say/text.ts'
import { helperOf, type Step } from '../solve/solution.ts'
import { claimsOf } from './judge-trial.ts'
import { lintReadme } from './lint-readme.ts'
import type { NamedSolution } from './prove-solution.ts'
import type { Finding } from './result.ts'
import { startClock } from './start-clock.ts'
import type { Trial } from './trial.ts'

const README: Record<Lang, string> = { en: 'README.md', 'zh-TW': 'README.zh-TW.md' }

/** Reads what a lesson says, and finds what is missing, untranslated, or not as the solution does it. */
export async function lintLesson(
  lesson: Lesson,
  solutions: NamedSolution[],
  trials: Trial[],
): Promise<Finding> {
  const clock = startClock()
  const helpers = helperNames(await helperOf(lesson))
  const reference = solutions.filter(({ isReference }) => isReference)
  const readmes = await Promise.all(
    LANGS.map(async lang => {
      const words = await readFile(join(lesson.folder, README[lang]), 'utf8').catch(() => undefined)
      if (words === undefined) return [text(`${README[lang]} is missing`, `缺少 ${README[lang]}`)]
      return lintReadme(words, {
        file: README[lang],
        lang,
        lesson,
        helpers,
        shown: reference.flatMap(({ solution }) =>
          [...stepsOf(solution.stages), ...solution.undo].flatMap(linesOf),
        ),
        used: solutions.flatMap(({ solution }) => stepsOf(solution.stages).flatMap(linesOf)),
      })
    }),
  )
  const answers = reference.flatMap(({ solution }) => stepsOf(solution.stages).flatMap(linesOf))
  const sentences = [
    ...untranslated(textsOf(lesson, trials)),
    ...givenAway(claimsOf(lesson), answers),
    ...readmes.flat(),
  ]
  return {
    phase: 'lint',
    id: 'lint',
    title: text('the lesson’s texts', '課程的文字'),
    verdict: sentences.length > 0 ? 'fails' : 'holds',
    sentences,
    durationMs: clock(),
  }
}

const stepsOf = (stages: Record<string, Step[]>) => Object.values(stages).flat()

/** The commands of a step, one a line. */
export const linesOf = ({ run }: Step): string[] =>
  run
    .split('\n')
    .map(line => line.trim())
    .filter(Boolean)

/** Names of the functions a learner may call; those that begin with an underscore are the helper's own. */
export const helperNames = (helper: string): string[] =>
  [...helper.matchAll(/^([a-z][\w-]*)\s*\(\)\s*\{/gm)].map(([, name]) => name!)

/** Every text a learner may be shown, by where it stands. */
export function textsOf(lesson: Lesson, trials: Trial[]): [place: string, words: Text | undefined][] {
  const { summary } = lesson as Lesson & { summary?: Text }
  return [
    ['title', lesson.title],
    ['summary', summary],
    ...lesson.stages.map(stage => [`stage ${stage.id} · title`, stage.title] as [string, Text]),
    ...claimsOf(lesson).flatMap(claim => [
      [`claim ${claim.id} · title`, claim.title] as [string, Text],
      ...hintsOf(claim).map(({ place, hint }) => [place, hint] as [string, Text]),
    ]),
    ...trials.flatMap(trial => {
      const { remark, mayBeUnknown } = trial.kind === 'variations' ? trial : {}
      const said = Object.entries({ title: trial.title, onlyOn: trial.onlyOn?.why, remark, mayBeUnknown })
      return said.flatMap(([part, words]): [string, Text][] =>
        words ? [[`${trial.kind} ${trial.id} · ${part}`, words]] : [],
      )
    }),
  ]
}

/** Every hint of a claim, the general ones and those that react, by where it stands. */
const hintsOf = ({ id, hints, reactions = {} }: ClaimSpec): { place: string; step: number; hint: Text }[] =>
  Object.entries({ '': hints, ...reactions }).flatMap(([cause, steps]) =>
    steps.map((hint, at) => ({
      place: `claim ${id} · ${cause && `${cause} · `}hint ${at + 1}`,
      step: at + 1,
      hint,
    })),
  )

/** First steps that already are the answer: a command of the reference solution. */
export function givenAway(claims: ClaimSpec[], answers: string[]): Text[] {
  const early = claims.flatMap(hintsOf).filter(({ step }) => step === 1)
  return early.flatMap(({ place, hint }) => {
    const answer = answers.find(line => LANGS.some(lang => hint[lang].includes(line)))
    return answer === undefined
      ? []
      : [text(`${place}: gives the answer first: ${answer}`, `${place}：第一步就給了答案：${answer}`)]
  })
}

/** A text is translated when its Chinese differs from its English and has Chinese in it. */
export function untranslated(texts: [place: string, words: Text | undefined][]): Text[] {
  return texts.flatMap(([place, words]) => {
    const missing = LANGS.filter(lang => !words?.[lang]?.trim())
    if (missing.length > 0)
      return [
        text(`${place}: has no text in ${missing.join(', ')}`, `${place}：缺少 ${missing.join('、')} 的文字`),
      ]
    const isChinese = words!.en !== words!['zh-TW'] && /\p{Script=Han}/u.test(words!['zh-TW'])
    return isChinese
      ? []
      : [text(`${place}: is not translated: ${words!['zh-TW']}`, `${place}：沒有翻譯：${words!['zh-TW']}`)]
  })
}
