import { BadCall, CannotLook } from '../core/errors.ts'
import type { Trail } from '../core/hop.ts'
import type { Text } from '../core/text.ts'
import { loadExplain } from '../explain/load-explain.ts'
import type { LiveLesson } from '../live/live.ts'
import { Lab } from '../look/lab.ts'
import { oneView } from '../look/one-view.ts'

/** Sends a packet and follows it, as `explain` does; or why that could not be done. */
export async function follow(
  { looker }: LiveLesson,
  asked: { from: string; to: string },
  signal: AbortSignal,
): Promise<{ trail: Trail } | { sorry: Text }> {
  try {
    const explain = await loadExplain()
    return { trail: await explain(new Lab(oneView(looker)), asked, signal) }
  } catch (thrown) {
    if (thrown instanceof BadCall) return { sorry: thrown.sentence }
    if (thrown instanceof CannotLook) return { sorry: thrown.reason }
    throw thrown
  }
}
