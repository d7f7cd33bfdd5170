import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { LANGS, type Lang, type Text, text } from '../core/text.ts'
import { helperOf } from '../lesson/helper.ts'
import type { Lesson, StageSpec } from '../lesson/lesson.ts'
import type { Step } from '../solve/solution.ts'
import { nodeNames } from '../topology/topology.ts'
import { claimsOf } from './judge-trial.ts'
import { givenAway, hintsOf, uneven } from './lint-hints.ts'
import { codeBlocks, lintReadme } from './lint-readme.ts'
import type { NamedSolution } from './prove-solution.ts'
import type { Finding } from './result.ts'
import { startClock } from './start-clock.ts'
import type { Trial } from './trial.ts'
import { nowhere } from './typed.ts'

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
  const linesIn = (named: NamedSolution[]) =>
    named.flatMap(({ solution }) => stepsOf(solution.stages).flatMap(linesOf))
  const shown = [
    ...linesIn(reference),
    ...reference.flatMap(({ solution }) => solution.undo.flatMap(linesOf)),
  ]
  const readmes = await Promise.all(
    LANGS.map(async lang => ({
      lang,
      file: README[lang],
      words: await readFile(join(lesson.folder, README[lang]), 'utf8').catch(() => undefined),
    })),
  )
  const sentences = [
    ...untranslated(textsOf(lesson, trials)),
    ...worth(lesson.stages),
    ...uneven(hintsOf(lesson)),
    ...givenAway(hintsOf(lesson), linesIn(reference), helpers),
    ...solutions.flatMap(named => elsewhere(lesson, named)),
    ...readmes.flatMap(({ words, ...readme }) =>
      words === undefined
        ? [text(`${readme.file} is missing`, `缺少 ${readme.file}`)]
        : [
            ...lintReadme(words, { ...readme, lesson, helpers, shown, used: linesIn(solutions) }),
            ...nowhere(words, readme.file, nodeNames(lesson.topology)),
          ],
    ),
    ...differing(readmes.flatMap(({ words }) => (words === undefined ? [] : [codeBlocks(words)]))),
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

/** Lessons are counted together, so each is worth the same. */
const WORTH = 100

/** Extra stages are worth points of their own. */
export function worth(stages: Pick<StageSpec, 'extra' | 'claims'>[]): Text[] {
  const claims = stages.flatMap(({ extra, claims: all }) => (extra ? [] : all))
  const points = claims.reduce((sum, claim) => sum + claim.points, 0)
  return points === WORTH
    ? []
    : [
        text(
          `lesson.yaml: the claims are worth ${points} points together, not ${WORTH}`,
          `lesson.yaml：所有項目合計 ${points} 分，不是 ${WORTH} 分`,
        ),
      ]
}

/** A solution has the stages of the lesson, in its order, and steps on nodes that there are; only the reference needs extra ones. */
export function elsewhere(
  { stages, topology }: Pick<Lesson, 'stages' | 'topology'>,
  { file, solution, isReference }: NamedSolution,
): Text[] {
  const has = Object.keys(solution.stages)
  const wanted = stages
    .filter(({ id, extra }) => isReference || !extra || has.includes(id))
    .map(({ id }) => id)
  const steps = [...stepsOf(solution.stages), ...solution.undo]
  const known = nodeNames(topology)
  const nodes = new Set(steps.map(({ on }) => on).filter(node => !known.includes(node)))
  const name = basename(file)
  return [
    ...(has.join() === wanted.join()
      ? []
      : [
          text(
            `${name}: has the stages ${has.join(', ')}; the lesson has ${wanted.join(', ')}`,
            `${name}：寫的階段是 ${has.join('、')}；課程的階段是 ${wanted.join('、')}`,
          ),
        ]),
    ...[...nodes].map(node => text(`${name}: there is no node ${node}`, `${name}：沒有節點 ${node}`)),
  ]
}

/** What is typed is the same in every language. */
function differing(blocks: string[][]): Text[] {
  const [one = [], ...others] = blocks
  const missing = others.flatMap(other => [
    ...one.filter(block => !other.includes(block)),
    ...other.filter(block => !one.includes(block)),
  ])
  return missing
    .map(block => block.split('\n')[1] ?? '')
    .map(line =>
      text(
        `READMEs: a code block is not the same in both languages: ${line}`,
        `README：兩種語言的程式碼區塊不同：${line}`,
      ),
    )
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
    ...claimsOf(lesson).map(claim => [`claim ${claim.id} · title`, claim.title] as [string, Text]),
    ...hintsOf(lesson).flatMap(({ place, steps }) =>
      steps.map((hint, at) => [`${place} · hint ${at + 1}`, hint] as [string, Text]),
    ),
    ...trials.flatMap(trial => {
      const { remark, mayBeUnknown } = trial.kind === 'variations' ? trial : {}
      const said = Object.entries({ title: trial.title, onlyOn: trial.onlyOn?.why, remark, mayBeUnknown })
      return said.flatMap(([part, words]): [string, Text][] =>
        words ? [[`${trial.kind} ${trial.id} · ${part}`, words]] : [],
      )
    }),
  ]
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
