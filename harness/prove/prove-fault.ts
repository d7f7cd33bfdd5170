import { type Text, text } from '../say/text.ts'
import { StepFailed } from '../solve/run-steps.ts'
import { type Solution, stepsUpTo } from '../solve/solution.ts'
import type { Fault } from './fault.ts'
import { claimsOf, type FaultSeen, judgeFault, notHolding } from './judge-fault.ts'
import type { ProveLab, Taught } from './prove-lab.ts'
import type { FaultFinding } from './result.ts'
import { startClock } from './start-clock.ts'

/** Solves a lab from untouched and makes sure of it. Resolves with what is wrong where it does not hold. */
export async function makeSolved(
  lab: ProveLab,
  taught: Taught,
  reference: Solution,
): Promise<Text | undefined> {
  if (lab.state === 'solved') return undefined
  await lab.makeUntouched()
  try {
    await lab.run(
      stepsUpTo(taught.lesson, reference).flatMap(stage => stage.steps),
      taught.helper,
    )
  } catch (thrown) {
    if (thrown instanceof StepFailed) return thrown.reason
    throw thrown
  }
  await lab.settle()
  const wrong = notHolding(claimsOf(taught.lesson), await lab.check(taught))
  if (!wrong) lab.state = 'solved'
  return wrong
}

/**
 * On a solved lab: does the fault, judges what the check says of it, takes it away again, and makes sure that all
 * claims hold as before. A lab on which they do not is not counted as solved any more.
 */
export async function proveFault(lab: ProveLab, taught: Taught, fault: Fault): Promise<FaultFinding> {
  const clock = startClock()
  const claims = claimsOf(taught.lesson)
  let seen: FaultSeen | undefined
  const isHarmlessHere = fault.onlyOn !== undefined && fault.onlyOn.datapath !== (await lab.datapath())
  const sentences: Text[] = []
  try {
    await lab.run(fault.do, taught.helper)
    await lab.settle()
    const judgements = await lab.check(taught)
    if (isHarmlessHere) {
      const broken = notHolding(claims, judgements)
      if (broken)
        sentences.push(
          text(
            `says it breaks nothing here, but ${broken.en}`,
            `寫著在這裡不會弄壞任何東西，但${broken['zh-TW']}`,
          ),
        )
    } else {
      seen = judgeFault(claims, fault, judgements)
      sentences.push(...seen.complaints)
    }
    await lab.run(fault.repair, taught.helper)
    await lab.settle()
    const left = notHolding(claims, await lab.check(taught))
    if (left)
      sentences.push(
        text(`cannot be undone: after its repair ${left.en}`, `無法復原：修復之後，${left['zh-TW']}`),
      )
    else lab.state = 'solved'
  } catch (thrown) {
    if (!(thrown instanceof StepFailed)) throw thrown
    sentences.push(
      seen
        ? text(`cannot be undone: ${thrown.reason.en}`, `無法復原：${thrown.reason['zh-TW']}`)
        : text(`cannot be done: ${thrown.reason.en}`, `無法施加：${thrown.reason['zh-TW']}`),
    )
  }
  return {
    ...faultFinding(fault, sentences.length > 0 ? 'fails' : 'holds', sentences),
    ...(seen && { seen }),
    ...(isHarmlessHere && { isHarmlessHere }),
    durationMs: clock(),
  }
}

/** A finding about a fault that was not, or could not be, judged. */
export const faultFinding = (
  fault: Fault,
  verdict: FaultFinding['verdict'],
  sentences: Text[],
): FaultFinding => ({
  phase: 'faults',
  id: fault.id,
  title: fault.mistake,
  fault,
  verdict,
  sentences,
  durationMs: 0,
})
