import type PgBoss from 'pg-boss'
import { BadCall } from '../core/errors.ts'
import { text } from '../core/text.ts'

/** The release that runs on every Node we do; those after it need Node 22. */
const PACKAGE = 'pg-boss@10.4.2'

/**
 * The queue's engine, which only those install who run a service. Rejects with BadCall, one sentence with the command,
 * where it is not there.
 */
export async function loadPgBoss(load: () => Promise<{ default: unknown }> = () => import('pg-boss')) {
  try {
    return (await load()).default as typeof PgBoss
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new BadCall(
      text(
        `A queue needs pg-boss, which is not installed: npm install --no-save ${PACKAGE}`,
        `佇列需要 pg-boss，目前尚未安裝：npm install --no-save ${PACKAGE}`,
      ),
    )
  }
}
