import type { Lang } from '../core/text.ts'
import type { Taught } from '../judge/proof.ts'
import type { Looker } from '../look/evidence.ts'
import type { Course, Progress } from '../tell/course.ts'
import type { Closing } from '../tell/teller.ts'
import { nodeNames } from '../topology/topology.ts'
import { openCheck } from './open-check.ts'

type Standing = Course['standings'][number]

/** Judges every lesson by the same looks at one lab. */
export async function lookAtCourse(
  taught: Taught[],
  looker: Looker,
  lang: Lang,
  signal: AbortSignal,
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
  const next = nextOf(standings)
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

/** The one that is furthest of those that are begun, else the first that is not begun after the last that is done. */
function nextOf(standings: Standing[]): Course['next'] {
  const [furthest] = standings
    .filter(({ progress }) => progress === 'begun')
    .sort((one, other) => (other.closing?.points ?? 0) - (one.closing?.points ?? 0))
  if (furthest) return furthest.lesson
  const after = standings.findLastIndex(({ progress }) => progress === 'done') + 1
  const inOrder = [...standings.slice(after), ...standings.slice(0, after)]
  return inOrder.find(({ progress }) => progress === 'not-begun')?.lesson
}
