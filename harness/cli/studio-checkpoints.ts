import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { listCheckpoints } from '../checkpoint/store.ts'
import { checkout } from '../core/checkout.ts'
import { type Lang, text } from '../core/text.ts'
import type { CheckpointDesk } from '../studio/studio.ts'
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
    save: async lang => (await save(lang)).said,
    restore: async (name, lang) =>
      (await command(['checkpoint', 'restore', name, '--yes', ...flags], lang)).said,
    async solve(stage, lang) {
      const saved = await save(lang)
      if (saved.code !== 0) return `${saved.said}\n${NOT_SOLVED[lang]}`
      const solved = await command(['solve', lesson, '--stage', stage, ...machines], lang)
      return [saved.said, solved.said, ...(solved.code === 0 ? [SOLVED[lang]] : [])].join('\n')
    },
  }
}

const NOT_SOLVED = text('Nothing was changed.', '什麼都沒有改變。')
const SOLVED = text('These commands have been run.', '已執行這些指令。')

const flagsOf = (values: Record<string, string | undefined>): string[] =>
  Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value]))

interface Ended {
  code: number | null
  said: string
}

function command(words: string[], lang: Lang): Promise<Ended> {
  const argv = [join(checkout, 'harness/ovn-lab.mjs'), ...words, '--lang', lang]
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', chunk => {
      said += chunk
    })
  return new Promise(resolve => {
    child.on('error', problem => resolve({ code: null, said: problem.message }))
    child.on('close', code => resolve({ code, said: said.replace(/^\n+|\s+$/g, '') }))
  })
}
