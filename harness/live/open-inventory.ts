import type { Inventory } from '../inventory/inventory.ts'
import { databasesOf } from '../look/central.ts'
import { connectMachine } from '../ssh/connect.ts'
import { connectAll } from '../ssh/connect-all.ts'
import { type LiveLooker, openLive } from './open-live.ts'

/** A looker at the machines of an inventory: starts to reach them, and to read the databases every check asks for. `central`: the node that has OVN's. */
export function openInventory(
  inventory: Inventory,
  central: string,
  connect: typeof connectMachine = connectMachine,
): LiveLooker {
  const looker = openLive(inventory.name, connectAll(inventory, connect), inventory.nodes, inventory.wires)
  looker.warm(databasesOf(looker.nodes, central))
  return looker
}
