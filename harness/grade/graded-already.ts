import type { Bundle } from '../bundle/bundle.ts'
import type { History } from '../bundle/history.ts'

/**
 * Who need not be graded when the last run in a folder goes on: those of whom it stored that every check ran, and who were
 * believed. Whose machine was off gets another chance. As `LESSON/STUDENT`.
 */
export async function gradedAlready({
  lastRun,
  attempts,
}: Pick<History, 'lastRun' | 'attempts'>): Promise<Set<string>> {
  const graded = new Set<string>()
  for (const { student, lesson, attempt } of lastRun()?.done ?? []) {
    const bundle = (await attempts(student, lesson)).find(one => one.attempt === attempt)
    if (bundle && !('lost' in bundle) && isWhole(bundle)) graded.add(keyOf(student, lesson))
  }
  return graded
}

/** How such a set names a student in a lesson. */
export const keyOf = (student: string, lesson: string): string => `${lesson}/${student}`

const isWhole = ({ judged, untrusted = [] }: Bundle): boolean =>
  untrusted.length === 0 && Object.values(judged).every(({ verdict }) => verdict !== 'unknown')
