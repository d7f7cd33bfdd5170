/** Who has which place in each row of a map, by the row’s name; a place that is kept free is null. */
export type Rows = Readonly<Record<string, readonly (string | null)[]>>

/** Gives the things of a row their places, and remembers them. */
export class Places {
  readonly #before: Rows
  readonly #rows = new Map<string, (string | null)[]>()

  /** `before`: the places they had a moment ago, which they keep. */
  constructor(before: Rows = {}) {
    this.#before = before
  }

  /**
   * The place of each thing of a row, from 0: first what had one a moment ago, there; then what has a place reserved, in that
   * order and whether it is there or not; then the rest, in the order given, where there is room. So nothing that comes or goes
   * moves another.
   */
  of(row: string, things: readonly string[], reserved: readonly string[]): string[] {
    const known = new Set([...reserved, ...things])
    const places = (this.#before[row] ?? []).map(thing => (thing !== null && known.has(thing) ? thing : null))
    for (const thing of known) {
      if (places.includes(thing)) continue
      const free = places.indexOf(null)
      places[free < 0 ? places.length : free] = thing
    }
    this.#rows.set(row, places)
    return places.map(thing => thing ?? '')
  }

  get rows(): Rows {
    return Object.fromEntries(this.#rows)
  }
}
