import { type Text, text } from '../core/text.ts'
import { StepFailed } from '../solve/run-steps.ts'
import { type Solution, stageIndex, stepsUpTo } from '../solve/solution.ts'
import { claimsOf, judgeTrial, notHolding, type TrialSeen } from './judge-trial.ts'
import type { ProveLab, Taught } from './prove-lab.ts'
import type { TrialFinding } from './result.ts'
import { startClock } from './start-clock.ts'
import type { Trial } from './trial.ts'

/** What is taught as if the lesson ended with this stage. */
export const taughtUpTo = ({ lesson, ...taught }: Taught, stageId: string): Taught => ({
  ...taught,
  lesson: { ...lesson, stages: lesson.stages.slice(0, stageIndex(lesson, stageId) + 1) },
})

/** Solves all of a lesson on a lab from untouched and makes sure of it. Resolves with what is wrong where it does not hold. */
export async function makeSolved(
  lab: ProveLab,
  taught: Taught,
  reference: Solution,
): Promise<Text | undefined> {
  const upTo = taught.lesson.stages.at(-1)!.id
  if (lab.state === 'solved' && lab.solvedTo === upTo) return undefined
  await lab.makeUntouched()
  try {
    await lab.run(stepsUpTo(taught.lesson, reference, upTo), taught.helper)
  } catch (thrown) {
    if (thrown instanceof StepFailed) return thrown.reason
    throw thrown
  }
  await lab.settle()
  const wrong = notHolding(claimsOf(taught.lesson), await lab.check(taught))
  if (!wrong) {
    lab.state = 'solved'
    lab.solvedTo = upTo
  }
  return wrong
}

/** How long one who may be stopped is waited for, after which a check has patience of its own. */
const BROKEN_SECONDS = 1.5

/**
 * On a solved lab: does what the trial says, judges what the check says of it, takes it away again, and makes sure that
 * all claims hold as before. A lab on which they do not is not counted as solved any more.
 */
export async function proveTrial(lab: ProveLab, taught: Taught, trial: Trial): Promise<TrialFinding> {
  const clock = startClock()
  const claims = claimsOf(taught.lesson)
  const { onlyOn: { datapath, wires, command, ovn } = {}, connectsAnew } = trial
  const isElsewhere = datapath !== undefined && datapath !== (await lab.datapath())
  const cannotBe =
    (command !== undefined && !(await lab.has(command))) ||
    (wires && !lab.hasWires) ||
    (ovn !== undefined && (await lab.hasOlderOvn(ovn)))
  if (cannotBe || (isElsewhere && trial.kind !== 'faults'))
    return { ...trialFinding(trial, 'holds', []), isElsewhere: true }
  let seen: TrialSeen | undefined
  let isDone = false
  const sentences: Text[] = []
  /** What is broken in a network that is settled is broken at once. Where it is not all as the trial says, a check that waits decides. */
  const asSaid = async () => {
    const judgements = await lab.check(taught, { connectsAnew, isSettled: true })
    const { isRight, isNamed } = judgeTrial(claims, trial, judgements)
    return isRight && isNamed ? judgements : undefined
  }
  try {
    await lab.run(trial.do, taught.helper)
    const isSettled = await lab.settle(BROKEN_SECONDS)
    isDone = true
    const atOnce = isSettled && !isElsewhere && trial.kind === 'faults' ? await asSaid() : undefined
    const judgements = atOnce ?? (await lab.check(taught, { connectsAnew }))
    const broken = isElsewhere && notHolding(claims, judgements)
    if (broken)
      sentences.push(
        text(
          `says it breaks nothing here, but ${broken.en}`,
          `寫著在這裡不會弄壞任何東西，但${broken['zh-TW']}`,
        ),
      )
    if (!isElsewhere) {
      seen = judgeTrial(claims, trial, judgements)
      sentences.push(...seen.complaints)
    }
    await lab.run(trial.repair, taught.helper)
    await lab.forget()
    await lab.settle()
    const left = notHolding(claims, await lab.check(taught, { connectsAnew }))
    if (left && !trial.beside)
      sentences.push(
        text(`cannot be undone: after its repair ${left.en}`, `無法復原：修復之後，${left['zh-TW']}`),
      )
    else if (!left) lab.state = 'solved'
  } catch (thrown) {
    if (!(thrown instanceof StepFailed)) throw thrown
    // A pair of which one is in the way of the other is none; if it cannot be taken away, nobody promised that.
    if (!trial.beside)
      sentences.push(
        isDone
          ? text(`cannot be undone: ${thrown.reason.en}`, `無法復原：${thrown.reason['zh-TW']}`)
          : text(`cannot be done: ${thrown.reason.en}`, `無法施加：${thrown.reason['zh-TW']}`),
      )
  }
  return {
    ...trialFinding(trial, sentences.length > 0 ? 'fails' : 'holds', sentences),
    ...(seen && { seen }),
    ...((isElsewhere || (trial.beside && !isDone)) && { isElsewhere: true }),
    durationMs: clock(),
  }
}

/** A finding about a trial that was not, or could not be, judged. */
export const trialFinding = (
  trial: Trial,
  verdict: TrialFinding['verdict'],
  sentences: Text[],
): TrialFinding => ({
  phase: trial.kind,
  id: trial.id,
  title: trial.title,
  trial,
  verdict,
  sentences,
  durationMs: 0,
})
