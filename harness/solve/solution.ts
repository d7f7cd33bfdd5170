import { join } from 'node:path'
import { BadCall } from '../core/errors.ts'
import { text } from '../core/text.ts'
import { type Lesson, withoutExtra } from '../lesson/lesson.ts'

/** Shell lines for one node, run by bash as root with the lesson's helper.sh sourced. */
export interface Step {
  on: string
  run: string
}

/** A lesson's reference solution, stage by stage, and what takes all of it away again. */
export interface Solution {
  stages: Record<string, Step[]>
  undo: Step[]
}

/**
 * Reads lessons/DAY/solution.yaml, or another solution of the lesson's;
 * an invalid one, or one that leaves out a stage that is not extra, is a BadCall.
 */
export async function loadSolution(
  lesson: Lesson,
  file = join(lesson.folder, 'solution.yaml'),
): Promise<Solution> {
  const [{ loadManifest }, { default: schema }] = await Promise.all([
    import('../manifest/validate.ts'),
    import('../lesson/solution.schema.json', { with: { type: 'json' } }),
  ])
  const solution = await loadManifest<Solution>(file, schema)
  const missing = lesson.stages.flatMap(({ id, extra }) => (extra || id in solution.stages ? [] : [id]))
  if (missing.length > 0)
    throw new BadCall(
      text(
        `${file}: under "stages", these stages are missing: ${missing.join(', ')}. Where nothing is to be typed, write "${missing[0]}: []".`,
        `${file}：stages 裡缺少這些階段：${missing.join('、')}。不用輸入任何指令的階段請寫「${missing[0]}: []」。`,
      ),
    )
  return solution
}

/** The last stage without which the lesson is not complete. */
export const lastNormalStage = ({ stages }: Pick<Lesson, 'stages'>): string =>
  withoutExtra(stages).at(-1)?.id ?? stages.at(-1)!.id

/**
 * The steps of all stages up to and with `stageId`, or of all that are not extra; without those another of them
 * replaces. An unknown stage is a BadCall.
 */
export function stepsUpTo(
  lesson: Pick<Lesson, 'id' | 'stages'>,
  solution: Solution,
  stageId = lastNormalStage(lesson),
): Step[] {
  const stages = lesson.stages.slice(0, stageIndex(lesson, stageId) + 1)
  const replaced = stages.flatMap(({ replaces = [] }) => replaces)
  return stages.flatMap(({ id }) => (replaced.includes(id) ? [] : (solution.stages[id] ?? [])))
}

/** The position of a stage in its lesson; BadCall, with the stages there are, for an unknown one. */
export function stageIndex(lesson: Pick<Lesson, 'id' | 'stages'>, stageId: string): number {
  const index = lesson.stages.findIndex(stage => stage.id === stageId)
  if (index >= 0) return index
  const ids = lesson.stages.map(stage => stage.id)
  throw new BadCall(
    text(
      `${lesson.id} has no stage "${stageId}". Its stages: ${ids.join(', ')}.`,
      `${lesson.id} 沒有名為「${stageId}」的階段。現有階段：${ids.join('、')}。`,
    ),
  )
}
