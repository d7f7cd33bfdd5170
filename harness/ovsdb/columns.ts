/** What a column is to us; `strings`, `numbers` and `booleans` are sets, optional columns among them. */
interface Kinds {
  string: string
  number: number
  boolean: boolean
  strings: string[]
  numbers: number[]
  booleans: boolean[]
  map: Record<string, string>
  /** A map whose values are numbers. */
  numberMap: Record<string, number>
}
export type Kind = keyof Kinds
/** Columns of a table by name. */
export type Columns = Record<string, Kind>

/** A row of a table with these columns. */
export type RowOf<C extends Columns> = { _uuid: string } & { -readonly [Name in keyof C]: Kinds[C[Name]] }
