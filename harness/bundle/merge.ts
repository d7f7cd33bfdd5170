import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { BadCall } from '../core/errors.ts'
import { makeFolder } from '../core/make-folder.ts'
import { text } from '../core/text.ts'
import { cleanLine } from '../tell/clean.ts'
import { notWritten, putWhole } from './disk.ts'
import { type Begin, digestOf, type Stored } from './entry.ts'
import type { Finding } from './finding.ts'
import { bundlesOf, LEDGER, ledgersIn, linesOf, mergedLedger, readChain } from './ledger-file.ts'
import { lockFolder } from './lock.ts'
import { contentOf } from './read-bundle.ts'
import { missingShards, type Trust, verifyLedger } from './verify.ts'

/** What a merge made one folder of. */
export interface Merged {
  rosterDigest: string
  lessons: string[]
  /** How many bundles the folder holds. */
  bundles: number
  /** What is not complete: shards that are missing, runs without an end, files that are in no ledger. */
  findings: Finding[]
}

interface Part {
  folder: string
  ledger: string
  /** Of a ledger's first run, which stays when more are added. */
  firstRun: string
  /** Of its last run. */
  begin: Begin
  stored: Stored[]
}

/**
 * Copies the evidence of several output folders, shards of one class, into another one. Each shard's ledger stays as it
 * is, beside the others, so that it can still be verified. Doing it again changes nothing. Rejects with BadCall, and
 * has copied nothing, where one was altered, they are not of one roster, or a student was graded in two of them.
 */
export async function mergeLedgers(
  folders: readonly string[],
  into: string,
  trust: Pick<Trust, 'trustedKey'> = {},
): Promise<Merged> {
  if (existsSync(join(bundlesOf(into), LEDGER))) throw ownEvidence(into)
  const findings: Finding[] = []
  const parts: Part[] = []
  for (const folder of folders) {
    const found = await verifyLedger(folder, trust)
    const broken = found.find(({ isHarmless }) => !isHarmless)
    if (broken) throw new BadCall(broken.sentence)
    findings.push(...found.filter(({ kind }) => kind !== 'missing-shard'))
    parts.push(...partsOf(folder))
  }
  const [first] = parts
  if (!first) throw nothingToMerge()
  const files = assertOneClass(first, parts)

  const bundles = bundlesOf(into)
  try {
    makeFolder(bundles)
    using _lock = lockFolder(bundles)
    // What is there from an earlier merge belongs to the same class, or stays as it is.
    assertOneClass(first, [...parts, ...partsOf(into)])
    for (const { folder, stored } of files.values())
      await copy(join(bundlesOf(folder), stored.file), join(bundles, stored.file), bundles)
    // A ledger comes after its bundles: what is broken off leaves files that are in none.
    for (const { folder, ledger, firstRun } of parts)
      await copyLedger(join(bundlesOf(folder), ledger), join(bundles, mergedLedger(firstRun)), bundles)
  } catch (cause) {
    throw notWritten(bundles, cause)
  }
  const all = partsOf(into)
  return {
    rosterDigest: first.begin.rosterDigest,
    lessons: [...new Set(all.flatMap(({ stored }) => stored.map(({ lesson }) => lesson)))].sort(),
    bundles: new Set(all.flatMap(({ stored }) => stored.map(({ file }) => file))).size,
    findings: [
      ...findings,
      ...missingShards(
        into,
        all.map(({ begin }) => begin),
      ),
    ],
  }
}

/** Each ledger of a folder, with its last run's beginning. */
const partsOf = (folder: string): Part[] =>
  ledgersIn(bundlesOf(folder)).flatMap(ledger => {
    const { entries } = readChain(join(bundlesOf(folder), ledger))
    const begin = entries.findLast(entry => entry.kind === 'begin')
    return begin && entries[0]
      ? [
          {
            folder,
            ledger,
            firstRun: entries[0].run,
            begin,
            stored: entries.filter(entry => entry.kind === 'bundle'),
          },
        ]
      : []
  })

/** Every bundle by its file, from a folder that has it. Throws BadCall where they do not belong to one class. */
function assertOneClass(
  first: Part,
  parts: readonly Part[],
): Map<string, { folder: string; stored: Stored }> {
  const files = new Map<string, { folder: string; stored: Stored }>()
  for (const part of parts) {
    if (part.begin.rosterDigest !== first.begin.rosterDigest) throw otherRoster(first.folder, part.folder)
    if (part.begin.shard?.of !== first.begin.shard?.of) throw otherShards(first.folder, part.folder)
    for (const stored of part.stored) {
      const known = files.get(stored.file)
      if (known && known.stored.sha256 !== stored.sha256) throw gradedTwice(stored, known.folder, part.folder)
      if (!known) files.set(stored.file, { folder: part.folder, stored })
    }
  }
  return files
}

async function copy(from: string, to: string, folder: string): Promise<void> {
  const content = await contentOf(from)
  if (existsSync(to) && digestOf(readFileSync(to)) === digestOf(content)) return
  makeFolder(dirname(to))
  await putWhole(to, content, folder)
}

/** Where both have grown from one, the longer stays. */
async function copyLedger(from: string, to: string, folder: string): Promise<void> {
  const [content, known] = [wholeLines(from), existsSync(to) ? wholeLines(to) : '']
  if (known.startsWith(content)) return
  if (!content.startsWith(known)) throw grownApart(from, to)
  await putWhole(to, Buffer.from(content), folder)
}

/** A ledger without half a last line. */
const wholeLines = (file: string): string =>
  linesOf(file)
    .lines.map(line => `${line}\n`)
    .join('')

const grownApart = (one: string, other: string) => {
  const [a, b] = [cleanLine(one), cleanLine(other)]
  return new BadCall(
    text(
      `${a} and ${b} begin alike and go on differently: one run was resumed twice; merge into a new folder.`,
      `${a} 和 ${b} 開頭相同、後面不同：同一次評分被接續了兩次；請合併到新的資料夾。`,
    ),
  )
}

const nothingToMerge = () =>
  new BadCall(text('There is no graded folder to merge.', '沒有可以合併的評分資料夾。'))

const ownEvidence = (into: string) => {
  const name = cleanLine(into)
  return new BadCall(
    text(
      `${name} holds evidence of its own: merge into another folder.`,
      `${name} 裡有它自己的證據：請合併到別的資料夾。`,
    ),
  )
}

const otherRoster = (one: string, other: string) => {
  const [a, b] = [cleanLine(one), cleanLine(other)]
  return new BadCall(
    text(
      `${a} and ${b} were graded from different rosters: merge only shards of one class.`,
      `${a} 和 ${b} 是依不同的名單評分的：只能合併同一班的 shard。`,
    ),
  )
}

const otherShards = (one: string, other: string) => {
  const [a, b] = [cleanLine(one), cleanLine(other)]
  return new BadCall(
    text(
      `${a} and ${b} divide the class into different numbers of shards: merge only those of one division.`,
      `${a} 和 ${b} 的 shard 總數不同：只能合併同一次分割的 shard。`,
    ),
  )
}

const gradedTwice = ({ student, lesson }: Stored, one: string, other: string) => {
  const [a, b] = [cleanLine(one), cleanLine(other)]
  return new BadCall(
    text(
      `${student} was graded in ${lesson} by both ${a} and ${b}, with different evidence: merge only one of them.`,
      `${a} 和 ${b} 都評了 ${student} 的 ${lesson}，證據卻不同：請只合併其中一個。`,
    ),
  )
}
