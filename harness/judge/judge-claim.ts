import { deadlineOf } from '../core/deadline.ts'
import { CannotLook, Contradiction, Unmet } from '../core/errors.ts'
import { patient } from '../core/patience.ts'
import { text } from '../core/text.ts'
import type { Judgement } from '../core/verdict.ts'
import type { Looker } from '../look/evidence.ts'
import { Lab } from '../look/lab.ts'
import { oneView } from '../look/one-view.ts'
import { inOwnNames } from '../look/own-names.ts'
import type { Topology } from '../topology/topology.ts'
import type { Provable } from './proof.ts'

type Outcome = Omit<Judgement, 'durationMs'>

/**
 * Judges one claim, again after each change of the lab while it does not hold and its patience lasts.
 * Each time the proof sees everything once, however often it asks. What contradicts itself may have changed while it was looked at:
 * it is judged once more. Never rejects: whatever the proof throws becomes a verdict by its class.
 * `onCertain` is told of what fails for certain while it is still looked for why.
 */
export async function judgeClaim(
  { proof, patienceMs }: Provable,
  looker: Looker,
  signal: AbortSignal,
  meant: Partial<Topology> = {},
  onCertain?: (judgement: Judgement) => void,
): Promise<Judgement> {
  const startedAt = performance.now()
  const elapsedMs = () => Math.round(performance.now() - startedAt)
  let contradictions = 0
  for (;;) {
    const { epoch } = looker
    const tell = (unmet: Unmet) => onCertain?.({ ...unmetOutcome(unmet), durationMs: elapsedMs() })
    const view = new Lab(oneView(looker), meant, tell)
    const outcome = await outcomeOf(() =>
      inTime(proof(view), looker).catch(thrown => {
        if (thrown instanceof Contradiction) contradictions += 1
        throw thrown
      }),
    )
    if (outcome.verdict === 'unknown' && contradictions === 1 && !signal.aborted) {
      contradictions += 1
      continue
    }
    // Only now is it known how slow the machines are that were looked at.
    const leftMs = patient(patienceMs, looker) - elapsedMs()
    const ended = async () => ({ ...(await inOwnNames(view, outcome)), durationMs: elapsedMs() })
    if (outcome.verdict === 'holds') return { ...outcome, durationMs: elapsedMs() }
    if (outcome.verdict !== 'fails' || leftMs <= 0 || signal.aborted) return ended()
    using patience = deadlineOf(signal, leftMs)
    if (!(await looker.changed(epoch, patience.signal).then(() => true, isTimeout))) return ended()
  }
}

/** A network that floods makes every look late: whoever waits is told so before they give up. */
const LIMIT_MS = 90_000

/** What it comes to, or CannotLook where that takes too long; what is still being looked at then is nobody's any more. */
async function inTime<Result>(looking: Promise<Result>, looker: Looker): Promise<Result> {
  const startedAt = performance.now()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    const wait = (ms: number) => {
      timer = setTimeout(() => {
        const leftMs = patient(LIMIT_MS, looker) - performance.now() + startedAt
        if (leftMs > 1) wait(leftMs)
        else reject(tooLong(performance.now() - startedAt))
      }, ms)
    }
    wait(LIMIT_MS)
  })
  try {
    return await Promise.race([looking, late])
  } finally {
    clearTimeout(timer)
    looking.catch(() => undefined)
  }
}

const tooLong = (ms: number) =>
  new CannotLook(
    text(
      `looking at it took longer than ${Math.round(ms / 1000)} s: the machines or the network between them are overloaded`,
      `查看花了超過 ${Math.round(ms / 1000)} 秒：機器或機器之間的網路負載過重`,
    ),
  )

/** Patience that is over is no error: the last outcome stands. */
const isTimeout = () => false

async function outcomeOf(proof: () => Promise<unknown>): Promise<Outcome> {
  try {
    await proof()
    return { verdict: 'holds' }
  } catch (thrown) {
    if (thrown instanceof Unmet) return unmetOutcome(thrown)
    if (thrown instanceof CannotLook) return couldNotLook(thrown)
    return defect(thrown)
  }
}

const unmetOutcome = ({ expected, saw, where, tryThis, cause, hops, isBegun }: Unmet): Outcome => ({
  verdict: 'fails',
  ...{ expected, saw, where, try: tryThis },
  ...(cause !== undefined && { cause }),
  ...(hops !== undefined && { hops }),
  ...(isBegun && { isBegun }),
})

/** The verdict for what could not be looked at. */
export function couldNotLook(why: CannotLook): Outcome {
  return {
    verdict: 'unknown',
    saw: why.reason,
    ...(why.where !== undefined && { where: why.where }),
    ...(why.help !== undefined && { try: why.help }),
  }
}

/** A defect of the checker says nothing about the learner: unknown, and marked as ours. */
function defect(thrown: unknown): Outcome {
  const stack = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
  return {
    verdict: 'unknown',
    saw: text('a bug in the checker itself', '檢查程式本身的 bug'),
    bug: stack,
  }
}
