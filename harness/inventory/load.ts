import { homedir } from 'node:os'
import { basename, dirname, extname, resolve } from 'node:path'
import { loadManifest } from '../manifest/validate.ts'
import schema from './inventory.schema.json' with { type: 'json' }
import type { Inventory, NodeAddress } from './inventory.ts'

/** A node as the file has it, before defaults. */
type WrittenNode = Omit<NodeAddress, 'port' | 'user' | 'jump'> & {
  port?: number
  user?: string
  jump?: WrittenNode
}

/**
 * Reads an inventory file: the two machines of a lab. Paths in it are relative to it, `~` is the home folder.
 * An invalid file is a BadCall that names file, line and column.
 */
export async function loadInventory(file: string): Promise<Inventory> {
  const written = await loadManifest<{ name?: string; nodes: Record<string, WrittenNode> }>(file, schema)
  const folder = dirname(resolve(file))
  return {
    name: written.name ?? basename(file, extname(file)),
    nodes: Object.fromEntries(
      Object.entries(written.nodes).map(([node, address]) => [node, complete(address, folder)]),
    ),
  }
}

function complete(
  { jump, identityFile, knownHostsFile, ...address }: WrittenNode,
  folder: string,
): NodeAddress {
  return {
    port: 22,
    user: 'vagrant',
    ...address,
    ...(identityFile !== undefined && { identityFile: absolute(identityFile, folder) }),
    ...(knownHostsFile !== undefined && { knownHostsFile: absolute(knownHostsFile, folder) }),
    ...(jump !== undefined && { jump: complete(jump, folder) }),
  }
}

const absolute = (path: string, folder: string) => resolve(folder, path.replace(/^~(?=\/)/, homedir()))
