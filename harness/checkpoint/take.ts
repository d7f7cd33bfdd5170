import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkout } from '../core/checkout.ts'
import { CannotLook } from '../core/errors.ts'
import { text } from '../core/text.ts'
import type { Inventory } from '../inventory/inventory.ts'
import type { Machine } from '../ssh/machine.ts'
import { quote } from './shell-words.ts'
import { type NodeState, nodeStateFrom } from './state.ts'

/** A node with many namespaces prints much. */
const DEADLINE_MS = 60_000
const MAX_BYTES = 64 << 20
const NORTHBOUND = '/var/run/ovn/ovnnb_db.sock'

/** What a learner has built on each node, as it is now. CannotLook where a node cannot be asked. */
export async function takeStates(
  machines: ReadonlyMap<string, Promise<Machine>>,
  { nodes }: Pick<Inventory, 'nodes'>,
): Promise<Record<string, NodeState>> {
  const script = readFileSync(join(checkout, 'harness/checkpoint/collect.sh'), 'utf8')
  const states = await Promise.all(
    [...machines].map(async ([node, connecting]) => {
      const machine = await connecting
      const mark = `ovn-lab-${randomUUID()}`
      const northbound = northboundOf(nodes[node])
      const { code, stdout, stderr } = await machine.run(`set -- ${mark} ${quote(northbound)}\n${script}`, {
        deadlineMs: DEADLINE_MS,
        maxBytes: MAX_BYTES,
      })
      try {
        if (code !== 0) throw new SyntaxError(`${code}: ${stderr.trim().split('\n').at(-1)}`)
        return [node, nodeStateFrom(stdout.toString(), mark)] as const
      } catch (cause) {
        throw new CannotLook(
          text(
            `what was built on ${node} could not be read: ${(cause as Error).message}`,
            `讀不到 ${node} 上建立的內容：${(cause as Error).message}`,
          ),
          { where: node, cause },
        )
      }
    }),
  )
  return Object.fromEntries(states)
}

/** Where the server of the northbound database listens on a node, if there is one. */
export const northboundOf = (address: Inventory['nodes'][string] | undefined): string =>
  address?.sockets?.OVN_Northbound ?? NORTHBOUND
