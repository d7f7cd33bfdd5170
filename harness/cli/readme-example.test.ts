import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { checkout } from '../core/checkout.ts'
import { paced } from '../testing/paced.ts'

/** The lines of the check that a README shows; `…` stands for those that it leaves out. */
function shownIn(readme: string): string[] {
  const [, block = ''] = /^\$ npm run check day-06\n([\s\S]*?)^```$/m.exec(readme) ?? []
  return block.split('\n').filter(line => line.trim() !== '' && line.trim() !== '…')
}

/** How long it took, and what to type next, are not those of a recording. */
const everywhere = (line: string) =>
  line.replace(/\d+\.\d (?=s|秒)/, '').replace(/npm run check .*day-06.*/, 'npm run check day-06')

it.each([
  ['en', 'README.md'],
  ['zh-TW', 'docs/README.zh-TW.md'],
])(
  '%s: the check that the README shows is what the command prints',
  { timeout: paced(60_000) },
  (lang, file) => {
    const shown = shownIn(readFileSync(join(checkout, file), 'utf8')).map(everywhere)
    const recording = 'lessons/day-06/recordings/localnet.json'
    const { stdout } = spawnSync(
      process.execPath,
      ['harness/ovn-lab.mjs', 'check', 'day-06', '--lang', lang, '--replay', recording],
      { cwd: checkout, encoding: 'utf8' },
    )
    const printed = stdout.split('\n').map(everywhere)
    expect(shown.length).toBeGreaterThan(15)
    expect(shown.filter(line => !printed.includes(line))).toEqual([])
  },
)
