import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CannotLook } from '../judge/errors.ts'
import { root } from '../root.ts'
import { type Text, text } from '../say/text.ts'
import { connectMachine } from '../ssh/connect.ts'
import { connectAll } from '../ssh/connect-all.ts'
import type { Machine } from '../ssh/machine.ts'
import { vagrantInventory } from './inventory.ts'
import { up } from './up.ts'

/** Services are stopped and started, which an emulated machine does slowly. */
const DEADLINE_MS = 300_000

/** Back to untouched machines, by undoing what was done on them. Starts machines that are off. */
export async function reset(say: (line: Text) => void): Promise<void> {
  await up(() => undefined)
  const machines = connectAll(await vagrantInventory(), connectMachine)
  try {
    await undoWork(await Promise.all(machines.values()))
  } finally {
    await Promise.allSettled([...machines.values()].map(async machine => (await machine).close()))
  }
  say(
    text(
      'Lab "vagrant" is untouched again. Files in home folders stay.',
      '實驗環境「vagrant」已還原成全新的機器。家目錄裡的檔案會保留。',
    ),
  )
}

/**
 * Runs harness/machine/untouched.sh on every machine: first all forget, then all begin again. A chassis that met
 * the old southbound database, or one that is just being made, would end up wrong.
 */
export async function undoWork(machines: Machine[]): Promise<void> {
  const script = readFileSync(join(root, 'harness/machine/untouched.sh'), 'utf8')
  for (const phase of ['forget', 'begin'])
    await Promise.all(machines.map(machine => runPhase(machine, `set -- ${phase}\n${script}`)))
}

async function runPhase(machine: Machine, script: string): Promise<void> {
  const { code, stderr } = await machine.run(script, { deadlineMs: DEADLINE_MS })
  if (code === 0) return
  const said = stderr.trim().split('\n').slice(-3).join(' / ')
  throw new CannotLook(
    text(`${machine.node} could not be reset: ${said}`, `${machine.node} 無法還原：${said}`),
    { where: machine.node, help: 'npx ovn-lab lab status --lab vagrant' },
  )
}
