import type PgBoss from 'pg-boss'
import { BadCall } from '../core/errors.ts'
import { text } from '../core/text.ts'
import { databaseTrouble } from './connection.ts'
import { loadPgBoss } from './load-pg-boss.ts'

/** Name of the one queue, and of the schema that pg-boss has for itself. */
export const QUEUE = 'grade'
export const QUEUE_SCHEMA = 'ovn_lab_queue'
/** How long a finished job is known: longer than anybody waits for a class. */
const KEPT_SECONDS = 7 * 86_400
/** How often one of all who are connected looks for jobs whose worker is silent. */
const LOOK_SECONDS = 2
const CONNECT_MS = 10_000

/**
 * What is ours: which jobs a run has, and one result for each. The row is json and not jsonb, which refuses U+0000: a
 * student's machine may say anything. Locked, as several workers may be the first.
 */
const TABLES = `
  BEGIN;
  SELECT pg_advisory_xact_lock(hashtext('ovn_lab'));
  CREATE SCHEMA IF NOT EXISTS ovn_lab;
  CREATE TABLE IF NOT EXISTS ovn_lab.run (
    run text PRIMARY KEY,
    roster_digest text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE TABLE IF NOT EXISTS ovn_lab.job (
    run text NOT NULL REFERENCES ovn_lab.run ON DELETE CASCADE,
    student text NOT NULL,
    lesson text NOT NULL,
    place int NOT NULL,
    job uuid NOT NULL,
    PRIMARY KEY (run, student, lesson)
  );
  CREATE TABLE IF NOT EXISTS ovn_lab.result (
    run text NOT NULL,
    student text NOT NULL,
    lesson text NOT NULL,
    ungraded_claims int NOT NULL,
    "row" json NOT NULL,
    bundle bytea NOT NULL,
    worker text NOT NULL,
    stored_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (run, student, lesson),
    FOREIGN KEY (run, student, lesson) REFERENCES ovn_lab.job ON DELETE CASCADE
  );
  COMMIT;`

/** An open connection to the queue and its tables. */
export interface Queue extends AsyncDisposable {
  boss: PgBoss
  query<Row>(sql: string, values?: unknown[]): Promise<Row[]>
}

/**
 * Connects, and makes the tables where they are not there yet. `onTrouble` hears what goes wrong later, in the background:
 * a database that is restarted is connected to anew. Rejects with BadCall, one sentence without the password.
 */
export async function openQueue(
  connection: string,
  onTrouble: (trouble: BadCall) => void = () => undefined,
): Promise<Queue> {
  const Boss = await loadPgBoss()
  const options: PgBoss.ConstructorOptions & { connectionTimeoutMillis: number } = {
    connectionString: connection,
    connectionTimeoutMillis: CONNECT_MS,
    application_name: 'ovn-lab',
    schema: QUEUE_SCHEMA,
    schedule: false,
    maintenanceIntervalSeconds: LOOK_SECONDS,
    archiveCompletedAfterSeconds: KEPT_SECONDS,
    archiveFailedAfterSeconds: KEPT_SECONDS,
  }
  const boss = new Boss(options)
  boss.on('error', error => onTrouble(databaseTrouble(error, connection)))
  const db = boss.getDb()
  const query = async <Row>(sql: string, values: unknown[] = []): Promise<Row[]> => {
    try {
      return ((await db.executeSql(sql, values))?.rows ?? []) as Row[]
    } catch (error) {
      throw databaseTrouble(error, connection)
    }
  }
  const close = () => boss.stop({ graceful: false })
  try {
    await boss.start()
    await assertUtf8(query)
    await db.executeSql(TABLES, undefined as unknown as unknown[])
    await boss.createQueue(QUEUE)
  } catch (error) {
    await close().catch(() => undefined)
    throw databaseTrouble(error, connection)
  }
  return { boss, query, [Symbol.asyncDispose]: close }
}

/** In another encoding a name in Chinese is an error, once it is too late. */
async function assertUtf8(query: Queue['query']): Promise<void> {
  const [row] = await query<{ server_encoding: string }>('SHOW server_encoding')
  if (row?.server_encoding !== 'UTF8')
    throw new BadCall(
      text(
        `The database is encoded in ${row?.server_encoding}; it must be UTF8: createdb -E UTF8 -T template0.`,
        `資料庫的編碼是 ${row?.server_encoding}，必須是 UTF8：createdb -E UTF8 -T template0。`,
      ),
    )
}
