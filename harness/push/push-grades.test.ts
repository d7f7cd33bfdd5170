import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it, onTestFinished } from 'vitest'
import type { Net } from './http.ts'
import { type PlatformOptions, startPlatform, type Trouble } from './platform.testing.ts'
import { loadPushConfig } from './push-config.ts'
import { pushGrades } from './push-grades.ts'
import { signingKey } from './signing-key.ts'

const NOON = '2025-11-25T12:00:00.000Z'
const SCOPE = 'https://purl.imsglobal.org/spec/lti-ags/scope'
// The times of boards are in the past, as the platform looks at the real clock.
const SCORES = 'POST /course/7/lineitems/1/lineitem/scores'
const keys = mkdtempSync(join(tmpdir(), 'ovn-lab-push-key-'))
afterAll(() => rmSync(keys, { recursive: true }))
// One for all: to make an RSA key takes a while.
const keyFile = join(keys, 'key.pem')

type Points = Record<string, number | null>

/** A course with the users u1 to u3, and a class whose s1 to s3 they are; s4 is nobody there. */
async function course(options: Partial<PlatformOptions> = {}) {
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
    return results.map(({ student, outcome }) => `${student} ${outcome}`)
  }
  const trouble = (...troubles: Trouble[]) => platform.troubles.push(...troubles)
  const kept = () => platform.scores.map(({ userId, scoreGiven }) => `${userId} ${scoreGiven ?? 'none'}`)
  return { platform, push, trouble, kept, waits, folder, net, journal: join(folder, 'push.jsonl') }
}

it('makes the column, and the grades there those of the board; s4 stops nobody', async () => {
  const { platform, push } = await course()
  expect(await push({ s1: 0, s2: null, s3: 72.5, s4: 50 })).toEqual([
    's1 pushed',
    's2 ungraded',
    's3 pushed',
    's4 unmapped',
  ])
  expect(platform.items).toMatchObject([{ resourceId: 'ovn-lab.day-06', label: 'day-06', scoreMaximum: 100 }])
  const graded = { scoreMaximum: 100, activityProgress: 'Completed', gradingProgress: 'FullyGraded' }
  expect(platform.scores).toMatchObject([
    { userId: 'u1', scoreGiven: 0, timestamp: NOON, ...graded },
    { userId: 'u3', scoreGiven: 72.5, timestamp: NOON, ...graded },
  ])
})

it('pushes a grade once, however often it is pushed', async () => {
  const { platform, push, kept } = await course()
  await push({ s1: 40, s2: 50 })
  expect(await push({ s1: 40, s2: 50 })).toEqual(['s1 unchanged', 's2 unchanged'])
  expect(await push({ s1: 45, s2: 50 })).toEqual(['s1 pushed', 's2 unchanged'])
  expect(kept()).toEqual(['u1 40', 'u2 50', 'u1 45'])
  expect(platform.items).toHaveLength(1)
})

it('lets the time of a score only go forwards, if the board was made before or at the same moment', async () => {
  const { platform, push } = await course()
  await push({ s1: 40 })
  await push({ s1: 41 }, '2025-11-25T11:00:00.000Z')
  await push({ s1: 42 }, '2025-11-25T13:00:00.000Z')
  const times = platform.scores.map(({ timestamp }) => timestamp)
  expect(times).toEqual([NOON, '2025-11-25T12:00:01.000Z', '2025-11-25T13:00:00.000Z'])
})

it('withdraws a grade that is ungraded now, never as a 0', async () => {
  const { platform, push } = await course()
  await push({ s1: 40 })
  expect(await push({ s1: null })).toEqual(['s1 withdrawn'])
  const { scoreGiven, gradingProgress } = platform.scores.at(-1)!
  expect([scoreGiven, gradingProgress]).toEqual([undefined, 'PendingManual'])
  expect(await push({ s1: null })).toEqual(['s1 ungraded'])
  expect(await push({ s1: 40 })).toEqual(['s1 pushed'])
})

