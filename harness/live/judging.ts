import { CannotLook } from '../core/errors.ts'
import { text } from '../core/text.ts'
import type { Judgement } from '../core/verdict.ts'
import { couldNotLook, judgeClaim } from '../judge/judge-claim.ts'
import { blockedAfter, withHint } from '../judge/judge-lesson.ts'
import { asProvable, type Proofs } from '../judge/proof.ts'
import type { ClaimSpec, Lesson } from '../lesson/lesson.ts'
import { ClaimState } from './claim-state.ts'
import type { Change } from './live.ts'
import type { LiveLooker } from './live-looker.ts'
import type { Touch } from './touch.ts'
import { tracking } from './tracking.ts'

/** As in proof.ts: what OVN does after a command is done by then, and what depends on it is looked at once more. */
const SETTLE_MS = 2_000
/** A daemon that ended may be started again at once: for so long nothing is held against the learner. */
const RESTART_MS = 5_000

export interface JudgingOptions {
  lesson: Lesson
  proofs: Proofs
  looker: LiveLooker
  hints: number
  /** Claims that were judged, or that are no longer to be. */
  onJudged(state: ClaimState): void
  onBusy(): void
}

/** Judges the claims of a lesson, each again when what it asked for may be another one, and after those it comes after. */
export class Judging {
  readonly states: Map<string, ClaimState>
  readonly #options: JudgingOptions
  readonly #specs: ReadonlyMap<string, ClaimSpec>
  readonly #closing = new AbortController()
  readonly #held = new Map<string, NodeJS.Timeout>()
  #hasBegun = false
  /** What was let go since all was last settled, to be looked at once more when OVN has had its time. */
  #unsettled = new Set<string>()
  #settleTimer: NodeJS.Timeout | undefined
  #settledAtMs = 0
  /** Daemons that ended a moment ago, and until when they may be starting again. */
  readonly #restarting = new Map<string, { node: string; daemon: string; untilMs: number }>()

  constructor(options: JudgingOptions) {
    const { lesson, proofs } = options
    const claims = lesson.stages.flatMap(stage => stage.claims)
    this.#options = options
    this.#specs = new Map(claims.map(claim => [claim.id, claim]))
    this.states = new Map(
      claims.map(claim => [claim.id, new ClaimState(claim, asProvable(proofs[claim.id]!))]),
    )
  }

  /** Claims that are being judged, or wait to be. */
  get busy(): Set<string> {
    return new Set(
      [...this.states.values()].filter(one => one.isDirty || one.isRunning).map(({ spec }) => spec.id),
    )
  }

  get isSettled(): boolean {
    return this.#hasBegun && this.busy.size === 0 && !this.#settleTimer
  }

  begin(): void {
    this.#hasBegun = true
    this.#kick()
  }

  /** Something changed. */
  touch(touch: Touch, changes: Change[]): void {
    const { looker } = this.#options
    for (const request of looker.touch(touch))
      if (request.look !== 'database') this.#unsettled.add(JSON.stringify(request))
    for (const state of this.states.values()) state.touch(touch, changes)
    this.#settleLater()
    this.#kick()
  }

  /** Everything is looked at anew. */
  again(): void {
    this.#options.looker.forget()
    for (const state of this.states.values()) state.isDirty = true
    this.#kick()
  }

