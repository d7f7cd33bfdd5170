import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { BadCall } from '../core/errors.ts'
import type { Bundle } from './bundle.ts'
import { keyOf } from './key.ts'
import { openLedger, type RunAbout } from './ledger.ts'

/** A folder of the test's own. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ovn-lab-bundle-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export const newKey = () => keyOf(generateKeyPairSync('ed25519').privateKey)

export const someBundle = (student = 's01', about: Partial<Bundle> = {}): Bundle => ({
  schema: 1,
  student,
  name: `Student ${student}`,
  lesson: 'day-06',
  attempt: 1,
  startedAt: '2026-11-26T08:00:00.000Z',
  durationMs: 812,
  reached: 'lab',
  versions: { node: 'v20.20.2', checker: '1.0.0', lesson: 'ab12' },
  recording: { schema: 1, lab: student, takenAt: '2026-11-26T08:00:00.000Z', answers: [] },
  judged: { 'ns1-exists': { verdict: 'holds' } },
  ...about,
})

export const someRun: RunAbout = { rosterDigest: 'f'.repeat(64), lessons: ['day-06'], checker: '1.0.0' }

/** An output folder in which these students were graded once. */
export async function graded(
  students: string[],
  { folder = newFolder(), key = newKey(), about = someRun, isEnded = true } = {},
) {
  await using ledger = await openLedger(folder, { key })
  await ledger.begin(about)
  for (const student of students) await ledger.add(someBundle(student))
  if (isEnded) await ledger.end()
  return { folder, key, head: ledger.head }
}

/** The sentence of a BadCall that a call ends in. */
export async function sentenceOf(call: () => unknown): Promise<string> {
  try {
    await call()
  } catch (thrown) {
    if (!(thrown instanceof BadCall)) throw thrown
    const { en, 'zh-TW': zh } = thrown.sentence
    if (!/[一-鿿]/.test(zh)) throw new Error(`no Chinese: ${zh}`)
    return en
  }
  throw new Error('it did not end in a BadCall')
}
