import type { Lang } from '../core/text.ts'
import type { Taught } from '../judge/proof.ts'
import type { Looker } from '../look/evidence.ts'
import type { Course, Progress } from '../tell/course.ts'
import type { Closing } from '../tell/teller.ts'
import { nodeNames } from '../topology/topology.ts'
import { openCheck } from './open-check.ts'

type Standing = Course['standings'][number]

/** Judges every lesson by the same looks at one lab. `completed`: ids of lessons that the learner completed before, on any lab. */
export async function lookAtCourse(
  taught: Taught[],
  looker: Looker,
  lang: Lang,
  signal: AbortSignal,
  completed: ReadonlySet<string> = new Set(),
): Promise<Course> {
  const { lab } = looker
  const standings = await Promise.all(
    taught.map(async ({ lesson, proofs }): Promise<Standing> => {
      if (nodeNames(lesson.topology).some(node => !looker.nodes.includes(node)))
        return { lesson, progress: 'elsewhere' }
      const closing = await openCheck({ lesson, lab, lang, tellers: [] }).judge(proofs, looker, signal)
      return { lesson, progress: progressOf(closing), closing }
    }),
  )
  const next = nextOf(standings, completed)
  return { lab, lang, standings, ...(next && { next }) }
}

/** Something holds that a learner builds. */
const heldIn = ({ stages }: Closing) =>
  stages.flatMap(({ claims }) =>
    claims.filter(({ claim, judgement }) => !claim.given && judgement.verdict === 'holds'),
  )

function progressOf(closing: Closing): Progress {
  if (closing.verdict === 'holds') return 'done'
  if (heldIn(closing).length > 0) return 'begun'
  return closing.verdict === 'unknown' ? 'unknown' : 'not-begun'
}

/**
 * The one that is furthest of those that are begun, else the first that is neither done nor completed before, from the last that is
 * done on. A lab has the network of one lesson at a time: what an earlier lesson has in common with one that is done is no work
 * on that earlier one.
 */
export function nextOf(standings: Standing[], completed: ReadonlySet<string>): Course['next'] {
  const after = standings.findLastIndex(({ progress }) => progress === 'done') + 1
  const [furthest] = standings
    .slice(after)
    .filter(({ progress }) => progress === 'begun')
    .sort((one, other) => (other.closing?.points ?? 0) - (one.closing?.points ?? 0))
  if (furthest) return furthest.lesson
  const inOrder = [...standings.slice(after), ...standings.slice(0, after)]
  return inOrder.find(
    ({ lesson, progress }) => ['begun', 'not-begun'].includes(progress) && !completed.has(lesson.id),
  )?.lesson
}
