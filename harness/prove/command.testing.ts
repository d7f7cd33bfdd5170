import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { checkout } from '../core/checkout.ts'

/** The command `prove` with these arguments, started as a process of its own. */
export const proveCommand = (argv: string[]): ChildProcess =>
  spawn(process.execPath, [join(checkout, 'harness/ovn-lab.mjs'), 'prove', ...argv, '--lang', 'en'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })

/** What a command says until it ends, and how it ends. */
export function ended(child: ChildProcess): Promise<{ code: number | null; said: string }> {
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data: Buffer) => (said += data))
  return new Promise(resolve => child.once('close', code => resolve({ code, said })))
}

/** The labs a proof says it works on. */
export const labsIn = (said: string) => said.match(/\bprove-(?:qemu-)?\d+\b/g) ?? []
