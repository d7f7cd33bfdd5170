import { createHash, sign, verify } from 'node:crypto'
import { validatorOf } from '../manifest/validator-of.ts'
import schema from './entry.schema.json' with { type: 'json' }
import { type GraderKey, publicKeyOf } from './key.ts'

/** One of several computers that grade a class together: 2 of 4. */
export interface Shard {
  number: number
  of: number
}

/** Who stands in a roster. */
export interface Listed {
  id: string
  name: string
}

/** A run begins, or goes on after it was broken off. */
export interface Begin {
  kind: 'begin'
  rosterDigest: string
  lessons: string[]
  shard?: Shard
  /** Everybody of the roster, in its order, whoever is graded now; absent in ledgers of old. */
  students?: Listed[]
  /** The checker's version. */
  checker: string
  /** What all lines of the run up to its next `begin` are signed with, this one too. */
  publicKey: string
}

/** A bundle was stored. */
export interface Stored {
  kind: 'bundle'
  student: string
  lesson: string
  attempt: number
  /** Within the folder of bundles. */
  file: string
  /** Of the compressed file, as the digest is. */
  bytes: number
  sha256: string
}

/** A run came to its end. */
export interface End {
  kind: 'end'
  /** How many bundles the run stored. */
  bundles: number
}

/** One line of a ledger. */
export type Entry = (Begin | Stored | End) & {
  /** Counts lines, from 1. */
  number: number
  /** SHA-256 (hex) of the line before, without its line break; of the first line: zeros. */
  previous: string
  run: string
  /** ISO 8601, UTC, by the grader's clock. */
  time: string
}

/** A line as it was read. */
export interface Line {
  entry: Entry
  signature: string
}

/** What the first line has in place of the digest of a line before. */
export const NOTHING_BEFORE = '0'.repeat(64)

/** Where a bundle is, within the folder of bundles. */
export const fileOf = ({ student, lesson, attempt }: Pick<Stored, 'student' | 'lesson' | 'attempt'>) =>
  `${lesson}/${student}.${attempt}.json.gz`

/** Whether a word can be a part of such a path, and leads nowhere else. */
export const isName = (word: string): boolean => /^[A-Za-z0-9._-]{1,128}$/.test(word) && !/^\.+$/.test(word)

export const digestOf = (content: string | Buffer): string =>
  createHash('sha256').update(content).digest('hex')

/** An entry as a line, signed, without its line break. */
export function lineOf(entry: Entry, { privateKey }: GraderKey): string {
  const signature = sign(null, Buffer.from(JSON.stringify(entry)), privateKey).toString('base64')
  return JSON.stringify({ entry, signature })
}

/**
 * What a line says; undefined where nobody of us wrote it. Only the one spelling that we write is taken: otherwise a
 * byte could be changed and nothing said of it.
 */
export function parseLine(line: string): Line | undefined {
  try {
    const parsed: unknown = JSON.parse(line)
    if (!validatorOf<Line>(schema)(parsed) || JSON.stringify(parsed) !== line) return undefined
    const { entry, signature } = parsed
    if (Buffer.from(signature, 'base64').toString('base64') !== signature) return undefined
    if (entry.kind !== 'bundle') return parsed
    // Names in a ledger that others made must not lead out of its folder.
    return entry.file === fileOf(entry) && isName(entry.lesson) ? parsed : undefined
  } catch {
    return undefined
  }
}

/** Whether a line was signed with the private half of this public key. */
export function isSignedBy({ entry, signature }: Line, publicKey: string): boolean {
  const key = publicKeyOf(publicKey)
  return (
    key !== undefined &&
    verify(null, Buffer.from(JSON.stringify(entry)), key, Buffer.from(signature, 'base64'))
  )
}
