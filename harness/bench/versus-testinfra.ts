import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ask } from '../core/program.ts'
import { embeddedInventory } from '../embedded/index.ts'
import type { Lesson } from '../lesson/lesson.ts'
import { sshConfigFor } from '../ssh/ssh-config.ts'
import { type FigureId, median } from './figure.ts'
import type { BenchLabs } from './labs.ts'
import { type TimedRun, timedProcess } from './timed-process.ts'

/** A lesson's claims as a careful engineer would write them for pytest-testinfra, in its folder. */
const TESTS = 'test_claims.py'

/**
 * Our check and the same claims written for pytest-testinfra, in turn, so that both meet the same machine:
 * the median of their ratios (ours / theirs). Undefined, after saying so, where there are none, or pytest-testinfra is not installed.
 */
export async function checkVersusTestinfra(
  lesson: Lesson,
  lab: string,
  labs: BenchLabs,
  runs: number,
): Promise<number | undefined> {
  const testinfra = await testinfraFor(lesson, 'check-vs-testinfra')
  if (!testinfra) return undefined
  const ratios: number[] = []
  for (let run = 0; run <= runs; run++) {
    const ours = await labs.command('check', lesson.id, '--lab', lab)
    const theirs = await testinfra(lab)
    if (run > 0) ratios.push(ours.wholeMs / theirs.wholeMs)
  }
  return median(ratios)
}

/** Runs the lesson's claims for pytest-testinfra on a lab; undefined, after saying why a figure is missing, where that cannot be done. */
export async function testinfraFor(
  lesson: Lesson,
  figure: FigureId,
): Promise<((lab: string) => Promise<TimedRun>) | undefined> {
  const tests = join(lesson.folder, TESTS)
  const python = await pythonWithTestinfra()
  const missing = !existsSync(tests)
    ? `${lesson.id} has no ${TESTS}`
    : python === undefined && 'pytest-testinfra is not installed (apt install python3-testinfra)'
  if (missing || python === undefined) {
    console.log(`${figure.padEnd(20)} not measured: ${missing}`)
    return undefined
  }
  return async lab => {
    const inventory = await embeddedInventory(lab)
    if (!inventory) throw new Error(`lab ${lab} is not up`)
    const folder = await mkdtemp(join(tmpdir(), 'ovn-lab-bench-'))
    try {
      const config = join(folder, 'ssh-config')
      await writeFile(config, sshConfigFor(inventory))
      const args = ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', `--ssh-config=${config}`, tests]
      const run = await timedProcess(python, args, folder)
      if (run.exitCode !== 0) throw new Error(`pytest-testinfra ended with ${run.exitCode}:\n${run.output}`)
      return run
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
}

/** Debian installs testinfra for its own Python; another one may come first in PATH. */
async function pythonWithTestinfra(): Promise<string | undefined> {
  for (const python of ['python3', '/usr/bin/python3']) {
    const tried = await ask(python, ['-c', 'import testinfra, pytest'])
    if (tried?.code === 0) return python
  }
  return undefined
}