  /** A daemon ended, or runs. */
  daemon(node: string, daemon: string, state: string): void {
    const key = `${node} ${daemon}`
    const factor = this.#options.looker.patienceFactor
    if (state === 'ended')
      this.#restarting.set(key, { node, daemon, untilMs: performance.now() + RESTART_MS * factor })
    // It has still to find its databases and to act on them.
    else if (state === 'runs' && this.#restarting.has(key))
      this.#restarting.set(key, { node, daemon, untilMs: performance.now() + SETTLE_MS * factor })
  }

  close(): void {
    this.#closing.abort()
    clearTimeout(this.#settleTimer)
    for (const timer of this.#held.values()) clearTimeout(timer)
  }

  #settleLater(): void {
    const ms = SETTLE_MS * this.#options.looker.patienceFactor
    clearTimeout(this.#settleTimer)
    this.#settledAtMs = performance.now() + ms
    this.#settleTimer = setTimeout(() => {
      this.#settleTimer = undefined
      const keys = this.#unsettled
      this.#unsettled = new Set()
      this.#options.looker.forget([...keys].map(key => JSON.parse(key)))
      for (const state of this.states.values()) if (state.asks(keys)) state.isDirty = true
      this.#kick()
      this.#options.onBusy()
    }, ms)
  }

  #kick(): void {
    if (!this.#hasBegun || this.#closing.signal.aborted) return
    for (const state of this.states.values())
      if (state.isDirty && !state.isRunning && !this.#held.has(state.spec.id) && this.#isReady(state.spec))
        void this.#judge(state)
    this.#options.onBusy()
  }

  /** Those it comes after are judged. */
  #isReady({ after }: ClaimSpec): boolean {
    return after.every(id => {
      const { isDirty, isRunning, judgement } = this.states.get(id)!
      return judgement !== undefined && !isDirty && !isRunning
    })
  }

  async #judge(state: ClaimState): Promise<void> {
    const { lesson, looker, hints, onJudged } = this.#options
    const { spec, provable } = state
    const asked = state.begin()
    const first = spec.after.map(id => this.states.get(id)!.judgement!)
    const judgement =
      blockedAfter(spec, this.#specs, first) ??
      (await judgeClaim(
        { ...provable, patienceMs: 0 },
        tracking(looker, asked),
        this.#closing.signal,
        lesson.topology,
      ))
    state.end()
    if (this.#closing.signal.aborted) return
    if (state.isOvertaken(judgement)) return this.#kick()
    const factor = looker.patienceFactor
    const heldMs = state.heldMs(judgement, factor, this.#settledAtMs - performance.now())
    if (heldMs > 0) return this.#hold(state, heldMs)
    const told = withHint(spec, lesson.causes, this.#unlessRestarting(state, judgement), hints)
    const before = state.judgement
    state.judgement = told
    if (
      !before ||
      before.verdict !== told.verdict ||
      (told.verdict === 'unknown' && before.saw?.en !== told.saw?.en)
    )
      this.#wakeThoseAfter(state)
    onJudged(state)
    this.#kick()
  }

  /** It is judged once more when its time is over, or before, when something changes. */
  #hold(state: ClaimState, ms: number): void {
    state.isDirty = true
    const { id } = state.spec
    this.#held.set(
      id,
      setTimeout(() => {
        this.#held.delete(id)
        this.#kick()
      }, ms),
    )
    this.#kick()
  }

  #wakeThoseAfter({ spec: { id }, causes }: ClaimState): void {
    for (const other of this.states.values())
      if (other.spec.after.includes(id)) {
        other.isDirty = true
        for (const cause of causes) other.causes.add(cause)
      }
  }

  /** What fails only since a daemon ended is not known, as long as that may be starting again. */
  #unlessRestarting(state: ClaimState, judgement: Judgement): Judgement {
    const now = performance.now()
    for (const [key, { untilMs }] of this.#restarting) if (untilMs <= now) this.#restarting.delete(key)
    const [one] = this.#restarting.values()
    if (judgement.verdict !== 'fails' || !one || state.judgement?.verdict === 'fails' || !state.judgement)
      return judgement
    const { node, daemon, untilMs } = one
    setTimeout(() => {
      state.isDirty = true
      this.#kick()
    }, untilMs - now).unref()
    const why = new CannotLook(
      text(
        `${daemon} on ${node} ended a moment ago and may be starting again`,
        `${node} 上的 ${daemon} 剛剛結束，可能正在重新啟動`,
      ),
      { where: node },
    )
    return { ...couldNotLook(why), durationMs: judgement.durationMs }
  }
}
