import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { BadCall } from '../core/errors.ts'
import { nearest } from '../core/nearest.ts'
import { text } from '../core/text.ts'
import type { Lesson } from '../lesson/lesson.ts'
import { complain, readManifest } from '../manifest/validate.ts'
import type { Solution, Step } from '../solve/solution.ts'
import { nodeNames } from '../topology/topology.ts'
import { type Piece, piecesOf } from './parts.ts'
import { readHandedIn } from './read-handed-in.ts'

/** What was handed in, ready to be run. */
export interface Submission {
  form: 'scripts' | 'solution'
  /** SHA-256 (hex) over names and contents of the files that are run. */
  digest: string
  /** When it was collected, as its submission.yaml says: ISO 8601. */
  takenAt?: string
  /** In the order in which they run. None where nothing but comments was handed in. */
  pieces: Piece[]
}

const SOLUTION = 'solution.yaml'
const ABOUT = 'submission.yaml'
const scriptOf = (node: string) => `${node}.sh`

/** The nodes of a lesson, the central one first: others ask its databases. */
export const centralFirst = ({ topology }: Pick<Lesson, 'topology'>): string[] => [
  topology.central,
  ...nodeNames(topology).filter(node => node !== topology.central),
]

/**
 * Reads the folder that was handed in: a script for each node, or a solution.yaml, and perhaps a submission.yaml about
 * them. BadCall, with file, line and column where there is a place, for everything that cannot be run as it was meant.
 */
export async function loadSubmission(folder: string, lesson: Lesson): Promise<Submission> {
  const nodes = centralFirst(lesson)
  const files = await readHandedIn(folder, [...nodes.map(scriptOf), SOLUTION, ABOUT])
  const { takenAt } = files.has(ABOUT) ? await loadAbout(join(folder, ABOUT), lesson) : {}
  const scripts = nodes.filter(node => files.has(scriptOf(node)))
  if (files.has(SOLUTION) === scripts.length > 0) throw eitherOr(folder, scripts)
  const digest = createHash('sha256')
  for (const [name, content] of files) if (name !== ABOUT) digest.update(`${name}\0${content}\0`)
  const form = scripts.length > 0 ? 'scripts' : 'solution'
  const pieces =
    form === 'solution'
      ? await stepsOf(join(folder, SOLUTION), files.get(SOLUTION)!, lesson)
      : piecesOf(
          scripts.map(node => {
            const file = scriptOf(node)
            return { node, file, path: join(folder, file), content: files.get(file)! }
          }),
        )
  return { form, digest: digest.digest('hex'), ...(takenAt !== undefined && { takenAt }), pieces }
}

async function loadAbout(path: string, { id }: Lesson): Promise<{ takenAt?: string }> {
  const { default: schema } = await import('./submission.schema.json', { with: { type: 'json' } })
  const { value, at } = await readManifest<{ lesson: string; takenAt?: string }>(path, schema)
  if (value.lesson === id) return value
  throw complain(
    at('lesson'),
    text(
      `this was handed in for ${value.lesson}, not for ${id}`,
      `這是為 ${value.lesson} 繳交的，不是 ${id}`,
    ),
  )
}

async function stepsOf(path: string, content: string, lesson: Lesson): Promise<Piece[]> {
  const { default: schema } = await import('./handed-solution.schema.json', { with: { type: 'json' } })
  const { value, at } = await readManifest<Pick<Solution, 'stages'>>(path, schema)
  const stages = lesson.stages.map(({ id }) => id)
  const nodes = nodeNames(lesson.topology)
  for (const [stage, steps] of Object.entries(value.stages)) {
    if (!stages.includes(stage)) throw unknown(at('stages', stage), 'stage', stage, stages)
    for (const [index, { on }] of steps.entries())
      if (!nodes.includes(on)) throw unknown(at('stages', stage, index, 'on'), 'node', on, nodes)
  }
  const lines = content.split('\n')
  const pieceOf = (stage: string, { on, run }: Step, index: number): Piece => {
    const place = at('stages', stage, index, 'run')
    const [line, column] = place
      .slice(path.length + 1)
      .split(':')
      .map(Number) as [number, number]
    // The text of a block scalar begins behind the line that announces it.
    const isBlock = /^[|>]/.test(lines[line - 1]?.slice(column - 1) ?? '')
    return { node: on, file: SOLUTION, line: isBlock ? line + 1 : line, run, stopsAtError: true }
  }
  return stages.flatMap(stage =>
    (value.stages[stage] ?? []).map((step, index) => pieceOf(stage, step, index)),
  )
}

function unknown(where: string, kind: 'stage' | 'node', word: string, known: string[]): BadCall {
  const guess = nearest(word, known)
  const kinds = { stage: text('stage', '階段'), node: text('node', '節點') }[kind]
  return complain(
    where,
    text(
      `there is no ${kinds.en} "${word}"${guess === undefined ? '' : `; did you mean "${guess}"?`} Known: ${known.join(', ')}`,
      `沒有名為「${word}」的${kinds['zh-TW']}${guess === undefined ? '' : `，是不是要寫「${guess}」？`}現有：${known.join('、')}`,
    ),
  )
}

const eitherOr = (folder: string, scripts: string[]): BadCall =>
  new BadCall(
    scripts.length > 0
      ? text(
          `${folder}: contains ${SOLUTION} and ${scripts.map(scriptOf).join(', ')}: hand in one or the other`,
          `${folder}：同時有 ${SOLUTION} 和 ${scripts.map(scriptOf).join('、')}，請只繳交其中一種`,
        )
      : text(
          `${folder}: contains neither scripts (NODE.sh) nor ${SOLUTION}`,
          `${folder}：裡面沒有腳本（NODE.sh），也沒有 ${SOLUTION}`,
        ),
  )
