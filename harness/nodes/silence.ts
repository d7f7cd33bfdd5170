/**
 * Experiments run side by side, but one that keeps silence runs alone: a network that remembers packets would remember those of
 * another experiment.
 */
export class Silence {
  #kept: Promise<unknown> = Promise.resolve()
  readonly #others = new Set<Promise<unknown>>()

  /** Makes an experiment when it may be made: `isSilent` after all that were asked for before, the others after the silent ones. */
  around<T>(isSilent: boolean, make: () => Promise<T>): Promise<T> {
    const before = isSilent ? Promise.all([this.#kept, ...this.#others]) : this.#kept
    const made = before.then(make)
    const over = made.then(
      () => undefined,
      () => undefined,
    )
    if (isSilent) this.#kept = over
    else {
      this.#others.add(over)
      void over.then(() => this.#others.delete(over))
    }
    return made
  }
}
