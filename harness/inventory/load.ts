import { homedir } from 'node:os'
import { basename, dirname, extname, resolve } from 'node:path'
import { text } from '../core/text.ts'
import { complain, readManifest } from '../manifest/validate.ts'
import schema from './inventory.schema.json' with { type: 'json' }
import type { Inventory, NodeAddress } from './inventory.ts'
import { keyType } from './known-hosts.ts'

const DEFAULT_PORT = 22
const DEFAULT_USER = 'vagrant'

/** An address as it is written: what has a default may be left out. */
type WrittenAddress = Omit<NodeAddress, 'port' | 'user' | 'jump'> & {
  port?: number
  user?: string
  jump?: WrittenAddress
}

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
  const folder = dirname(resolve(file))
  const completed = (written: WrittenAddress, path: string[]): NodeAddress => {
    const { identityFile, hostKey, knownHostsFile, proxyCommand, jump, ...rest } = written
    if (hostKey !== undefined && !isWholeKey(hostKey))
      throw complain(
        at(...path, 'hostKey'),
        text(
          'this host key is cut off or damaged: copy the whole line',
          '這把主機金鑰不完整或已損毀：請複製整行',
        ),
      )
    if (proxyCommand && jump)
      throw complain(
        at(...path, 'jump'),
        text('either `jump` or `proxyCommand`, not both', '`jump` 和 `proxyCommand` 只能用其中一個'),
      )
    return {
      ...rest,
      port: written.port ?? DEFAULT_PORT,
      user: written.user ?? DEFAULT_USER,
      ...(identityFile === undefined ? {} : { identityFile: absolute(identityFile, folder) }),
      ...(hostKey === undefined ? {} : { hostKey }),
      ...(knownHostsFile === undefined ? {} : { knownHostsFile: absolute(knownHostsFile, folder) }),
      ...(proxyCommand === undefined ? {} : { proxyCommand: program(proxyCommand, folder) }),
      ...(jump === undefined ? {} : { jump: completed(jump, [...path, 'jump']) }),
    }
  }
  const addresses = Object.entries(value.nodes).map(([node, address]) => [
    node,
    completed(address, ['nodes', node]),
  ])
  return { name: value.name ?? basename(file, extname(file)), nodes: Object.fromEntries(addresses) }
}

const absolute = (path: string, folder: string): string =>
  path === '~' || path.startsWith('~/') ? resolve(homedir(), path.slice(2)) : resolve(folder, path)

// A bare name is looked up in PATH; what has a path in it is a path like the others.
const program = ([name = '', ...rest]: string[], folder: string): string[] => [
  name.includes('/') ? absolute(name, folder) : name,
  ...rest,
]

const isWholeKey = (hostKey: string): boolean => {
  const [type, base64 = ''] = hostKey.split(' ')
  const blob = Buffer.from(base64, 'base64')
  return keyType(blob) === type && isWholeBlob(blob)
}

// The blob is a row of strings, each with its length in front (RFC 4251 §5): it must end where the last does.
const isWholeBlob = (blob: Buffer): boolean => {
  let offset = 0
  while (offset + 4 <= blob.length) offset += 4 + blob.readUInt32BE(offset)
  return offset === blob.length
}
