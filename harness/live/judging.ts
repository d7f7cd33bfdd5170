import type { Judgement } from '../core/verdict.ts'
import { couldNotLook, judgeClaim } from '../judge/judge-claim.ts'
import { blockedAfter, withHint } from '../judge/judge-lesson.ts'
import { asProvable, type Proofs } from '../judge/proof.ts'
import type { ClaimSpec, Lesson } from '../lesson/lesson.ts'
import { ClaimState } from './claim-state.ts'
import type { Change } from './live.ts'
import type { LiveLooker } from './live-looker.ts'
import { Restarts } from './restarts.ts'
import { Settling, WORKS_MS } from './settling.ts'
import type { Touch } from './touch.ts'
import { tracking } from './tracking.ts'

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
  /** Those of them that a change lets go. */
  readonly #mayEnd = new Set<ClaimState>()
  #hasBegun = false
  readonly #settling: Settling
  readonly #restarts = new Restarts()
  /** Claims that are unknown for a while, and judged again after it. */
  readonly #later = new Set<ClaimState>()
  #laterTimer: NodeJS.Timeout | undefined

  constructor(options: JudgingOptions) {
    const { lesson, proofs } = options
    const claims = lesson.stages.flatMap(stage => stage.claims)
    this.#options = options
    this.#settling = new Settling({
      factor: () => options.looker.patienceFactor,
      isProbing: () => [...this.states.values()].some(one => one.isRunning && one.probes),
      lookAgain: keys => this.#lookAgain(keys),
      hasLost: () => this.#lost.length > 0,
      sendAgain: () => {
        const lost = this.#lost
        this.#lookAgain(new Set(lost.flatMap(({ looks }) => looks)), lost)
        options.onBusy()
      },
    })
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

  /** Of these, those that are told as they were before something changed. */
  get stale(): Set<string> {
    return new Set([...this.busy].filter(id => this.states.get(id)!.isStale))
  }

  get isSettled(): boolean {
    return this.#hasBegun && this.busy.size === 0 && !this.#settling.isDue && this.#later.size === 0
  }

  /** For so long after a change OVN may still come to what it is for. */
  get worksMs(): number {
    return WORKS_MS * this.#options.looker.patienceFactor
  }

  begin(): void {
    this.#hasBegun = true
    this.#kick()
  }

  /** Something changed. */
  touch(touch: Touch, changes: Change[]): void {
    const gone = this.#options.looker.touch(touch).filter(({ look }) => look !== 'database')
    for (const state of this.states.values()) if (state.touch(touch, changes)) this.#letGo(state)
    this.#settling.changed(gone.map(request => JSON.stringify(request)))
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
    this.#restarts.daemon(node, daemon, state, this.#options.looker.patienceFactor)
  }

  /** A node that was lost is there again. */
  returned(node: string): void {
    this.#restarts.returned(node, this.#options.looker.patienceFactor)
  }

  close(): void {
    this.#closing.abort()
    this.#settling.close()
    for (const timer of this.#held.values()) clearTimeout(timer)
    clearTimeout(this.#laterTimer)
  }

  /** Claims whose packets were lost. */
  get #lost(): ClaimState[] {
    return [...this.states.values()].filter(one => one.probes && one.judgement?.verdict === 'fails')
  }

  /** Looks at these once more, for whoever asked for them. */
  #lookAgain(keys: ReadonlySet<string>, those: Iterable<ClaimState> = this.states.values()): void {
    this.#options.looker.forget([...keys].map(key => JSON.parse(key)))
    for (const state of those) if (state.asks(keys)) state.isDirty = true
    this.#kick()
  }

  #kick(): void {
    if (!this.#hasBegun || this.#closing.signal.aborted) return
    for (const state of this.states.values()) {
      if (!state.isDirty || state.isRunning || this.#held.has(state.spec.id) || !this.#isReady(state.spec))
        continue
      if (state.restMs > 0) this.#holdFor(state, state.restMs)
      else void this.#judge(state)
    }
    this.#options.onBusy()
  }

  /** Those it comes after are judged; one of them that does not hold is enough. */
  #isReady({ after }: ClaimSpec): boolean {
    const before = after.map(id => this.states.get(id)!)
    if (before.some(({ judgement }) => judgement === undefined)) return false
    const known = before.filter(({ isDirty, isRunning }) => !isDirty && !isRunning)
    return known.length === before.length || known.some(({ judgement }) => judgement?.verdict !== 'holds')
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
        certain => this.#tellEarly(state, certain),
      ))
    state.end()
    if (this.#closing.signal.aborted) return
    if (state.isOvertaken(judgement)) return this.#kick()
    const factor = looker.patienceFactor
    const heldMs = state.heldMs(judgement, factor, this.#settling.leftMs)
    if (heldMs > 0) return this.#hold(state, heldMs)
    const told = withHint(spec, lesson.causes, this.#unlessRestarting(state, judgement), hints)
    const before = state.judgement
    state.judgement = told
    state.isStale &&= state.isDirty
    if (
      !before ||
      before.verdict !== told.verdict ||
      (told.verdict === 'unknown' && before.saw?.en !== told.saw?.en)
    )
      this.#wakeThoseAfter(state)
    onJudged(state)
    this.#settling.lookLate()
    this.#kick()
  }

  /** What held and certainly fails now is told before it is known why; what a restart may excuse is not. */
  #tellEarly(state: ClaimState, certain: Judgement): void {
    if (this.#closing.signal.aborted || state.judgement?.verdict !== 'holds' || this.#restarts.now()) return
    state.judgement = certain
    state.isStale &&= state.hasChanged
    this.#wakeThoseAfter(state)
    this.#options.onJudged(state)
    this.#kick()
  }

  /** It is judged once more when its time is over, or before, when something changes. */
  #hold(state: ClaimState, ms: number): void {
    state.isDirty = true
    this.#holdFor(state, ms)
    this.#mayEnd.add(state)
    this.#kick()
  }

  /** What OVN was about to do may be done: a claim that was held for it is judged at once. */
  #letGo(state: ClaimState): void {
    if (!this.#mayEnd.delete(state)) return
    clearTimeout(this.#held.get(state.spec.id))
    this.#held.delete(state.spec.id)
  }

  #holdFor(state: ClaimState, ms: number): void {
    const { id } = state.spec
    this.#held.set(
      id,
      setTimeout(() => {
        this.#held.delete(id)
        this.#mayEnd.delete(state)
        this.#kick()
      }, ms),
    )
  }

  #wakeThoseAfter({ spec: { id }, causes }: ClaimState): void {
    for (const other of this.states.values())
      if (other.spec.after.includes(id)) {
        other.isDirty = true
        other.isStale = other.judgement !== undefined
        for (const cause of causes) other.causes.add(cause)
      }
  }

  /** What fails only since a daemon ended or a node was lost is not known, as long as that may be starting again. */
  #unlessRestarting(state: ClaimState, judgement: Judgement): Judgement {
    const before = state.judgement?.verdict
    if (judgement.verdict !== 'fails' || before === undefined || before === 'fails') return judgement
    const now = this.#restarts.now()
    if (!now) return judgement
    this.#later.add(state)
    clearTimeout(this.#laterTimer)
    this.#laterTimer = setTimeout(() => {
      const states = [...this.#later]
      this.#later.clear()
      // Of a database that is followed there is nothing to look at anew: it is judged all the same.
      for (const state of states) state.isDirty = true
      this.#lookAgain(new Set(states.flatMap(({ looks }) => looks)), states)
    }, now.leftMs)
    return { ...couldNotLook(now.why), durationMs: judgement.durationMs }
  }
}
