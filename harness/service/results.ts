import { open, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { BadCall } from '../core/errors.ts'
import { makeFolder } from '../core/make-folder.ts'
import { text } from '../core/text.ts'
import { databaseTrouble } from './connection.ts'
import { openQueue, QUEUE, QUEUE_SCHEMA, type Queue } from './queue.ts'
import type { GradedJob } from './work.ts'

const POLL_MS = 1_000

/** The one result of a student in a lesson. */
export interface QueueResult {
  student: string
  lesson: string
  row: GradedJob['row']
  /** Who graded it. */
  worker: string
  storedAt: Date
}

/** How far a student in a lesson is; failed: every try ended in an error, or with the worker. */
export interface JobState {
  student: string
  lesson: string
  state: 'waiting' | 'running' | 'done' | 'failed'
  /** What the last try said, for failed. */
  why?: string
}

/**
 * Waits until nobody of a run waits or is being graded, and returns how each ended. It works for itself: where no worker is
 * left, the jobs of the last one become others' all the same. `onStates` is called about once a second, `onTrouble` instead
 * while the database is away. Rejects where it cannot be used at the start, and when it is aborted: the queue goes on.
 */
export async function awaitRun(
  connection: string,
  run: string,
  { signal, onStates = () => undefined, onTrouble = () => undefined }: WaitOptions,
): Promise<JobState[]> {
  await using queue = await openQueue(connection)
  let states = await statesIn(queue, run)
  for (;;) {
    onStates(states)
    if (states.every(({ state }) => state === 'done' || state === 'failed')) return states
    await sleep(POLL_MS, undefined, { signal })
    try {
      states = await statesIn(queue, run)
    } catch (error) {
      onTrouble(databaseTrouble(error, connection))
    }
  }
}

export interface WaitOptions {
  signal: AbortSignal
  onStates?: (states: JobState[]) => void
  onTrouble?: (trouble: BadCall) => void
}

async function statesIn({ query }: Queue, run: string): Promise<JobState[]> {
  await assertRun(query, run)
  const rows = await query<{
    student: string
    lesson: string
    done: boolean
    state: string | null
    why: string | null
  }>(
    `SELECT wanted.student, wanted.lesson, result.run IS NOT NULL AS done, job.state::text,
            COALESCE(job.output->>'message', job.output->'value'->>'message') AS why
     FROM ovn_lab.job wanted
     LEFT JOIN ovn_lab.result USING (run, student, lesson)
     LEFT JOIN ${QUEUE_SCHEMA}.job job ON job.name = '${QUEUE}' AND job.id = wanted.job
     WHERE wanted.run = $1 ORDER BY wanted.place`,
    [run],
  )
  return rows.map(({ student, lesson, done, state, why }) => {
    if (state === 'created' || state === 'retry') return { student, lesson, state: 'waiting' }
    if (state === 'active') return { student, lesson, state: 'running' }
    if (done) return { student, lesson, state: 'done' }
    return { student, lesson, state: 'failed', ...(why === null ? {} : { why }) }
  })
}

/** The results of a run so far, in the roster's order, without their bundles. Throws BadCall where there is no such run. */
export async function results(connection: string, run: string): Promise<QueueResult[]> {
  await using queue = await openQueue(connection)
  return await resultsIn(queue, run)
}

async function resultsIn({ query }: Queue, run: string): Promise<QueueResult[]> {
  await assertRun(query, run)
  return query<QueueResult>(
    `SELECT student, lesson, result."row", result.worker, result.stored_at AS "storedAt"
     FROM ovn_lab.result JOIN ovn_lab.job USING (run, student, lesson) WHERE run = $1 ORDER BY place`,
    [run],
  )
}

async function assertRun(query: Queue['query'], run: string): Promise<void> {
  const known = await query<{ run: string }>('SELECT run FROM ovn_lab.run ORDER BY created_at DESC LIMIT 20')
  if (known.some(one => one.run === run)) return
  if ((await query('SELECT FROM ovn_lab.run WHERE run = $1', [run])).length > 0) return
  const names = known.map(one => one.run)
  throw new BadCall(
    text(
      `There is no run ${run} in this database; it has ${names.join(', ') || 'none'}.`,
      `這個資料庫裡沒有 ${run} 這次評分；現有的是 ${names.join('、') || '（無）'}。`,
    ),
  )
}

/**
 * Writes what is in the database into a folder: the bundle of each result, one after the other, each whole or not at all, and
 * returns the results. `fileOf` names a bundle's file within the folder.
 */
export async function collect(
  connection: string,
  run: string,
  folder: string,
  fileOf = ({ lesson, student }: QueueResult): string => join('bundles', lesson, `${student}.json.gz`),
): Promise<QueueResult[]> {
  await using queue = await openQueue(connection)
  const found = await resultsIn(queue, run)
  for (const result of found) {
    const { student, lesson } = result
    for (const name of [student, lesson]) assertName(name)
    const [stored] = await queue.query<{ bundle: Buffer }>(
      'SELECT bundle FROM ovn_lab.result WHERE (run, student, lesson) = ($1, $2, $3)',
      [run, student, lesson],
    )
    if (stored) await writeWhole(join(folder, fileOf(result)), stored.bundle)
  }
  return found
}

/** Whoever may write to the database names no file outside the folder. */
function assertName(name: string): void {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) return
  throw new BadCall(
    text(
      `The database has a student or lesson that can name no file: ${JSON.stringify(name)}.`,
      `資料庫裡有不能當檔名的學生或課程：${JSON.stringify(name)}。`,
    ),
  )
}

async function writeWhole(file: string, content: Buffer): Promise<void> {
  const unfinished = `${file}.${process.pid}.tmp`
  try {
    makeFolder(dirname(file))
    await using handle = await open(unfinished, 'w')
    await handle.writeFile(content)
    await handle.sync()
    await rename(unfinished, file)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new BadCall(text(`${file} cannot be written (${code}).`, `無法寫入 ${file}（${code}）。`))
  }
}
