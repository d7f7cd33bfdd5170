import { lstatSync, readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { type Begin, digestOf, type Entry, isSignedBy, NOTHING_BEFORE, parseLine } from './entry.ts'
import type { Finding } from './finding.ts'
import * as found from './finding.ts'
import { fingerprintOf } from './key.ts'
import { bundlesOf, LEDGER, ledgersIn, linesOf } from './ledger-file.ts'
import { LOCK } from './lock.ts'

/** Whom and what is believed beside the folder itself. */
export interface Trust {
  /** Fingerprints (`SHA256:…`) of the keys that may have signed; without them any key will do that signed all of its run. */
  trustedKey?: string | readonly string[]
  /** The digest of a line of this folder's own ledger that was kept elsewhere: lines cut off at the end are told only by it. */
  knownHead?: string
}

/**
 * Whether the evidence in an output folder is what was stored there: each line's signature and place in its chain, and
 * each bundle's bytes. Returns what is not so; nothing where all is well. Changes nothing.
 */
export async function verifyLedger(folder: string, trust: Trust = {}): Promise<Finding[]> {
  const bundles = bundlesOf(folder)
  const names = ledgersIn(bundles)
  if (names.length === 0) return [found.noLedger(folder)]
  const findings: Finding[] = []
  const known = new Set<string>()
  const shards: Begin[] = []
  for (const name of names) {
    const chain = verifyChain(join(bundles, name), trust)
    findings.push(...chain.findings)
    shards.push(...chain.entries.filter(entry => entry.kind === 'begin').slice(-1))
    for (const entry of chain.entries) {
      if (entry.kind !== 'bundle') continue
      known.add(entry.file)
      findings.push(...(await verifyBundle(join(bundles, entry.file), entry)))
    }
    if (name === LEDGER && trust.knownHead !== undefined && !chain.digests.has(trust.knownHead))
      findings.push(found.cutOff(join(bundles, name)))
  }
  const others = filesIn(bundles).filter(file => !known.has(file) && !names.includes(file) && file !== LOCK)
  findings.push(...others.map(file => found.orphan(join(bundles, file))))
  // In the folder of one shard the others are not expected.
  if (names.some(name => name !== LEDGER)) findings.push(...missingShards(folder, shards))
  return findings
}

/** Which shards of a class are not there. */
export function missingShards(folder: string, begins: readonly Pick<Begin, 'shard'>[]): Finding[] {
  const of = Math.max(...begins.map(({ shard }) => shard?.of ?? 1))
  const there = new Set(begins.map(({ shard }) => shard?.number ?? 1))
  const numbers = Array.from({ length: of }, (_, at) => at + 1)
  return numbers.filter(number => !there.has(number)).map(number => found.missingShard(folder, number, of))
}

async function verifyBundle(
  file: string,
  { bytes, sha256 }: { bytes: number; sha256: string },
): Promise<Finding[]> {
  const about = lstatSync(file, { throwIfNoEntry: false })
  if (!about) return [found.missingBundle(file)]
  // Its length first: what is put in its place may be of any size.
  const isSame = about.isFile() && about.size === bytes && digestOf(await readFile(file)) === sha256
  return isSame ? [] : [found.alteredBundle(file)]
}

/** Paths of all files within a folder, sorted. */
const filesIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter(entry => !entry.isDirectory())
    .map(entry => relative(folder, join(entry.parentPath, entry.name)))
    .sort()

/** The chain of one ledger: what is wrong with it, the entries that could be read, and the digests of all lines. */
export function verifyChain(
  file: string,
  { trustedKey }: Trust = {},
): { findings: Finding[]; entries: Entry[]; digests: Set<string> } {
  const trusted = trustedKey === undefined ? undefined : new Set([trustedKey].flat())
  const findings: Finding[] = []
  const entries: Entry[] = []
  const { lines, rest } = linesOf(file)
  const open = new Set<string>()
  const digests = new Set<string>([NOTHING_BEFORE])
  let before = { number: 0, digest: NOTHING_BEFORE, isSound: true }
  /** By which key the lines of which run are signed; null: whose `begin` is not sound, so that nothing can be said of them. */
  let signer: { run: string; publicKey: string } | null | undefined

  for (const [at, line] of lines.entries()) {
    const [place, digest, parsed] = [at + 1, digestOf(line), parseLine(line)]
    digests.add(digest)
    if (!parsed) {
      findings.push(found.alteredLine(file, place))
      before = { number: before.number + 1, digest, isSound: false }
      continue
    }
    const { entry } = parsed
    const isGap = entry.number > before.number + 1
    // Who signed what comes now stood in what is missing or altered, perhaps.
    if ((isGap || !before.isSound) && entry.run !== signer?.run) signer = null
    if (entry.kind === 'begin') signer = { run: entry.run, publicKey: entry.publicKey }
    const isSigned = signer === null || (signer?.run === entry.run && isSignedBy(parsed, signer.publicKey))
    if (!isSigned) findings.push(found.wrongSignature(file, place))
    else if (isGap) findings.push(found.cutOut(file, place, entry.number - before.number - 1))
    else if (before.isSound && (entry.previous !== before.digest || entry.number !== before.number + 1))
      findings.push(found.brokenChain(file, place))
    if (entry.kind === 'begin') {
      if (!isSigned) signer = null
      else if (trusted && !trusted.has(fingerprintOf(entry.publicKey)))
        findings.push(found.otherKey(file, place, fingerprintOf(entry.publicKey)))
    }
    entries.push(entry)
    if (entry.kind === 'end') open.delete(entry.run)
    else open.add(entry.run)
    before = { number: entry.number, digest, isSound: isSigned }
  }
  if (rest !== '') findings.push(found.halfLine(file))
  findings.push(...[...open].map(run => found.unfinishedRun(file, run)))
  return { findings, entries, digests }
}
