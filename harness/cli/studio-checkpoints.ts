import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { listCheckpoints } from '../checkpoint/store.ts'
import { checkout } from '../core/checkout.ts'
import { type Lang, text } from '../core/text.ts'
import type { CheckpointDesk, Done } from '../studio/studio.ts'
import type { LabChoice } from './flags.ts'

/**
 * The checkpoints of a lesson, for the studio: each is saved and restored by the command, in a process that may end by itself.
 * What it says is returned, whether it worked or not.
 */
export function studioCheckpoints(lesson: string, { lab, inventory, lessons }: LabChoice): CheckpointDesk {
  const machines = flagsOf({ lab, inventory, lessons })
  const flags = [...flagsOf({ lesson }), ...machines]
  const save = (lang: Lang) => command(['checkpoint', 'save', ...flags], lang)
  return {
    list: () =>
      listCheckpoints()
        .checkpoints.filter(one => one.lesson === lesson)
        .map(({ name, savedAt }) => ({ name, savedAt })),
    save,
    restore: (name, lang) => command(['checkpoint', 'restore', name, '--yes', ...flags], lang),
    async solve(stage, lang) {
      const saved = await save(lang)
      if (!saved.isDone) return { words: `${saved.words}\n${NOT_SOLVED[lang]}`, isDone: false }
      const { words, isDone } = await command(['solve', lesson, '--stage', stage, ...machines], lang)
      return { words: [saved.words, ...(isDone ? [SOLVED[lang]] : []), words].join('\n'), isDone }
    },
  }
}

const NOT_SOLVED = text('Nothing was changed.', '什麼都沒有改變。')
const SOLVED = text('Then these commands were run:', '接著執行了這些指令：')

const flagsOf = (values: Record<string, string | undefined>): string[] =>
  Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value]))

function command(argv: string[], lang: Lang): Promise<Done> {
  const words = [join(checkout, 'harness/ovn-lab.mjs'), ...argv, '--lang', lang]
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', chunk => {
      said += chunk
    })
  return new Promise(resolve => {
    child.on('error', problem => resolve({ words: problem.message, isDone: false }))
    child.on('close', code => resolve({ words: said.replace(/^\n+|\s+$/g, ''), isDone: code === 0 }))
  })
}
