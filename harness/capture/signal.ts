/** Wakes those who wait for a condition whenever something it may depend on has changed. */
export class Signal {
  readonly #waiting = new Set<() => void>()

  /** Something has changed: every waiter looks again. */
  wake(): void {
    for (const look of [...this.#waiting]) look()
  }

  /** Resolves with true as soon as the condition holds, with false when the time is over. */
  until(isSo: () => boolean, deadlineMs: number): Promise<boolean> {
    if (isSo()) return Promise.resolve(true)
    return new Promise(resolve => {
      const end = (held: boolean) => {
        clearTimeout(timer)
        this.#waiting.delete(look)
        resolve(held)
      }
      const look = () => {
        if (isSo()) end(true)
      }
      const timer = setTimeout(() => end(false), deadlineMs)
      this.#waiting.add(look)
    })
  }
}
