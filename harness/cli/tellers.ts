import { assertWritable } from '../tell/report-file.ts'
import { standardOutput } from '../tell/screen.ts'
import type { Teller } from '../tell/teller.ts'
import { terminalTeller } from '../tell/terminal.ts'
import type { CheckFlags } from './flags.ts'

/**
 * Everyone who is to be told of a check, by its flags and environment.
 * A report that could not be written is a BadCall now, before anything is looked at.
 */
export async function tellersFor(
  flags: CheckFlags,
  again: string,
  undo?: (lessonId: string) => string,
): Promise<Teller[]> {
  await assertWritable(flags.junit, flags.json, flags.record)
  const tellers: Teller[] = [
    terminalTeller({
      ...standardOutput(flags),
      again,
      ...(undo && { undo }),
      explain: flags.explain === true,
    }),
  ]
  if (flags.junit !== undefined) tellers.push((await import('../tell/junit.ts')).junitTeller(flags.junit))
  if (flags.json !== undefined) tellers.push((await import('../tell/json.ts')).jsonTeller(flags.json))
  if (process.env.GITHUB_ACTIONS) {
    const { githubTeller } = await import('../tell/github.ts')
    const annotations = githubTeller({
      env: process.env,
      write: words => void process.stdout.write(words),
    })
    // First to open and first to close: what machines say must not be taken for a workflow command.
    if (annotations) tellers.unshift(annotations)
  }
  return tellers
}
