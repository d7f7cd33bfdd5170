import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { listCheckpoints } from '../checkpoint/store.ts'
import { checkout } from '../core/checkout.ts'
import type { Lang } from '../core/text.ts'
import type { CheckpointDesk } from '../studio/studio.ts'
import type { LabChoice } from './flags.ts'

/** The checkpoints of a lesson, for the studio: each is saved and restored by the command, in a process that may end by itself. */
export function studioCheckpoints(lesson: string, { lab, inventory, lessons }: LabChoice): CheckpointDesk {
  const flags = Object.entries({ lesson, lab, inventory, lessons }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, value],
  )
  return {
    list: () =>
      listCheckpoints()
        .checkpoints.filter(one => one.lesson === lesson)
        .map(({ name, savedAt }) => ({ name, savedAt })),
    save: lang => command(['save', ...flags], lang),
    restore: (name, lang) => command(['restore', name, '--yes', ...flags], lang),
  }
}

function command(words: string[], lang: Lang): Promise<string> {
  const argv = [join(checkout, 'harness/ovn-lab.mjs'), 'checkpoint', ...words, '--lang', lang]
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', chunk => {
      said += chunk
    })
  return new Promise(resolve => {
    child.on('error', problem => resolve(problem.message))
    child.on('close', () => resolve(said.trim()))
  })
}
