import type { Judgement } from '../core/verdict.ts'
import type { Provable } from '../judge/proof.ts'
import type { ClaimSpec } from '../lesson/lesson.ts'
import type { Change } from './live.ts'
import { isProbe, isTouched, type Touch } from './touch.ts'
import type { AskedFor } from './tracking.ts'

/** How long a claim about what OVN does by itself may come to `fails` before that is told, after a change. */
const ON_ITS_WAY_MS = 500

/** So many changes that one verdict follows from are told. */
const CAUSES_MAX = 50
/** What changes all the time, such as two machines that take a row from each other, is judged so often and no more. */
const OFTEN = 6
const OFTEN_MS = 2_000

/** What is known of one claim while its lesson is watched. */
export class ClaimState {
  readonly spec: ClaimSpec
  readonly provable: Provable
  /** Absent until it was judged. */
  judgement: Judgement | undefined
  /** It was not judged since something changed that it depends on. */
  isDirty = true
  isRunning = false
  /** What is told of it is from before a change that it may depend on. */
  isStale = false
  #begunAtMs: number[] = []
  /** How often in a row it was judged while something changed under it. */
  #overtaken = 0
  /** What it asked for, the last time it was judged. */
  #asked: AskedFor = new Map()
  /** What changed while it is judged: which of its requests that may concern. */
  #meanwhile: { touch: Touch; changes: Change[]; keys: string[] }[] = []
  /** What changed since it was last told. */
  causes = new Set<Change>()
  /** What it was judged after and came to nothing, yet: OVN may still be at work on it. */
  earlier: Change[] = []
  /** What made it unknown, while it is. */
  excused: Change[] = []
  /** Since when it would fail, which is not told yet. */
  #failsSinceMs: number | undefined

  constructor(spec: ClaimSpec, provable: Provable) {
    this.spec = spec
    this.provable = provable
  }

  /** Begins to judge it; returns where its requests are to be noted. */
  begin(): AskedFor {
    this.isDirty = false
    this.isRunning = true
    this.#begunAtMs = [...this.#begunAtMs, performance.now()].slice(-OFTEN)
    this.#asked = new Map()
    return this.#asked
  }

  /** It was judged, or blocked by another. What changed meanwhile counts where it is about something that was read. */
  end(): void {
    this.isRunning = false
    for (const { touch, changes, keys } of this.#meanwhile)
      if (keys.some(key => isTouched(this.#asked.get(key)!, touch))) this.#take(touch, changes)
    this.#meanwhile = []
  }

  /** Something changed that it depends on, or may depend on, since it was begun to be judged. */
  get hasChanged(): boolean {
    return this.isDirty || this.#meanwhile.length > 0
  }

  /** How many ms to wait until it may be judged again; 0 unless it was judged very often. */
  get restMs(): number {
    const [first] = this.#begunAtMs
    return first === undefined || this.#begunAtMs.length < OFTEN
      ? 0
      : Math.max(0, first + OFTEN_MS - performance.now())
  }

  /** Takes in what changed; whether it has to be judged again, or may have to once it is judged. */
  touch(touch: Touch, changes: Change[]): boolean {
    // What it will read of what it has asked for is known only when it is judged.
    const keys = [...this.#asked].flatMap(([key, one]) =>
      isTouched(this.isRunning ? { request: one.request } : one, touch) ? [key] : [],
    )
    if (keys.length === 0) return false
    this.isStale = this.judgement !== undefined
    if (this.isRunning) this.#meanwhile.push({ touch, changes, keys })
    else this.#take(touch, changes)
    return true
  }

  #take(touch: Touch, changes: Change[]): void {
    this.isDirty = true
    for (const change of changes) if (this.#hasRead(touch, change)) this.causes.add(change)
    // Of very many, the last are those it still took.
    if (this.causes.size > 2 * CAUSES_MAX) this.causes = new Set([...this.causes].slice(-CAUSES_MAX))
  }

  /** Of what one transaction changed, it follows from rows that it has read, and not from those beside them. */
  #hasRead(touch: Touch, { table }: Change): boolean {
    if (table === undefined) return true
    const only = new Set([table])
    const ports = touch.portTables && new Set([...touch.portTables].filter(one => one === table))
    const own = { ...touch, tables: only, ...(ports && { portTables: ports }) }
    return [...this.#asked.values()].some(one => isTouched(one, own))
  }

  /** It asked for one of these. */
  asks(keys: ReadonlySet<string>): boolean {
    return [...this.#asked.keys()].some(key => keys.has(key))
  }

  /** What it asked for of nodes: by their keys. */
  get looks(): string[] {
    return [...this.#asked].flatMap(([key, { request }]) => (request.look === 'database' ? [] : [key]))
  }

  get probes(): boolean {
    return [...this.#asked.values()].some(({ request }) => isProbe(request))
  }

  /** Whether a failure is not worth telling, as something changed while it was looked at: not for ever, though. */
  isOvertaken({ verdict }: Judgement): boolean {
    if (verdict !== 'fails' || !this.isDirty || this.probes || this.#overtaken >= 3) {
      this.#overtaken = 0
      return false
    }
    this.#overtaken++
    return true
  }

  /**
   * How many ms are left before `fails` is told, where it says so only since something changed that OVN is about to act on; 0
   * where it is told at once. `unsettledMs`: for so long OVN may still be at work.
   */
  heldMs(judgement: Judgement, factor: number, unsettledMs: number): number {
    const before = this.judgement?.verdict
    const isNew =
      judgement.verdict === 'fails' && before !== undefined && before !== 'fails' && before !== 'unknown'
    if (!isNew) {
      this.#failsSinceMs = undefined
      return 0
    }
    const now = performance.now()
    this.#failsSinceMs ??= now
    // Packets that were never seen to arrive are sent again when OVN has had its time.
    if (this.probes && before !== 'holds') return Math.max(0, unsettledMs)
    if (this.provable.patienceMs === 0) return 0
    return Math.max(0, this.#failsSinceMs + ON_ITS_WAY_MS * factor - now)
  }
}
