import type { Inventory } from '../inventory/inventory.ts'
import { databasesOf } from '../look/central.ts'
import { connectMachine } from '../ssh/connect.ts'
import { connectAll } from '../ssh/connect-all.ts'
import { type NodesLooker, openNodes } from './open-nodes.ts'

/** A looker at the machines of an inventory: starts to reach them, and to read the databases every check asks for. `central`: the node that has OVN's. */
export function openInventory(
  inventory: Inventory,
  central: string,
  connect: typeof connectMachine = toLook,
): NodesLooker {
  const closing = new AbortController()
  const { signal } = closing
  const machines = connectAll(inventory, (node, address) => connect(node, address, { signal }))
  return openMachines(inventory, machines, central, closing)
}

/** The same over machines that somebody else works on as well. */
export function openMachines(
  { name, nodes, wires }: Inventory,
  machines: ReturnType<typeof connectAll>,
  central: string,
  closing?: AbortController,
): NodesLooker {
  const looker = openNodes(name, machines, nodes, wires, closing)
  looker.warm(databasesOf(looker.nodes, central))
  return looker
}

const toLook: typeof connectMachine = (node, address, options) =>
  connectMachine(node, address, { role: 'looks', ...options })
