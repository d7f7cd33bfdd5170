import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { BadCall } from '../core/errors.ts'
import { text } from '../core/text.ts'
import { cleanLine } from '../tell/clean.ts'
import { digestOf, type Entry, type Line, NOTHING_BEFORE, parseLine } from './entry.ts'

/** The ledger that is written to. Those of shards that were merged stand beside it, each a chain of its own. */
export const LEDGER = 'ledger.jsonl'
const isLedger = (name: string): boolean => /^ledger(-[0-9a-f-]{36})?\.jsonl$/.test(name)
export const mergedLedger = (run: string): string => `ledger-${run}.jsonl`

/** Where the bundles of an output folder are. */
export const bundlesOf = (folder: string): string => join(folder, 'bundles')

/** The names of all ledgers in a folder of bundles. */
export const ledgersIn = (bundles: string): string[] =>
  existsSync(bundles) ? readdirSync(bundles).filter(isLedger).sort() : []

/** The lines of a ledger without their breaks, and what stands behind the last break: nothing, unless it is half a line. */
export function linesOf(file: string): { lines: string[]; rest: string } {
  const lines = (existsSync(file) ? readFileSync(file, 'utf8') : '').split('\n')
  const rest = lines.pop() ?? ''
  return { lines, rest }
}

/** Whether a line is the one that comes after these. */
export const follows = ({ entry }: Line, before: readonly string[]): boolean =>
  entry.number === before.length + 1 && entry.previous === headOf(before)

/** The digest of the last of these lines. */
export const headOf = (lines: readonly string[]): string => {
  const last = lines.at(-1)
  return last === undefined ? NOTHING_BEFORE : digestOf(last)
}

/** Every entry of a ledger, half a last line left out. Throws BadCall where its chain is broken; signatures are left to `verifyLedger`. */
export function readChain(file: string): { lines: string[]; entries: Entry[]; rest: string } {
  const { lines, rest } = linesOf(file)
  let previous = NOTHING_BEFORE
  const entries = lines.map((line, at) => {
    const parsed = parseLine(line)
    if (!parsed || parsed.entry.previous !== previous || parsed.entry.number !== at + 1)
      throw brokenAt(file, at + 1)
    previous = digestOf(line)
    return parsed.entry
  })
  return { lines, entries, rest }
}

const brokenAt = (file: string, line: number): BadCall => {
  const name = cleanLine(file)
  return new BadCall(
    text(
      `${name} was altered at line ${line}, so nothing can be added to it or made from it: \`grade verify\` says what else is wrong.`,
      `${name} 在第 ${line} 行被改過，因此不能再寫入或使用：請用 \`grade verify\` 查看其他問題。`,
    ),
  )
}
