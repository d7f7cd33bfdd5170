/** As in proof.ts: what OVN does after a command is done by then, and what depends on it is looked at once more. */
const SETTLE_MS = 2_000
/** And packets that were lost then are sent once more after this time. */
const LATE_MS = 5_000
export const WORKS_MS = SETTLE_MS + LATE_MS
const RECHECK_MS = 50

export interface SettlingOptions {
  /** How many times as long as usual everything takes. */
  factor(): number
  /** Packets are on their way, or it is being asked what became of them. */
  isProbing(): boolean
  /** Looks at these requests once more, whoever asked for them. */
  lookAgain(keys: ReadonlySet<string>): void
  /** Claims whose packets were lost. */
  hasLost(): boolean
  /** Sends the packets of those once more. */
  sendAgain(): void
}

/** When is looked again, after something changed, without anything that says so: OVN has had its time, or heals by itself. */
export class Settling {
  readonly #options: SettlingOptions
  /** What was let go since all was last settled. */
  #unsettled = new Set<string>()
  #timer: NodeJS.Timeout | undefined
  #firstMs: number | undefined
  #atMs = 0
  #lateIsDue = false

  constructor(options: SettlingOptions) {
    this.#options = options
  }

  /** It will be looked again. */
  get isDue(): boolean {
    return this.#timer !== undefined
  }

  /** For how many ms OVN may still be at work. */
  get leftMs(): number {
    return this.#atMs - performance.now()
  }

  /** Something changed, and these answers, by the keys of their requests, were let go for it. */
  changed(keys: Iterable<string>): void {
    for (const key of keys) this.#unsettled.add(key)
    const ms = SETTLE_MS * this.#options.factor()
    const now = performance.now()
    this.#atMs = now + ms
    // Where changes do not end it is looked now and then all the same.
    this.#firstMs ??= now
    if (this.#timer && now > this.#firstMs + 2 * ms) return
    this.#settleIn(ms, now + ms + LATE_MS)
  }

  /** What OVN does late, or what heals by itself (flows, neighbours that are learnt), nothing announces. */
  lookLate(): void {
    const { hasLost, sendAgain, factor } = this.#options
    if (!this.#lateIsDue || this.#timer || !hasLost()) return
    this.#lateIsDue = false
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      sendAgain()
    }, LATE_MS * factor())
  }

  close(): void {
    clearTimeout(this.#timer)
  }

  /** `latestMs`: packets that are on their way are waited for until then; others beside them would only make both slower. */
  #settleIn(ms: number, latestMs: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      if (this.#options.isProbing() && performance.now() < latestMs)
        return this.#settleIn(RECHECK_MS, latestMs)
      this.#timer = undefined
      this.#firstMs = undefined
      const keys = this.#unsettled
      this.#unsettled = new Set()
      this.#options.lookAgain(keys)
      this.#lateIsDue = true
      this.lookLate()
    }, ms)
  }
}