it('finds its column on a later page, where the platform leaves the filter out', async () => {
  const { platform, push } = await course({ filters: false })
  for (const n of [1, 2, 3, 4, 5])
    platform.items.push({
      id: platform.lineItems.replace('?', `/${n}/lineitem?`),
      label: 'x',
      resourceId: n === 5 ? 'ovn-lab.day-06' : `other-${n}`,
      scoreMaximum: 20,
    })
  await push({ s1: 50 })
  expect(platform.items).toHaveLength(5)
  expect(platform.scores).toMatchObject([{ item: platform.items[4]!.id, scoreMaximum: 100 }])
})

it('asks which of two columns is meant', async () => {
  const { platform, push } = await course()
  for (const n of [1, 2])
    platform.items.push({
      id: platform.lineItems.replace('?', `/${n}/lineitem?`),
      label: 'x',
      resourceId: 'ovn-lab.day-06',
      scoreMaximum: 1,
    })
  await expect(push({ s1: 50 })).rejects.toThrow('2 columns of the course are called ovn-lab.day-06')
})

it('goes on after 401 with a new token, once, and after 429 and 5xx when the platform says', async () => {
  const { platform, push, trouble, waits } = await course()
  trouble(
    { on: SCORES, status: 401 },
    { on: SCORES, status: 429, headers: { 'retry-after': '7' } },
    { on: SCORES, status: 503 },
    { on: 'POST /token', status: 502 },
  )
  expect(await push({ s1: 50 })).toEqual(['s1 pushed'])
  expect(waits).toEqual([1_000, 7_000, 2_000])
  expect(platform.asked.filter(line => line.startsWith('POST /token'))).toEqual([
    'POST /token 502',
    'POST /token 200',
    'POST /token 200',
  ])
  trouble({ on: SCORES, status: 401 }, { on: SCORES, status: 401 })
  await expect(push({ s1: 51 })).rejects.toThrow('refuses a token')
})

it('takes a score that arrived although the answer was lost as pushed, in this push or the next', async () => {
  const { push, trouble, kept, journal } = await course()
  const lost: Trouble = { on: SCORES, status: 502, carriedOut: true }
  trouble(lost)
  expect(await push({ s1: 50 })).toEqual(['s1 pushed'])
  // All tries are lost; then the process might as well have died.
  trouble({ ...lost }, ...Array(3).fill({ ...lost, carriedOut: false }))
  expect(await push({ s1: 60 })).toEqual(['s1 unanswered'])
  appendFileSync(journal, '{"student":"s1","lineIt')
  expect(await push({ s1: 60 })).toEqual(['s1 pushed'])
  expect(await push({ s1: 60 })).toEqual(['s1 unchanged'])
  expect(kept()).toEqual(['u1 50', 'u1 60'])
})

it('makes one column where the answer to making it was lost', async () => {
  const { platform, push, trouble } = await course()
  trouble({ on: 'POST /course/7/lineitems?', status: 504, carriedOut: true })
  expect(await push({ s1: 50 })).toEqual(['s1 pushed'])
  expect(platform.items).toHaveLength(1)
})

it('tells each student whom the platform does not take, and what is later there', async () => {
  const { push, kept, journal } = await course({ users: ['u1', 'u3'] })
  expect(await push({ s1: 10, s2: 20, s3: 30 })).toEqual(['s1 pushed', 's2 refused', 's3 pushed'])
  rmSync(journal)
  expect(await push({ s1: 11 }, '2025-11-25T11:00:00.000Z')).toEqual(['s1 refused'])
  expect(kept()).toEqual(['u1 10', 'u3 30'])
})

it('does not wait for each student of a platform that is down', async () => {
  const { platform, push, trouble } = await course()
  await push({ s1: 1 })
  trouble(...Array(30).fill({ on: SCORES, status: 500 }))
  const before = platform.asked.length
  expect(await push({ s1: 2, s2: 2, s3: 2, s5: 2 })).toEqual([1, 2, 3, 5].map(n => `s${n} unanswered`))
  expect(platform.asked.length - before).toBe(2 + 3 * 4)
})

