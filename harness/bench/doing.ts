/** So often is said how far a long measurement is where nothing can be redrawn. */
const LINE_MS = 10_000

/** Where it is said what is being measured: not where the figures are printed. */
export interface DoingPlace {
  write(words: string): void
  /** A terminal that can redraw a line. */
  isTerminal: boolean
  nowMs(): number
}

export interface Doing {
  /** `what` is being done, `done` of `all` times. */
  say(what: string, done?: number, all?: number): void
  /** Takes away what is drawn: something else is printed now. */
  clear(): void
}

/** Says what is being measured, as that may take minutes: on a terminal in one line that is redrawn, elsewhere in lines of their own. */
export function doing({ write, isTerminal, nowMs }: DoingPlace): Doing {
  let said = ''
  let saidAtMs = 0
  let isDrawn = false
  const clear = () => {
    // ECMA-48: EL, to the end of the line.
    if (isDrawn) write('\r\u001b[K')
    isDrawn = false
  }
  return {
    clear,
    say(what, done, all) {
      const words = all === undefined ? what : `${what}: ${done} of ${all}`
      if (isTerminal) {
        clear()
        write(words)
        isDrawn = true
        return
      }
      if (what === said && nowMs() - saidAtMs < LINE_MS) return
      said = what
      saidAtMs = nowMs()
      write(`${words}\n`)
    },
  }
}

/** Beside the figures, so that they can be piped on without it. */
export const doingOnStderr = (): Doing =>
  doing({
    write: words => process.stderr.write(words),
    isTerminal: process.stderr.isTTY === true,
    nowMs: () => performance.now(),
  })
