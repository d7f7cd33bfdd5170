import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type PgBoss from 'pg-boss'
import type { BadCall } from '../core/errors.ts'
import { openQueue, QUEUE, QUEUE_SCHEMA, type Queue } from './queue.ts'

const POLL_MS = 1_000
/** A grading took a minute: a database that restarts is waited for, some 30 s, before it is done again. */
const STORE_TRIES = 6

/** What a worker is asked to grade. */
export interface QueueJob {
  run: string
  rosterDigest: string
  student: string
  lesson: string
  /** As it was put into the queue. */
  work?: unknown
}

/** What came of it. */
export interface GradedJob {
  bundleGz: Buffer
  /** Plain data; how many of the claims could not be graded decides which of two results is kept. */
  row: { ungradedClaims: number; [more: string]: unknown }
}

export interface WorkOptions {
  /** Ends the work: nothing more is taken, and what `gradeOne` gives up is put back for others. */
  signal: AbortSignal
  /** How many at a time. */
  concurrency?: number
  /** How results name this worker. */
  name?: string
  /** What goes on, for who watches. */
  onEvent?: (event: WorkEvent) => void
}

export type WorkEvent =
  | { kind: 'took' | 'stored' | 'put back' | 'lost'; job: QueueJob }
  | { kind: 'failed'; job: QueueJob; why: string }
  | { kind: 'trouble'; why: BadCall }
  | { kind: 'ready' }

/**
 * Grades what is in the queue until the signal. Others may do the same on other machines: each job is one worker's, for as
 * long as it says that it is alive; then another takes it over, at least once in all, and of two results the better documented
 * is kept. The signal that `gradeOne` gets is aborted when its job is another's or the work ends. Where it throws, the job is
 * tried again, three times in all after the first. Rejects with BadCall where the database cannot be used at the start.
 */
export async function work(
  connection: string,
  gradeOne: (job: QueueJob, signal: AbortSignal) => Promise<GradedJob>,
  { signal, concurrency = 1, name = `${hostname()}:${process.pid}`, onEvent = () => undefined }: WorkOptions,
): Promise<void> {
  await using queue = await openQueue(connection, why => onEvent({ kind: 'trouble', why }))
  onEvent({ kind: 'ready' })
  const take = async () => {
    while (!signal.aborted) {
      const [job] = await queue.boss.fetch<QueueJob>(QUEUE, { includeMetadata: true, batchSize: 1 })
      if (job) await gradeTaken(queue, job, gradeOne, { signal, name, onEvent })
      else {
        // To pg-boss a database that is away looks like an empty queue.
        await queue.query('SELECT').catch((why: BadCall) => onEvent({ kind: 'trouble', why }))
        await sleep(POLL_MS, undefined, { signal }).catch(() => undefined)
      }
    }
  }
  await Promise.all(Array.from({ length: concurrency }, take))
}

async function gradeTaken(
  queue: Queue,
  taken: PgBoss.JobWithMetadata<QueueJob>,
  gradeOne: Parameters<typeof work>[1],
  { signal, name, onEvent }: Required<Pick<WorkOptions, 'signal' | 'name' | 'onEvent'>>,
): Promise<void> {
  const job = taken.data
  onEvent({ kind: 'took', job })
  const controller = new AbortController()
  const end = () => controller.abort()
  signal.addEventListener('abort', end)
  if (signal.aborted) end()
  let isLost = false
  // pg-boss 10 knows no heartbeat: its clock starts anew instead. Each take-over counts as a retry, and so we see whose it is.
  const ours = `name = '${QUEUE}' AND id = $1 AND state = 'active' AND retry_count = $2`
  const which = [taken.id, taken.retryCount]
  const beat = async () => {
    const alive = await queue
      .query(`UPDATE ${QUEUE_SCHEMA}.job SET started_on = now() WHERE ${ours} RETURNING id`, which)
      .catch(() => undefined)
    if (alive?.length !== 0) return
    isLost = true
    end()
  }
  // As PostgreSQL counts: a number of its own kind, which comes as text.
  const heartbeat = setInterval(() => void beat(), (Number(taken.expireInSeconds) * 1000) / 3)
  try {
    const graded = await gradeOne(job, controller.signal)
    clearInterval(heartbeat)
    await store(queue, job, graded, name, beat)
    await queue.boss.complete(QUEUE, taken.id)
    onEvent({ kind: 'stored', job })
  } catch (error) {
    if (isLost) return onEvent({ kind: 'lost', job })
    if (signal.aborted) {
      // Not a failure of the job: it waits as if it had never been taken.
      const freed = `UPDATE ${QUEUE_SCHEMA}.job SET state = 'created', started_on = NULL WHERE ${ours}`
      await queue.query(freed, which).catch(() => undefined)
      return onEvent({ kind: 'put back', job })
    }
    const why = error instanceof Error ? error.message : String(error)
    await queue.boss.fail(QUEUE, taken.id, { message: why }).catch(() => undefined)
    onEvent({ kind: 'failed', job, why })
  } finally {
    clearInterval(heartbeat)
    signal.removeEventListener('abort', end)
  }
}

/** One result a student and lesson: the first, until one comes with fewer claims that are ungraded. */
async function store(
  queue: Queue,
  { run, student, lesson }: QueueJob,
  { bundleGz, row }: GradedJob,
  worker: string,
  beat: () => Promise<void>,
): Promise<void> {
  const values = [run, student, lesson, row.ungradedClaims, JSON.stringify(row), bundleGz, worker]
  for (let at = 1; ; at++) {
    try {
      await queue.query(
        `INSERT INTO ovn_lab.result AS kept (run, student, lesson, ungraded_claims, "row", bundle, worker)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (run, student, lesson) DO UPDATE SET
           ungraded_claims = excluded.ungraded_claims, "row" = excluded."row", bundle = excluded.bundle,
           worker = excluded.worker, stored_at = now()
         WHERE excluded.ungraded_claims < kept.ungraded_claims`,
        values,
      )
      return
    } catch (error) {
      if (at >= STORE_TRIES) throw error
      await sleep(1000 * 2 ** (at - 1))
      await beat()
    }
  }
}
