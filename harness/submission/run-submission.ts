import type { PieceRan } from '../bundle/bundle.ts'
import { deadlineOf } from '../core/deadline.ts'
import { CannotLook } from '../core/errors.ts'
import { pacedTimer } from '../core/pace.ts'
import { text } from '../core/text.ts'
import type { Lesson } from '../lesson/lesson.ts'
import { settle } from '../solve/settle.ts'
import type { Machine } from '../ssh/machine.ts'
import type { Submission } from './load-submission.ts'
import { type Limits, USUAL_LIMITS } from './node-scripts.ts'
import { beginOn, runPiece } from './run-piece.ts'

export interface RunOptions {
  /** By node: connected before anything is run, so that nothing of it has a part in how we got there. */
  machines: ReadonlyMap<string, Promise<Machine>>
  limits?: Limits
  onPiece?: (piece: PieceRan) => void
  signal: AbortSignal
}

/**
 * Runs what was handed in on fresh machines, and waits until OVN has done what it was told. Resolves with how each piece
 * ended. CannotLook where the machines are not fresh, or are lost meanwhile.
 */
export async function runSubmission(
  { pieces }: Submission,
  lesson: Lesson,
  { machines, limits = USUAL_LIMITS, onPiece, signal }: RunOptions,
): Promise<PieceRan[]> {
  await Promise.all([...machines.values()].map(async machine => beginOn(await machine, limits)))
  const ran: PieceRan[] = []
  using total = deadlineOf(signal, limits.totalMs, pacedTimer)
  for (const [index, piece] of pieces.entries()) {
    signal.throwIfAborted()
    if (total.signal.aborted) throw tookTooLong(limits.totalMs)
    const machine = await machines.get(piece.node)
    if (!machine) throw new TypeError(`there is no node ${piece.node}`)
    const ended = await runPiece(machine, lesson.id, piece, index + 1, limits)
    ran.push(ended)
    onPiece?.(ended)
    if (piece.stopsAtError && ended.exit !== 0) break
  }
  // Where it does not answer any more, that is for the checks to tell.
  await settle(machines, lesson.topology.central).catch(thrown => {
    if (!(thrown instanceof CannotLook)) throw thrown
  })
  return ran
}

const tookTooLong = (totalMs: number) => {
  const minutes = totalMs / 60_000
  return new CannotLook(
    text(
      `the commands that were handed in were not over after ${minutes} minutes`,
      `繳交的指令執行了 ${minutes} 分鐘還沒結束`,
    ),
  )
}
