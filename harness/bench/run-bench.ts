import { BadCall } from '../core/errors.ts'
import { closingAfterwards } from '../core/interrupt.ts'
import { nearest } from '../core/nearest.ts'
import { text } from '../core/text.ts'
import type { Lesson } from '../lesson/lesson.ts'
import { asJson, assertWritable, writeReport } from '../tell/report-file.ts'
import { deadNodes } from './dead-nodes.ts'
import { doingOnStderr } from './doing.ts'
import { type Bench, FIGURES, type Figure, median, repeat, timed, WATCHED } from './figure.ts'
import { gradeLabs } from './grade-labs.ts'
import { gradingFigures } from './grading.ts'
import { BenchLabs } from './labs.ts'
import { LEARNED, studioFigures } from './studio.ts'
import type { TimedRun } from './timed-process.ts'
import { checkVersusTestinfra } from './versus-testinfra.ts'
import { watchFigures } from './watch.ts'

interface Wanted {
  /** A file for the figures. */
  json?: string
  /** Only these, by id; all when empty. */
  figure: string[]
  /** The name of the lab that is made for it, and taken away. */
  lab: string
}

/** Measures every wanted figure on an embedded lab of its own, prints each as soon as it is known, and removes the lab. */
export async function runBench(
  lesson: Lesson,
  runs: number,
  { json, figure: only, lab }: Wanted,
): Promise<void> {
  for (const id of only) assertFigure(id)
  await assertWritable(json)
  const figures: Figure[] = []
  const doing = doingOnStderr()
  const wants: Bench['wants'] = (...ids) => only.length === 0 || ids.some(id => only.includes(id))
  const tell: Bench['tell'] = (id, value, unit = 'ms') => {
    if (!wants(id)) return
    doing.clear()
    figures.push({ id, value, unit })
    console.log(`${id.padEnd(20)} ${Math.round(value * 100) / 100} ${unit}`)
  }
  const bench: Bench = { wants, tell, say: doing.say }
  try {
    await labFigures(lesson, lab, runs, bench)
    await gradingFigures(lesson.id, bench)
    await gradeLabs(lesson, bench)
  } finally {
    doing.clear()
  }
  if (json !== undefined) writeReport(json, asJson({ schema: 1, figures }))
}

function assertFigure(id: string): void {
  if ((FIGURES as readonly string[]).includes(id)) return
  const guess = nearest(id, FIGURES)
  throw new BadCall(
    text(
      `There is no figure "${id}".${guess ? ` Did you mean "${guess}"?` : ''} Figures: ${FIGURES.join(', ')}.`,
      `沒有「${id}」這個數字${guess ? `，是不是要寫「${guess}」？` : '。'}可以測量的有：${FIGURES.join('、')}。`,
    ),
  )
}

/** What is measured on a lab: from nothing to ready, back to untouched, checks, dead nodes. */
async function labFigures(lesson: Lesson, lab: string, runs: number, bench: Bench): Promise<void> {
  const { wants, tell, say } = bench
  const saying = (what: string) => (done: number, all: number) => say(what, done, all)
  const onSolved = wants(
    'check-cold',
    'check-first-line',
    'check-vs-testinfra',
    'check-dead-nodes',
    ...WATCHED,
    ...LEARNED,
  )
  if (!onSolved && !wants('lab-up', 'lab-reset')) return
  const labs = new BenchLabs()
  const measured = async () => {
    // Not wanted, it is the lab of the others.
    tell(
      'lab-up',
      median(await repeat(wants('lab-up') ? runs : 0, () => timedUp(labs, lab), saying('lab up'))),
    )
    if (wants('lab-reset'))
      tell('lab-reset', median(await repeat(runs, () => timed(() => labs.reset(lab)), saying('lab reset'))))
    if (!onSolved) return
    say(`solve ${lesson.id}`)
    await labs.command('solve', lesson.id, '--lab', lab)
    if (wants('check-cold', 'check-first-line')) {
      const checks = await repeat(
        runs,
        () => holding(labs.command('check', lesson.id, '--lab', lab)),
        saying('check'),
      )
      tell('check-cold', median(checks.map(run => run.wholeMs)))
      tell('check-first-line', median(checks.map(run => run.firstOutputMs)))
    }
    if (wants('check-vs-testinfra')) {
      say('check, and pytest-testinfra beside it')
      const ratio = await checkVersusTestinfra(lesson, lab, labs, runs)
      if (ratio !== undefined) tell('check-vs-testinfra', ratio, 'ratio')
    }
    if (wants(...WATCHED)) await watchFigures(lesson, lab, labs, runs, bench)
    if (wants(...LEARNED)) await studioFigures(lesson.id, lab, runs, bench)
    if (wants('check-dead-nodes')) {
      say('check of nodes that do not answer')
      tell('check-dead-nodes', await deadNodes(lesson.id, lab, labs))
    }
  }
  await closingAfterwards(() => labs.close(), measured)
}

/** From nothing to ready; the first, uncounted run also makes the image if there is none. */
async function timedUp(labs: BenchLabs, lab: string): Promise<number> {
  await labs.down(lab)
  return timed(() => labs.up(lab))
}

/** A check that did not hold has measured something else. */
async function holding(running: Promise<TimedRun>): Promise<TimedRun> {
  const run = await running
  if (run.exitCode !== 0)
    throw new Error(`the check of a solved lab ended with ${run.exitCode}:\n${run.output}`)
  return run
}
