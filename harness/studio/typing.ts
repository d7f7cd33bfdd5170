/** A guest who was let in types no longer than this without a key: then the student is asked again. */
const IDLE_MS = 120_000

/** Somebody who looks on. */
export interface Guest {
  name: string
}

/** Who may type into which shell: the student always; a guest where, and as long as, the student said yes. */
export class Typing<G extends Guest> {
  readonly #asks = new Map<number, { guest: G; shell: number }>()
  readonly #allowed = new Map<number, { guest: G; timer: NodeJS.Timeout }>()
  readonly #onChange: () => void
  #lastAsk = 0

  constructor(onChange: () => void) {
    this.#onChange = onChange
  }

  /** A guest wants to type; returns the number of the question. One question a guest is open at a time. */
  ask(guest: G, shell: number): number {
    this.#forget(guest)
    this.#asks.set(++this.#lastAsk, { guest, shell })
    return this.#lastAsk
  }

  get asks(): { ask: number; name: string; shell: number }[] {
    return [...this.#asks].map(([ask, { guest, shell }]) => ({ ask, name: guest.name, shell }))
  }

  /** The student answers; returns who had asked, or undefined where nobody waits for this answer any more. */
  answer(ask: number, yes: boolean): { guest: G; shell: number } | undefined {
    const asked = this.#asks.get(ask)
    this.#asks.delete(ask)
    if (asked && yes) this.#allow(asked.shell, asked.guest)
    return asked
  }

  mayType(guest: G, shell: number): boolean {
    const isAllowed = this.#allowed.get(shell)?.guest === guest
    if (isAllowed) this.#allow(shell, guest, false)
    return isAllowed
  }

  whoTypes(shell: number): string | undefined {
    return this.#allowed.get(shell)?.guest.name
  }

  /** Ends it in one shell. */
  stop(shell: number): void {
    clearTimeout(this.#allowed.get(shell)?.timer)
    if (this.#allowed.delete(shell)) this.#onChange()
  }

  /** A guest is gone; returns the questions that nobody need answer any more. */
  leave(guest: G): number[] {
    for (const [shell, allowed] of this.#allowed) if (allowed.guest === guest) this.stop(shell)
    return this.#forget(guest)
  }

  close(): void {
    for (const { timer } of this.#allowed.values()) clearTimeout(timer)
  }

  #allow(shell: number, guest: G, isNew = true): void {
    clearTimeout(this.#allowed.get(shell)?.timer)
    const timer = setTimeout(() => this.stop(shell), IDLE_MS)
    timer.unref()
    this.#allowed.set(shell, { guest, timer })
    if (isNew) this.#onChange()
  }

  #forget(guest: G): number[] {
    const open = [...this.#asks].filter(([, asked]) => asked.guest === guest).map(([ask]) => ask)
    for (const ask of open) this.#asks.delete(ask)
    return open
  }
}
