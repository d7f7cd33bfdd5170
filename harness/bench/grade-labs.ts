import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, freemem, tmpdir } from 'node:os'
import { join } from 'node:path'
import { closingAfterwards } from '../core/interrupt.ts'
import { canRunHere } from '../embedded/index.ts'
import type { Lesson } from '../lesson/lesson.ts'
import { type Bench, timed } from './figure.ts'
import { BenchLabs } from './labs.ts'
import { testinfraFor } from './versus-testinfra.ts'

/** The class that pytest-testinfra is asked about beside us. */
const STUDENTS = 5
/** What the systemd, daemons and databases of a lab's two nodes may take, and how many keep a core busy. */
const BYTES_PER_LAB = 512 * 2 ** 20
const LABS_PER_CORE = 2

/**
 * A class of real labs, as many as fit here, from the command to its reports; and pytest-testinfra with the same claims
 * for a class of five on the same labs, side by side where there are as many.
 */
export async function gradeLabs(lesson: Lesson, { wants, tell, say }: Bench): Promise<void> {
  if (!wants('grade-n-labs', 'grade-n', 'testinfra-5')) return
  const able = await canRunHere()
  if (!able.ok) return console.log(`grade-n              not measured: ${able.reason.en}`)
  const fit = Math.min(availableParallelism() * LABS_PER_CORE, Math.floor(freemem() / BYTES_PER_LAB))
  const names = Array.from(
    { length: Math.max(1, Math.min(STUDENTS, fit)) },
    (_, at) => `bench-class-${at + 1}`,
  )
  const folder = await mkdtemp(join(tmpdir(), 'ovn-lab-bench-'))
  const labs = new BenchLabs()
  const close = async () => {
    await labs.close()
    await rm(folder, { recursive: true, force: true })
  }
  await closingAfterwards(close, async () => {
    for (const [at, lab] of names.entries()) {
      say('labs of a class', at, names.length)
      await labs.up(lab, { lessonFolder: lesson.folder })
      await labs.command('solve', lesson.id, '--lab', lab)
    }
    say('grading them')
    const roster = join(folder, 'class.yaml')
    const students = names.map(lab => `  - { id: ${lab}, lab: ${lab} }\n`)
    await writeFile(roster, `schema: 1\nlesson: ${lesson.id}\nstudents:\n${students.join('')}`)
    const run = await labs.command('grade', '--roster', roster, '--out', join(folder, 'reports'))
    if (run.exitCode !== 0) throw new Error(`grading solved labs ended with ${run.exitCode}:\n${run.output}`)
    tell('grade-n-labs', names.length, 'labs')
    tell('grade-n', run.wholeMs)
    const testinfra = wants('testinfra-5') && (await testinfraFor(lesson, 'testinfra-5'))
    if (!testinfra) return
    const ofLab = async (lab: string, at: number) => {
      for (let student = at; student < STUDENTS; student += names.length) await testinfra(lab)
    }
    say('pytest-testinfra on them')
    tell('testinfra-5', await timed(() => Promise.all(names.map(ofLab))))
  })
}
