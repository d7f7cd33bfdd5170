import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkout } from '../core/checkout.ts'
import { CannotLook } from '../core/errors.ts'
import { text } from '../core/text.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { connectMachine } from '../ssh/connect.ts'
import { connectAll } from '../ssh/connect-all.ts'
import type { Machine } from '../ssh/machine.ts'

/** Services are stopped and started, which an emulated machine does slowly. */
const DEADLINE_MS = 300_000

/** One whose connection was cut goes on by itself; the next one waits for it. */
const ALONE = 'exec 9< /etc/ovn-lab/node && flock -w 240 9'

/**
 * Makes machines that our scripts set up as untouched as they were then, by undoing whatever was done since
 * (harness/provision/untouched.sh): first all forget, then all begin again. A chassis that met the old southbound
 * database, or one that is just being made, would end up wrong. CannotLook where a machine cannot do it.
 */
export async function undoWork(machines: Machine[]): Promise<void> {
  const script = readFileSync(join(checkout, 'harness/provision/untouched.sh'), 'utf8')
  for (const phase of ['forget', 'begin'])
    await Promise.all(machines.map(machine => runPhase(machine, `set -- ${phase}\n${ALONE}\n${script}`)))
}

/** Does so on all machines of an inventory, over connections of its own. */
export async function undoWorkOn(inventory: Inventory): Promise<void> {
  const machines = connectAll(inventory, connectMachine)
  try {
    await undoWork(await Promise.all(machines.values()))
  } finally {
    await Promise.allSettled([...machines.values()].map(async machine => (await machine).close()))
  }
}

async function runPhase(machine: Machine, script: string): Promise<void> {
  const { code, stderr } = await machine.run(script, { deadlineMs: DEADLINE_MS })
  if (code === 0) return
  const said = stderr.trim().split('\n').slice(-3).join(' / ')
  throw new CannotLook(
    text(`${machine.node} could not be reset: ${said}`, `${machine.node} 無法還原：${said}`),
    { where: machine.node },
  )
}
