import { text } from '../core/text.ts'
import type { Judgement, Verdict } from '../core/verdict.ts'
import { withoutUnbegun, withReplaced } from '../judge/aside.ts'
import type { Lesson } from '../lesson/lesson.ts'
import type { Judging } from './judging.ts'
import type { Change, Flip, LiveEvent } from './live.ts'
import { isTyped, mostTellingFirst, toldOf } from './naming.ts'

/** What comes within this time of each other is told together. */
const TOGETHER_MS = 3
/** So many changes are told in a second; of the others, how many there were. */
const CHANGES_A_SECOND = 60
/** So many changes are remembered, so as to tell each once. */
const CHANGES_MAX = 500

/** Tells whoever listens what is new: changes, verdicts with what they follow from, and what is being judged. */
export class Telling {
  readonly #lesson: Lesson
  readonly #listeners = new Set<(event: LiveEvent) => void>()
  #judging: Judging | undefined
  #told: Map<string, Judgement> = new Map()
  #news = new Set<string>()
  #changes = new Set<Change>()
  #toldInSecond = 0
  #untold: Change[] = []
  #secondTimer: NodeJS.Timeout | undefined
  #flushTimer: NodeJS.Timeout | undefined
  #busyTold = '/'
  #whenSettled: (() => void)[] = []
  #isClosed = false

  constructor(lesson: Lesson) {
    this.#lesson = lesson
  }

  /** From now on it is this that is told of. */
  follow(judging: Judging): void {
    this.#judging = judging
  }

  /** Verdicts as they were last told. */
  get judgements(): ReadonlyMap<string, Judgement> {
    return this.#told
  }

  on(listener: (event: LiveEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** A claim was judged. */
  judged(id: string): void {
    this.#news.add(id)
    this.flushSoon()
  }

  settled(): Promise<void> {
    return new Promise(resolve => {
      if (this.#isClosed) return resolve()
      this.#whenSettled.push(resolve)
      this.flushSoon()
    })
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#flushTimer)
    clearTimeout(this.#secondTimer)
    for (const resolve of this.#whenSettled.splice(0)) resolve()
  }

  /** Changes of the lab; one that was told before is not told again. */
  changed(changes: Change[]): void {
    const isNew = (change: Change) => !this.#changes.has(change)
    const fresh = changes.filter(isNew)
    for (const change of fresh) this.#changes.add(change)
    if (this.#changes.size > CHANGES_MAX) this.#changes = new Set([...this.#changes].slice(-CHANGES_MAX / 2))
    const told = fresh.slice(0, Math.max(0, CHANGES_A_SECOND - this.#toldInSecond))
    this.#toldInSecond += told.length
    this.#untold.push(...fresh.slice(told.length))
    if (told.length > 0) this.tell({ kind: 'changed', changes: told })
    if (fresh.length > 0) this.#secondTimer ??= setTimeout(() => this.#nextSecond(), 1_000)
  }

  #nextSecond(): void {
    this.#secondTimer = undefined
    this.#toldInSecond = 0
    const last = this.#untold.at(-1)
    if (!last) return
    const count = this.#untold.length
    this.#untold = []
    const words = text(
      `${count} more changes, the last: ${last.words.en}`,
      `另有 ${count} 項變更，最後一項：${last.words['zh-TW']}`,
    )
    this.changed([{ ...last, words }])
  }

  /** What is new is told in a moment. */
  flushSoon(): void {
    if (this.#isClosed) return
    this.#flushTimer ??= setTimeout(() => {
      this.#flushTimer = undefined
      this.#flush()
    }, TOGETHER_MS)
  }

  #flush(): void {
    const judging = this.#judging
    if (!judging) return
    const raw = new Map(
      [...judging.states].flatMap(([id, { judgement }]) => (judgement ? [[id, judgement] as const] : [])),
    )
    const told = withoutUnbegun(this.#lesson.stages, withReplaced(this.#lesson.stages, raw))
    const before = this.#told
    this.#told = told
    const claims = new Map([...told].filter(([id, judgement]) => !isSame(before.get(id), judgement)))
    const flips: Flip[] = [...claims].flatMap(([claim, judgement]) => {
      const from = before.get(claim)?.verdict
      return from === judgement.verdict ? [] : [this.#flip(claim, from, judgement)]
    })
    const flipped = new Set(flips.map(({ claim }) => claim))
    const causes = new Set(causesOf(flips))
    for (const id of new Set([...this.#news, ...claims.keys()])) {
      const state = judging.states.get(id)!
      if (claims.has(id)) for (const cause of mostTellingFirst(state.causes, '')) causes.add(cause)
      if (state.isDirty || state.isRunning) continue
      // What is unknown for a while, as a daemon ended, may fail then for the same reason.
      state.excused =
        told.get(id)?.verdict === 'unknown' ? [...state.excused, ...state.causes].slice(-CHANGES_MAX) : []
      state.earlier = flipped.has(id) ? [] : this.#stillAtWork([...state.earlier, ...state.causes])
      state.causes = new Set()
    }
    this.#news = new Set()
    if (claims.size > 0)
      this.tell({
        kind: 'judged',
        claims,
        flips,
        causes: [...causes],
        atMs: Date.now(),
      })
    const { busy, stale } = judging
    const busyNow = [...busy, '/', ...stale].join(' ')
    if (busyNow !== this.#busyTold) {
      this.#busyTold = busyNow
      this.tell({ kind: 'judging', claims: busy, stale })
    }
    if (judging.isSettled) for (const resolve of this.#whenSettled.splice(0)) resolve()
  }

  #flip(claim: string, from: Verdict | undefined, { verdict: to, ...said }: Judgement): Flip {
    const { spec, causes, excused, earlier, probes } = this.#judging!.states.get(claim)!
    // What was asked of packets may follow from anything: from what came last.
    const about = probes ? '' : [spec.title, said.expected, said.saw].map(words => words?.en).join(' ')
    const names = about && `${about} ${said.where ?? ''}`
    const saw = probes ? '' : said.saw?.en
    const fresh = to === 'holds' ? [...causes] : [...excused, ...causes]
    // What OVN made of a command comes after it, and alone: the command is why.
    const slow = fresh.some(isTyped) ? [] : this.#stillAtWork(earlier).filter(isTyped)
    const [cause] = mostTellingFirst([...fresh, ...slow], names, saw)
    return { claim, ...(from && { from }), to, ...(cause && { cause: toldOf(cause) }) }
  }

  /** Those that OVN may still be at work on. */
  #stillAtWork(changes: Change[]): Change[] {
    const sinceMs = Date.now() - this.#judging!.worksMs
    return changes.filter(({ atMs }) => atMs >= sinceMs).slice(-CHANGES_MAX)
  }

  /** Tells all who listen. */
  tell(event: LiveEvent): void {
    for (const listener of this.#listeners) listener(event)
  }
}

/** What flips follow from: of what fails first, for what waits and what holds beside it often follows from that. */
const causesOf = (flips: Flip[]): Change[] =>
  (['fails', 'unknown', 'holds', 'waits'] as const).flatMap(verdict =>
    flips.flatMap(({ to, cause }) => (to === verdict && cause ? [cause] : [])),
  )

/** Says the same to a reader. */
const isSame = (one: Judgement | undefined, { durationMs: _, ...other }: Judgement): boolean => {
  if (!one) return false
  const { durationMs: __, ...before } = one
  return JSON.stringify(before) === JSON.stringify(other)
}
