import { randomUUID } from 'node:crypto'
import { BadCall } from '../core/errors.ts'
import { text } from '../core/text.ts'
import { openQueue, QUEUE, QUEUE_SCHEMA } from './queue.ts'

/** How many more workers may try after one that died of it, or could not. */
const RETRIES = 3
/**
 * So long a worker may be silent. It says three times as often that it is alive: two lost words are forgiven, and a dead
 * worker's student waits half a minute, less than a grading takes.
 */
const LEASE_SECONDS = 30

/** One student in one lesson. */
export interface WantedJob {
  student: string
  lesson: string
  /**
   * What a worker needs to reach the student's work, as plain data; it is handed to `gradeOne` as it is. Paths of keys, never
   * keys: it lies in the database.
   */
  work?: unknown
}

/** What is to be graded under one name. */
export interface ClassRun {
  /** Name of the run. */
  run: string
  /** Roster.digest: a run that goes on must be of the same roster. */
  rosterDigest: string
  /** In the roster's order. */
  jobs: WantedJob[]
  leaseSeconds?: number
}

/**
 * Puts a class into the queue; returns how many jobs are new there. Called again for the same run it goes on with it: who has
 * a result in which nothing is ungraded is left alone, and so is who waits or is being graded; the others are graded again.
 * Throws BadCall where the run is of another roster, or the database cannot be used.
 */
export async function enqueueClass(
  connection: string,
  { run, rosterDigest, jobs, leaseSeconds = LEASE_SECONDS }: ClassRun,
): Promise<{ queued: number; left: number }> {
  await using queue = await openQueue(connection)
  await queue.query('INSERT INTO ovn_lab.run (run, roster_digest) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
    run,
    rosterDigest,
  ])
  const [known] = await queue.query<{ roster_digest: string }>(
    'SELECT roster_digest FROM ovn_lab.run WHERE run = $1',
    [run],
  )
  if (known?.roster_digest !== rosterDigest)
    throw new BadCall(
      text(
        `The roster has changed since run ${run} began: bring it back, or grade again without --resume.`,
        `${run} 這次評分開始之後，名單改過了：請改回原本的名單，或不加 --resume 重新評分。`,
      ),
    )
  const wanted = jobs.map(({ student, lesson }, place) => ({ student, lesson, place, job: randomUUID() }))
  const due = await queue.query<{ student: string; lesson: string; job: string }>(
    `INSERT INTO ovn_lab.job AS known (run, student, lesson, place, job)
     SELECT $1, student, lesson, place, job
     FROM json_to_recordset($2) AS wanted (student text, lesson text, place int, job uuid)
     ON CONFLICT (run, student, lesson) DO UPDATE SET job = excluded.job
     WHERE NOT EXISTS (SELECT FROM ovn_lab.result done
                       WHERE (done.run, done.student, done.lesson) = (known.run, known.student, known.lesson)
                         AND done.ungraded_claims = 0)
       AND NOT EXISTS (SELECT FROM ${QUEUE_SCHEMA}.job pending
                       WHERE pending.name = '${QUEUE}' AND pending.id = known.job AND pending.state <= 'active')
     RETURNING student, lesson, job`,
    [run, JSON.stringify(wanted)],
  )
  const keyOf = ({ student, lesson }: WantedJob) => JSON.stringify([student, lesson])
  const works = new Map(jobs.map(job => [keyOf(job), job.work]))
  await queue.boss.insert(
    due.map(({ job, ...named }) => ({
      id: job,
      name: QUEUE,
      data: { run, rosterDigest, ...named, work: works.get(keyOf(named)) },
      expireInSeconds: leaseSeconds,
      retryLimit: RETRIES,
      retryDelay: 1,
    })),
  )
  return { queued: due.length, left: jobs.length - due.length }
}