it.each<[string, Trouble, string]>([
  [
    'a redirect',
    { on: 'POST /token', status: 307, headers: { location: 'http://127.0.0.1:9/' } },
    'sends requests on to another address (307)',
  ],
  ['an endless answer', { on: 'GET ', status: 200, body: 'x'.repeat(2 << 20) }, 'more than 1048576 bytes'],
  [
    'a column elsewhere',
    { on: 'GET ', status: 200, body: '[{"id":"https://evil.example/1","resourceId":"ovn-lab.day-06"}]' },
    'not on the same server',
  ],
  [
    'a page elsewhere',
    { on: 'GET ', status: 200, body: '[]', headers: { link: '<https://evil.example/2>; rel=next' } },
    'not on the same server',
  ],
  ['no list', { on: 'GET ', status: 200, body: '<html>' }, 'cannot be read or made'],
  ['no token', { on: 'POST /token', status: 200, body: '{"access_token":"a\\nb"}' }, 'no bearer token'],
  [
    'a wait of a day',
    { on: 'GET ', status: 503, headers: { 'retry-after': '86400' } },
    'does not answer as it should (503)',
  ],
])('refuses %s in one sentence', async (_, trouble, sentence) => {
  const { push, kept, ...rest } = await course()
  rest.trouble(trouble)
  await expect(push({ s1: 50 })).rejects.toThrow(sentence)
  expect(kept()).toEqual([])
})

it('says what the platform holds against the key, and never the key', async () => {
  const other = await signingKey(join(keys, 'other.pem'))
  const { push } = await course({ jwk: () => other.publicJwk })
  const error = await push({ s1: 50 }).then(String, error => error as Error)
  expect(String(error)).toContain('The platform gives no token (401, invalid_client')
  const secret = readFileSync(keyFile, 'utf8').split('\n')[1]!
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(secret)
})

it('signs for another audience and deployment where the platform wants that', async () => {
  const { push, folder } = await course({ audience: 'https://as.example' })
  const file = join(folder, 'push.yaml')
  await expect(push({ s1: 50 })).rejects.toThrow('"aud"')
  const text = readFileSync(file, 'utf8')
  writeFileSync(file, text.replace('clientId: ovn-lab', 'clientId: ovn-lab, audience: "https://as.example"'))
  expect(await push({ s1: 50 })).toEqual(['s1 pushed'])
})

it('asks only for the scope it needs where the column is named, and tells of one that is not granted', async () => {
  const { platform, push, folder } = await course({ granted: [`${SCOPE}/score`] })
  await expect(push({ s1: 50 })).rejects.toThrow(`does not grant ${SCOPE}/lineitem`)
  const id = platform.lineItems.replace('?', '/1/lineitem?')
  platform.items.push({ id, label: 'x', scoreMaximum: 100 })
  appendFileSync(join(folder, 'push.yaml'), `lessons: { day-06: { lineItem: "${id}" } }\n`)
  expect(await push({ s1: 50 })).toEqual(['s1 pushed'])
})

it('makes a key that only its owner may read, and keeps it', async () => {
  const { folder } = await course()
  const file = join(folder, 'keys/new.pem')
  const { publicJwk } = await signingKey(file)
  expect((statSync(file).mode & 0o777).toString(8)).toBe('600')
  expect((await signingKey(file)).publicJwk).toEqual(publicJwk)
  expect(Object.keys(publicJwk).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use'])
  writeFileSync(file, '-----BEGIN PRIVATE KEY-----\nSECRET\n')
  await expect(signingKey(file)).rejects.toThrow(
    /^((?!SECRET).)*has no RSA private key of 2048 bits((?!SECRET).)*$/,
  )
})
