import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, it } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'ovn-lab-interrupt-'))
const program = join(folder, 'program.mjs')

/** Works for as long as its argument says, in ms; then, or when it is interrupted, it closes, which takes a moment. */
const PROGRAM = `import { setTimeout as pause } from 'node:timers/promises'
import { closingAfterwards } from './interrupt.ts'
const close = async () => {
  console.log('closing')
  await pause(300)
  console.log('closed')
}
await closingAfterwards(close, async () => {
  console.log('working')
  await pause(Number(process.argv[2]))
})
console.log('over')`

beforeAll(async () => {
  const stdin = { contents: PROGRAM, resolveDir: import.meta.dirname }
  await build({ stdin, outfile: program, bundle: true, platform: 'node', format: 'esm', logLevel: 'warning' })
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Starts it and sends the signal when it has said the word; resolves with all that it said, and how it ended. */
async function interrupted(workMs: number, word: string, signal: NodeJS.Signals) {
  const child: ChildProcess = spawn(process.execPath, [program, String(workMs)])
  let said = ''
  child.stdout!.on('data', chunk => {
    const isNow = !said.includes(word)
    said += chunk
    if (isNow && said.includes(word)) child.kill(signal)
  })
  const [code, killedBy] = await once(child, 'close')
  return [...said.trim().split('\n'), code ?? killedBy]
}

it('a signal in the middle of the work closes, and ends the process as shells expect', async () => {
  expect(await interrupted(60_000, 'working', 'SIGINT')).toEqual(['working', 'closing', 'closed', 130])
})

it('a signal while everything is closed already is no end in its middle', async () => {
  expect(await interrupted(0, 'closing', 'SIGHUP')).toEqual(['working', 'closing', 'closed', 129])
})
