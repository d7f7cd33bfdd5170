import type { Inventory } from '../inventory/inventory.ts'
import type { Machine } from './machine.ts'

type Connect = (node: string, address: Inventory['nodes'][string]) => Promise<Machine>

/** Starts one connection a node, all at once. */
export function connectAll({ nodes }: Inventory, connect: Connect): Map<string, Promise<Machine>> {
  return new Map(
    Object.entries(nodes).map(([node, address]) => {
      const machine = connect(node, address)
      // Whoever asks the machine first is told; until then a dead node is no unhandled rejection.
      machine.catch(() => undefined)
      return [node, machine]
    }),
  )
}
