import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { checkout } from '../core/checkout.ts'
import { commandLines } from './command-lines.ts'

const LEFT = '\u001b[?7h\u001b[?25h\u001b[?1049l'
const folder = fs.mkdtempSync(join(tmpdir(), 'terminal-'))
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }))

/** What a program writes that takes a terminal (script(1) lends it one) and then does this. */
async function onTerminal(deed: string): Promise<string> {
  const { build } = await import('esbuild')
  const program = join(folder, 'program.mjs')
  const contents = `import { openTerminal } from ${JSON.stringify(join(checkout, 'harness/watch/terminal.ts'))}
    const terminal = openTerminal({ input: process.stdin, output: process.stdout }, { onKey() {}, onRedraw() {}, onGone() {} })
    terminal.write('drawn')
    setTimeout(() => { ${deed} }, 10)`
  await build({
    ...{
      stdin: { contents, resolveDir: checkout },
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile: program,
    },
  })
  const { stdout } = spawnSync('script', ['-qfec', `'${process.execPath}' '${program}'`, '/dev/null'], {
    encoding: 'utf8',
    input: '',
    timeout: 10_000,
  })
  return stdout
}

it.each([
  ['throws', 'throw new Error("broken")'],
  ['rejects', 'Promise.reject(new Error("broken"))'],
])('a terminal is given back before a program that %s says why', async (_, deed) => {
  const written = await onTerminal(deed)
  expect(written.indexOf(LEFT)).toBeGreaterThan(written.indexOf('drawn'))
  expect(written.indexOf('broken')).toBeGreaterThan(written.indexOf(LEFT))
})

it('a terminal is given back once where a program ends', async () => {
  expect((await onTerminal('process.exit(3)')).split(LEFT)).toHaveLength(2)
  expect((await onTerminal('terminal.close(); terminal.close()')).split(LEFT)).toHaveLength(2)
})

it('a command is broken where it still runs, and nowhere else', () => {
  const command = `sudo ovn-nbctl find Logical_Switch_Port "name=a b c d e f g" type=localnet   # on controller`
  const lines = commandLines(command, 40)
  expect(lines.length).toBeGreaterThan(2)
  const run = (script: string) =>
    spawnSync('sh', ['-c', `sudo() { printf '<%s>' "$@"; }; ${script}`], { encoding: 'utf8' }).stdout
  expect(run(lines.join('\n'))).toBe(run(command))
})
