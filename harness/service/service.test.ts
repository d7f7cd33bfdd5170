import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { gunzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { checkout } from '../core/checkout.ts'
import { paced } from '../testing/paced.ts'
import { type ClassRun, enqueueClass } from './enqueue.ts'
import { startPostgres, type TestPostgres, whyNoPostgres } from './postgres.testing.ts'
import { awaitRun, collect, type JobState, results } from './results.ts'
import { type GradedJob, type WorkEvent, work } from './work.ts'

const why = whyNoPostgres()
/** Short, as the dead are waited for; long enough for a slow machine to say three times that it lives. */
const leaseSeconds = Math.max(2, Math.ceil(paced(500) / 1000))
const built = join(checkout, '.build', `queue-worker-${process.pid}.mjs`)
const graded = (ungradedClaims: number, said: string): GradedJob => ({
  bundleGz: Buffer.from(said),
  row: { ungradedClaims, said },
})

describe.skipIf(why)(`a queue on PostgreSQL${why ? ` (skipped: ${why})` : ''}`, () => {
  let postgres: TestPostgres
  beforeAll(async () => {
    postgres = await startPostgres()
    await build({
      entryPoints: [join(import.meta.dirname, 'worker.testing.ts')],
      outfile: built,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      external: ['pg-boss'],
      logLevel: 'warning',
    })
  }, paced(60_000))
  afterAll(async () => {
    rmSync(built, { force: true })
    await postgres?.stop()
  })

  const enqueue = (run: string, students: string[], more: Partial<ClassRun> = {}) =>
    enqueueClass(postgres.url, {
      run,
      rosterDigest: 'digest',
      leaseSeconds,
      ...more,
      jobs: students.map(student => ({ student, lesson: 'day-06', work: { kind: 'lab', lab: student } })),
    })
  const ended = async (run: string) => {
    const states = await awaitRun(postgres.url, run, { signal: new AbortController().signal })
    return states.map(({ student, state }) => `${student} ${state}`)
  }
  const kept = async (run: string) =>
    (await results(postgres.url, run)).map(({ student, row, worker }) => `${student} ${row.said} ${worker}`)

  /** A worker that is a process, and what it says. */
  function startWorker(name: string, kind: 'grades' | 'hangs') {
    const env = { ...process.env, DATABASE_URL: postgres.url }
    const child = spawn(process.execPath, [built, name, kind], { env, stdio: ['ignore', 'pipe', 'inherit'] })
    const events: WorkEvent[] = []
    createInterface({ input: child.stdout }).on('line', line => events.push(JSON.parse(line)))
    onTestFinished(() => end(child, 'SIGKILL'))
    const has = (kind: WorkEvent['kind']) =>
      expect.poll(() => events.map(event => event.kind)).toContain(kind)
    return { child, has }
  }
  async function end(child: ChildProcess, signal: NodeJS.Signals) {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise(resolve => child.once('exit', resolve))
    child.kill(signal)
    await ended
  }

  /** A worker of this process, until the test or its own business ends. */
  function workHere(gradeOne: Parameters<typeof work>[1], name = 'here') {
    const ending = new AbortController()
    const events: string[] = []
    const working = work(postgres.url, gradeOne, {
      signal: ending.signal,
      name,
      onEvent: event => events.push('job' in event ? `${event.job.student} ${event.kind}` : event.kind),
    })
    const stop = async () => {
      ending.abort()
      await working
    }
    onTestFinished(stop)
    return { events, stop }
  }

  it(
    'has one result each, though one of two workers is killed in the middle',
    async () => {
      await enqueue('killed', ['s01', 's02', 's03', 's04', 's05'])
      const dying = startWorker('dying', 'hangs')
      await dying.has('took')
      startWorker('living', 'grades')
      await end(dying.child, 'SIGKILL')
      expect(await ended('killed')).toEqual([1, 2, 3, 4, 5].map(n => `s0${n} done`))
      expect(await kept('killed')).toEqual([1, 2, 3, 4, 5].map(n => `s0${n} s0${n}\u0000學生 living`))
      const folder = mkdtempSync(join(tmpdir(), 'ovn-lab-collect-'))
      onTestFinished(() => rmSync(folder, { recursive: true }))
      await collect(postgres.url, 'killed', folder)
      const bundle = readFileSync(join(folder, 'bundles/day-06/s03.json.gz'))
      expect(gunzipSync(bundle).toString()).toBe('s03 by living')
    },
    paced(60_000),
  )

  it(
    'leaves a job with who is slow and alive',
    async () => {
      await enqueue('slow', ['s01'])
      let finish = () => {}
      const isTime = new Promise<void>(resolve => {
        finish = resolve
      })
      const slow = workHere(() => isTime.then(() => graded(0, 'slow')))
      await expect.poll(() => slow.events).toEqual(['ready', 's01 took'])
      const waiting = ended('slow')
      const other = workHere(async () => graded(0, 'other'), 'other')
      await new Promise(resolve => setTimeout(resolve, 2 * leaseSeconds * 1000 + 4_000))
      finish()
      expect(await waiting).toEqual(['s01 done'])
      expect([await kept('slow'), other.events]).toEqual([['s01 slow here'], ['ready']])
    },
    paced(60_000),
  )

  it('hands on what a worker gives up that ends in order', async () => {
    // Nobody would take it over by itself within the test.
    await enqueue('handed', ['s01'], { leaseSeconds: 3_600 })
    const leaving = startWorker('leaving', 'hangs')
    await leaving.has('took')
    leaving.child.kill('SIGTERM')
    await leaving.has('put back')
    workHere(async () => graded(0, 'fine'))
    expect(await ended('handed')).toEqual(['s01 done'])
  })

  it(
    'hands on with a run what it is asked for again: only what is not documented well',
    async () => {
      expect(await enqueue('again', ['s01', 's02'])).toEqual({ queued: 2, left: 0 })
      expect(await enqueue('again', ['s01', 's02'])).toEqual({ queued: 0, left: 2 })
      const said: Record<string, GradedJob[]> = {
        s01: [graded(2, 'first'), graded(3, 'worse'), graded(1, 'better'), graded(1, 'equal')],
        s02: [graded(0, 'all')],
      }
      workHere(async ({ student }) => said[student]!.shift()!)
      const seen: string[][] = []
      for (let time = 1; time <= 4; time++) {
        await ended('again')
        seen.push(await kept('again'))
        if (time < 4) expect(await enqueue('again', ['s01', 's02'])).toEqual({ queued: 1, left: 1 })
      }
      expect(seen).toEqual(
        ['first', 'first', 'better', 'better'].map(said => [`s01 ${said} here`, 's02 all here']),
      )
      await expect(enqueue('again', ['s01'], { rosterDigest: 'other' })).rejects.toThrow(
        'The roster has changed since run again began',
      )
      await expect(results(postgres.url, 'agian')).rejects.toThrow('There is no run agian')
    },
    paced(60_000),
  )

  it(
    'gives up a job that no worker can do, says why, and tries it when asked again',
    async () => {
      await enqueue('broken', ['s01', 's02'])
      let isBroken = true
      const { events } = workHere(async ({ student }) => {
        if (isBroken && student === 's01') throw new Error('no key here')
        return graded(0, 'fine')
      })
      const states = await awaitRun(postgres.url, 'broken', { signal: new AbortController().signal })
      expect(states).toEqual<JobState[]>([
        { student: 's01', lesson: 'day-06', state: 'failed', why: 'no key here' },
        { student: 's02', lesson: 'day-06', state: 'done' },
      ])
      expect(events.filter(event => event === 's01 failed')).toHaveLength(4)
      isBroken = false
      await enqueue('broken', ['s01', 's02'])
      expect(await ended('broken')).toEqual(['s01 done', 's02 done'])
    },
    paced(60_000),
  )

  it(
    'goes on after the database was away, with what was graded meanwhile',
    async () => {
      // Longer than it is away, and it would be graded twice where it was not stored.
      await enqueue('restarted', ['s01', 's02'], { leaseSeconds: paced(30_000) / 1000 })
      const times: string[] = []
      // What waits for the run has its connection before the database goes away: at its start it must be there.
      let watched = () => {}
      const isWatched = new Promise<void>(resolve => {
        watched = resolve
      })
      const { events } = workHere(async ({ student }) => {
        times.push(student)
        if (times.length === 1) {
          await isWatched
          await postgres.crash()
          setTimeout(() => void postgres.start(), 1_500)
        }
        return graded(0, 'fine')
      })
      const states = await awaitRun(postgres.url, 'restarted', {
        signal: new AbortController().signal,
        onStates: () => watched(),
      })
      expect(states.map(({ student, state }) => `${student} ${state}`)).toEqual(['s01 done', 's02 done'])
      expect(times.sort()).toEqual(['s01', 's02'])
      expect(events).toContain('trouble')
    },
    paced(90_000),
  )

  it('says what is wrong with a database, and never its password', async () => {
    const sentences = await Promise.all(
      [
        postgres.url.replace('ours', 'theirs'),
        postgres.url.replace(/postgres$/, 'none'),
        postgres.url.replace(/:\d+\//, ':9/'),
      ].map(url =>
        results(url, 'run').catch(
          (error: Error) => `${error.message} ${JSON.stringify(error)} ${error.stack}`,
        ),
      ),
    )
    const host = new URL(postgres.url).host
    expect(sentences.map(String)).toEqual([
      expect.stringContaining(`PostgreSQL at ${host}/postgres refuses the user or password.`),
      expect.stringContaining(`There is no database at ${host}/none`),
      expect.stringContaining('No PostgreSQL answers at 127.0.0.1:9/postgres (ECONNREFUSED).'),
    ])
    expect(sentences.join()).not.toContain('S3cret')
  })
})
