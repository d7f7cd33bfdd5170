import { CannotLook } from '../core/errors.ts'
import { text } from '../core/text.ts'

/** What ended may be started again at once: for so long nothing is held against the learner. */
const RESTART_MS = 6_000
/** A daemon that runs again has still to find its databases, and to act on them. */
const SETTLE_MS = 4_000

/** Daemons that ended a moment ago and nodes that were lost, as long as they may be starting again. */
export class Restarts {
  readonly #all = new Map<string, { why: CannotLook; untilMs: number }>()

  /** A daemon `ended`, or `runs`. */
  daemon(node: string, daemon: string, state: string, factor: number): void {
    const key = `${node} ${daemon}`
    const known = this.#all.get(key)
    if (state !== 'ended' && !known) return
    const why = text(
      `${daemon} on ${node} ended a moment ago, and may be starting again`,
      `${node} 上的 ${daemon} 剛剛結束，可能正在重新啟動`,
    )
    this.#until(key, node, why, (state === 'ended' ? RESTART_MS : SETTLE_MS) * factor)
  }

  /** A node that was lost is there again. */
  returned(node: string, factor: number): void {
    const why = text(
      `${node} was lost and came back a moment ago: it may still be starting`,
      `${node} 的連線曾經中斷，剛剛才恢復，可能還在啟動`,
    )
    this.#until(node, node, why, RESTART_MS * factor)
  }

  /** Why something may fail that is about to hold again, and for how long that may be so; undefined where nothing restarts. */
  now(): { why: CannotLook; leftMs: number } | undefined {
    const now = performance.now()
    for (const [key, { untilMs }] of this.#all) if (untilMs <= now) this.#all.delete(key)
    const [last] = [...this.#all.values()].sort((one, other) => other.untilMs - one.untilMs)
    return last && { why: last.why, leftMs: last.untilMs - now }
  }

  #until(key: string, node: string, why: CannotLook['reason'], ms: number): void {
    const untilMs = Math.max(performance.now() + ms, this.#all.get(key)?.untilMs ?? 0)
    this.#all.set(key, { why: new CannotLook(why, { where: node }), untilMs })
  }
}
