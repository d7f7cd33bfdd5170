import { basename } from 'node:path'
import { joined, type Text, text } from '../core/text.ts'
import type { Judgement, Verdict } from '../core/verdict.ts'
import { isFulfilled } from '../judge/aside.ts'
import type { ClaimSpec, Lesson } from '../lesson/lesson.ts'
import { StepFailed } from '../solve/run-steps.ts'
import { type Solution, stepsUpTo } from '../solve/solution.ts'
import { claimsOf, notHolding } from './judge-trial.ts'
import { type Observed, observedFrom } from './observed.ts'
import type { ProveLab, Taught } from './prove-lab.ts'
import type { Finding } from './result.ts'
import { startClock } from './start-clock.ts'

/** A solution of the lesson, by its file. */
export interface NamedSolution {
  file: string
  solution: Solution
  /** Its untouched and solved checks are the lesson's own: repeated, and told as findings. */
  isReference: boolean
}

/** What proving one solution came to. */
export interface SolutionProof {
  findings: Finding[]
  flips: number
}

type Judgements = Map<string, Judgement>
type Check = () => Promise<Judgements>

/**
 * Untouched machines fail → each stage of the reference solution turns exactly its own claims → solved, all holds → solved once more, nothing has changed → undone, fails as untouched.
 * LabDied where the lab does not last.
 */
export async function proveSolution(
  lab: ProveLab,
  all: Taught,
  { file, solution, isReference }: NamedSolution,
  repeats: number,
): Promise<SolutionProof> {
  const lesson = solvedBy(solution, all.lesson)
  const taught = { ...all, lesson }
  const claims = claimsOf(lesson)
  const stages = lesson.stages.map(({ id }) => ({ steps: solution.stages[id] ?? [] }))
  const lastTyped = stages.findLastIndex(stage => stage.steps.length > 0)
  const times = isReference ? repeats : 1
  const check: Check = () => lab.check(taught)
  const findings: Finding[] = []
  await lab.makeUntouched()

  const untouchedClock = startClock()
  const untouched = await repeated(check, times)
  const untouchedSentences = [...notUntouched(claims, untouched.first), ...untouched.sentences]
  if (isReference)
    findings.push({
      phase: 'untouched',
      id: 'untouched',
      title: text('untouched machines', '全新的機器'),
      ...cameTo(untouchedSentences, untouchedClock()),
      observed: observedFrom(untouched.first),
    })

  const clock = startClock()
  const sentences: Text[] = []
  let flips = untouched.flips
  let observed: Observed | undefined
  try {
    for (const [at, stage] of stages.entries()) {
      await lab.run(stage.steps, taught.helper)
      if (!isReference || stage.steps.length === 0 || at === lastTyped) continue
      await lab.settle()
      const next = stages.findIndex((later, index) => index > at && later.steps.length > 0)
      sentences.push(...notTurned(lesson, at, next, await check()))
    }
    await lab.settle()
    const solved = await repeated(check, times)
    flips += solved.flips
    observed = observedFrom(solved.first)
    const held = notHolding(claims, solved.first)
    if (held) sentences.push(text(`solved: ${held.en}`, `解答完成後：${held['zh-TW']}`))
    sentences.push(...solved.sentences)

    const before = await lab.traces()
    await lab.run(stepsUpTo(lesson, solution, lesson.stages.at(-1)!.id), taught.helper)
    await lab.settle()
    sentences.push(...changedBySolvingAgain(before, await lab.traces()))

    await lab.run(solution.undo, taught.helper)
    await lab.settle()
    const undone = await check()
    sentences.push(...notAsUntouched(claims, untouched.first, undone))
  } catch (thrown) {
    if (!(thrown instanceof StepFailed)) throw thrown
    sentences.push(thrown.reason)
  }
  findings.push({
    phase: 'solutions',
    id: basename(file),
    title: text(`solution ${basename(file)}`, `解答 ${basename(file)}`),
    ...cameTo(sentences, clock()),
    ...(observed && { observed }),
  })
  return { findings, flips }
}

/** The lesson, without extra stages the solution has nothing about. */
const solvedBy = ({ stages }: Solution, lesson: Lesson): Lesson => ({
  ...lesson,
  stages: lesson.stages.filter(({ id }) => id in stages),
})

const cameTo = (
  sentences: Text[],
  durationMs: number,
): Pick<Finding, 'verdict' | 'sentences' | 'durationMs'> => ({
  verdict: sentences.length > 0 ? 'fails' : 'holds',
  sentences,
  durationMs,
})

