import { basename, dirname, extname, resolve } from 'node:path'
import { readManifest } from '../manifest/validate.ts'
import { addressCompleter, type WrittenAddress } from './complete-address.ts'
import schema from './inventory.schema.json' with { type: 'json' }
import type { Inventory } from './inventory.ts'

interface WrittenInventory {
  name?: string
  nodes: Record<string, WrittenAddress>
}

/** Lessons name their nodes: another name is a slip of the pen. */
function schemaFor(names: readonly string[]) {
  const { nodes } = schema.properties
  const properties = Object.fromEntries(names.map(name => [name, nodes.additionalProperties]))
  const named = { ...nodes, required: names, additionalProperties: false, properties }
  return { ...schema, properties: { ...schema.properties, nodes: named } }
}

/**
 * Reads an inventory file (YAML, inventory.schema.json). Paths in it come back absolute: relative ones start
 * at the file's folder, `~` is the home. Its nodes are those of these names; without them any will do. Throws BadCall with `file:line:column: sentence`.
 */
export async function loadInventory(file: string, nodes?: readonly string[]): Promise<Inventory> {
  const { value, at } = await readManifest<WrittenInventory>(file, nodes ? schemaFor(nodes) : schema)
  const completed = addressCompleter({ folder: dirname(resolve(file)), at })
  const addresses = Object.entries(value.nodes).map(([node, address]) => [
    node,
    completed(address, ['nodes', node]),
  ])
  return { name: value.name ?? basename(file, extname(file)), nodes: Object.fromEntries(addresses) }
}
