import { down, reset, up } from '../embedded/index.ts'
import type { Lesson } from '../lesson/lesson.ts'
import { asJson, assertWritable, writeReport } from '../tell/report-file.ts'
import { command } from './command.ts'
import { deadNodes } from './dead-nodes.ts'
import { type Figure, median, repeat, timed } from './figure.ts'
import { gradeLabs } from './grade-labs.ts'
import { gradingFigures } from './grading.ts'
import { checkVersusTestinfra } from './versus-testinfra.ts'

const LAB = 'bench'
const quiet = () => undefined

interface Wanted {
  /** A file for the figures. */
  json?: string
  /** Only the figures of grading. */
  grading?: boolean
}

/** Measures every figure on an embedded lab of its own, prints each as soon as it is known, and removes the lab. */
export async function runBench(lesson: Lesson, runs: number, { json, grading }: Wanted): Promise<void> {
  await assertWritable(json)
  const figures: Figure[] = []
  const tell = (figure: Figure) => {
    figures.push(figure)
    console.log(`${figure.id.padEnd(20)} ${Math.round(figure.value * 100) / 100} ${figure.unit}`)
  }
  if (!grading) await labFigures(lesson, runs, tell)
  await gradingFigures(lesson.id, tell)
  await gradeLabs(lesson, tell)
  if (json !== undefined) writeReport(json, asJson({ schema: 1, figures }))
}

/** What is measured on a lab: from nothing to ready, back to untouched, checks, dead nodes. */
async function labFigures(lesson: Lesson, runs: number, tell: (figure: Figure) => void): Promise<void> {
  try {
    tell({ id: 'lab-up', value: median(await repeat(runs, timedUp)), unit: 'ms' })
    tell({
      id: 'lab-reset',
      value: median(await repeat(runs, () => timed(() => reset(LAB, quiet)))),
      unit: 'ms',
    })
    await command('solve', lesson.id, '--lab', LAB)
    const checks = await repeat(runs, () => holding(command('check', lesson.id, '--lab', LAB)))
    tell({ id: 'check-cold', value: median(checks.map(run => run.wholeMs)), unit: 'ms' })
    tell({ id: 'check-first-line', value: median(checks.map(run => run.firstOutputMs)), unit: 'ms' })
    const ratio = await checkVersusTestinfra(lesson, LAB, runs)
    if (ratio) tell(ratio)
    tell(await deadNodes(lesson.id, LAB))
  } finally {
    await down(LAB, quiet)
  }
}

/** From nothing to ready; the first, uncounted run also makes the image if there is none. */
async function timedUp(): Promise<number> {
  await down(LAB, quiet)
  return timed(() => up(LAB, quiet))
}

/** A check that did not hold has measured something else. */
async function holding(running: ReturnType<typeof command>): ReturnType<typeof command> {
  const run = await running
  if (run.exitCode !== 0)
    throw new Error(`the check of a solved lab ended with ${run.exitCode}:\n${run.output}`)
  return run
}