/** Claims that say something false of untouched machines: what is taught may not hold, what is given must. */
export function notUntouched(claims: ClaimSpec[], judgements: Judgements): Text[] {
  const told: Text[] = []
  const ids = (wrong: (claim: ClaimSpec, verdict: Verdict) => boolean) =>
    claims.filter(claim => wrong(claim, judgements.get(claim.id)?.verdict ?? 'unknown')).map(({ id }) => id)
  const blind = ids((_, verdict) => verdict === 'unknown')
  if (blind.length > 0) {
    const why = judgements.get(blind[0]!)?.saw
    told.push(
      text(
        `are unknown on untouched machines: ${blind.join(', ')} (${why?.en})`,
        `在全新的機器上無法查看：${blind.join('、')}（${why?.['zh-TW']}）`,
      ),
    )
  }
  const early = ids((claim, verdict) => !claim.given && verdict === 'holds')
  if (early.length > 0)
    told.push(
      text(
        `hold before anything was built: ${early.join(', ')}`,
        `什麼都還沒建立就已成立：${early.join('、')}`,
      ),
    )
  const missing = ids(
    (claim, verdict) => claim.given === true && verdict !== 'holds' && verdict !== 'unknown',
  )
  if (missing.length > 0)
    told.push(
      text(
        `are given, but do not hold on untouched machines: ${missing.join(', ')}`,
        `應該一開始就成立，但在全新的機器上不成立：${missing.join('、')}`,
      ),
    )
  return told
}

/**
 * What is not so after the stage at `at`, when that at `next` is the next anybody types commands for: all claims before
 * that one hold or are replaced, and of the others those only that are given.
 */
export function notTurned(
  { stages }: Pick<Lesson, 'stages'>,
  at: number,
  next: number,
  judgements: Judgements,
): Text[] {
  const holds = ({ id }: ClaimSpec) => judgements.get(id)?.verdict === 'holds'
  const isMissing = ({ id }: ClaimSpec) => !isFulfilled(judgements.get(id))
  const late = stages.slice(0, next).flatMap(({ claims }) => claims.filter(isMissing))
  const early = stages.slice(next).flatMap(({ claims }) => claims.filter(one => holds(one) && !one.given))
  const ids = (claims: ClaimSpec[]) => joined(claims.map(({ id }) => id))
  const { id } = stages[at]!
  return [
    ...(late.length > 0
      ? [
          text(
            `solved up to stage ${id}, and these do not hold yet: ${ids(late).en}`,
            `做完階段 ${id}，這些項目卻還不成立：${ids(late)['zh-TW']}`,
          ),
        ]
      : []),
    ...(early.length > 0
      ? [
          text(
            `solved up to stage ${id}, and these of later stages hold already: ${ids(early).en}`,
            `做完階段 ${id}，後面階段的這些項目卻已經成立：${ids(early)['zh-TW']}`,
          ),
        ]
      : []),
  ]
}

function notAsUntouched(claims: ClaimSpec[], untouched: Judgements, undone: Judgements): Text[] {
  const differing = claims.filter(({ id }) => undone.get(id)?.verdict !== untouched.get(id)?.verdict)
  if (differing.length === 0) return []
  const list = differing.map(({ id }) => `${id} (${untouched.get(id)?.verdict} → ${undone.get(id)?.verdict})`)
  return [
    text(
      `undone, but not as untouched: ${list.join(', ')}`,
      `復原之後，和全新的機器不同：${list.join('、')}`,
    ),
  ]
}

/** Comparing sorted lines: a changed row is one line gone and another come. */
export function changedBySolvingAgain(before: string[], after: string[]): Text[] {
  const gone = before.filter(line => !after.includes(line))
  const come = after.filter(line => !before.includes(line))
  const [first] = [...come, ...gone]
  if (first === undefined) return []
  const shown = first.length > 200 ? `${first.slice(0, 200)}…` : first
  return [
    text(
      `solving twice changes something: ${come.length} lines come, ${gone.length} gone, such as ${shown}`,
      `重複執行解答會造成變動：新增 ${come.length} 行、消失 ${gone.length} 行，例如 ${shown}`,
    ),
  ]
}

/** Checks the same lab `times` times; every verdict that is not that of the first check is a flip. */
async function repeated(
  check: Check,
  times: number,
): Promise<{ first: Judgements; flips: number; sentences: Text[] }> {
  const first = await check()
  const flipped = new Map<string, number>()
  for (let time = 1; time < times; time++)
    for (const [id, { verdict }] of await check())
      if (verdict !== first.get(id)?.verdict) flipped.set(id, (flipped.get(id) ?? 0) + 1)
  const flips = [...flipped.values()].reduce((sum, count) => sum + count, 0)
  const list = [...flipped].map(([id, count]) => `${id} (${count})`)
  const sentences =
    flips === 0
      ? []
      : [
          text(
            `${flips} verdicts flipped in ${times} checks of the same lab: ${list.join(', ')}`,
            `對同一個實驗環境檢查 ${times} 次，有 ${flips} 個判定前後不一：${list.join('、')}`,
          ),
        ]
  return { first, flips, sentences }
}
