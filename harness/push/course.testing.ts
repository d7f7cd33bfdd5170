import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, onTestFinished } from 'vitest'
import type { Net } from './http.ts'
import { type PlatformOptions, startPlatform, type Trouble } from './platform.testing.ts'
import { loadPushConfig } from './push-config.ts'
import { pushGrades } from './push-grades.ts'
import { signingKey } from './signing-key.ts'
import { pushLines } from './tell-push.ts'

export const NOON = '2025-11-25T12:00:00.000Z'
// The times of boards are in the past, as the platform looks at the real clock.
export const SCORES = 'POST /course/7/lineitems/1/lineitem/scores'
export const keys = mkdtempSync(join(tmpdir(), 'ovn-lab-push-key-'))
afterAll(() => rmSync(keys, { recursive: true }))
/** One for all: to make an RSA key takes a while. */
export const keyFile = join(keys, 'key.pem')

type Points = Record<string, number | null>

/** A course with the users u1 to u3, and a class whose s1 to s3 they are; s4 is nobody there. */
export async function course(options: Partial<PlatformOptions> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'ovn-lab-push-'))
  const { publicJwk } = await signingKey(keyFile)
  const platform = await startPlatform({
    clientId: 'ovn-lab',
    jwk: () => publicJwk,
    users: ['u1', 'u2', 'u3'],
    ...options,
  })
  onTestFinished(async () => {
    await platform.stop()
    rmSync(folder, { recursive: true })
  })
  const gradeFile = join(folder, 'grade.json')
  const configFile = join(folder, 'push.yaml')
  writeFileSync(
    configFile,
    `platform: { tokenUrl: "${platform.tokenUrl}", clientId: ovn-lab }
privateKeyFile: ${keyFile}
lineItems: "${platform.lineItems}"
students: { s1: u1, s2: u2, s3: u3, s5: u5 }
`,
  )
  const waits: number[] = []
  /** What was said of the last push. */
  const lines: string[] = []
  const net: Partial<Net> = { wait: async ms => waits.push(ms) }
  const push = async (points: Points, gradedAt = NOON) => {
    writeFileSync(
      gradeFile,
      JSON.stringify({
        schema: 1,
        lesson: 'day-06',
        gradedAt,
        students: Object.entries(points).map(([id, points]) => ({
          id,
          name: `Student ${id}`,
          verdict: 'holds',
          points,
          maxPoints: 100,
        })),
      }),
    )
    const results = await pushGrades(gradeFile, await loadPushConfig(configFile), net)
    lines.splice(0, Infinity, ...pushLines(results).map(({ en }) => en))
    return results.map(({ student, outcome }) => `${student} ${outcome}`)
  }
  const trouble = (...troubles: Trouble[]) => platform.troubles.push(...troubles)
  const kept = () => platform.scores.map(({ userId, scoreGiven }) => `${userId} ${scoreGiven ?? 'none'}`)
  return { platform, push, trouble, kept, waits, lines, folder, journal: join(folder, 'push.jsonl') }
}
