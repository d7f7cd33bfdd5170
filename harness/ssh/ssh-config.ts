import { parseHostKey } from '../inventory/host-key.ts'
import type { Inventory, NodeAddress } from '../inventory/inventory.ts'
import { proxyCommandLine } from './address.ts'

/**
 * An OpenSSH client configuration for the nodes of a lab: `ssh -F FILE controller` works with it, also over
 * jump hosts. A pinned host key is given through KnownHostsCommand (OpenSSH 8.5 and newer), or, where
 * `knownHostsFile` is given, expected in that file with the content of `knownHostsFor`. Source: ssh_config(5).
 */
export function sshConfigFor(inventory: Inventory, options: { knownHostsFile?: string } = {}): string {
  const blocks = Object.entries(inventory.nodes).flatMap(([node, address]) =>
    hostBlocks(node, address, options.knownHostsFile),
  )
  return blocks.join('\n')
}

/** The pinned host keys of a lab's nodes and their jump hosts as lines of a known_hosts file. */
export function knownHostsFor(inventory: Inventory): string {
  const lines = Object.entries(inventory.nodes).flatMap(([node, address]) => hops(node, address))
  return lines
    .filter(([, { hostKey }]) => isWholeKey(hostKey))
    .map(([alias, { hostKey }]) => `${alias} ${keyWords(hostKey ?? '')}\n`)
    .join('')
}

/** A node and the hosts to hop over, with the name each has in the configuration. */
function hops(alias: string, address: NodeAddress): [string, NodeAddress][] {
  return [[alias, address], ...(address.jump ? hops(`${alias}-jump`, address.jump) : [])]
}

const hostBlocks = (node: string, address: NodeAddress, knownHostsFile: string | undefined): string[] =>
  hops(node, address).map(([alias, hop]) => {
    const lines = [`Host ${alias}`, `HostName ${percent(hop.host)}`, `Port ${hop.port}`, `User ${hop.user}`]
    if (hop.identityFile !== undefined)
      lines.push(`IdentityFile ${path(hop.identityFile)}`, 'IdentitiesOnly yes')
    if (hop.proxyCommand) lines.push(`ProxyCommand ${proxyCommandLine(hop.proxyCommand)}`)
    else if (hop.jump) lines.push(`ProxyJump ${alias}-jump`)
    lines.push(...hostKeyLines(alias, hop, knownHostsFile))
    return `${lines.join('\n  ')}\n`
  })

function hostKeyLines(alias: string, hop: NodeAddress, knownHostsFile: string | undefined): string[] {
  if (!isWholeKey(hop.hostKey))
    return hop.knownHostsFile === undefined ? [] : [`UserKnownHostsFile ${path(hop.knownHostsFile)}`]
  const source =
    knownHostsFile === undefined
      ? ['UserKnownHostsFile none', `KnownHostsCommand /bin/echo ${alias} ${keyWords(hop.hostKey)}`]
      : [`UserKnownHostsFile ${path(knownHostsFile)}`]
  // Keys are pinned: nothing asks, and nothing is written down.
  const pinned = ['GlobalKnownHostsFile none', 'StrictHostKeyChecking yes', 'UpdateHostKeys no']
  return [`HostKeyAlias ${alias}`, ...source, ...pinned]
}

/** OpenSSH has no way to be told a fingerprint: there it asks, and shows the one to compare. */
const isWholeKey = (hostKey: string | undefined): hostKey is string =>
  hostKey !== undefined && 'blob' in parseHostKey(hostKey)

/** Type and base64 of a key, without its comment. */
const keyWords = (hostKey: string): string => hostKey.trim().split(/\s+/).slice(0, 2).join(' ')

const percent = (word: string): string => word.replaceAll('%', '%%')

// OpenSSH's own quoting of arguments: double quotes, with a backslash before a quote or a backslash.
const path = (file: string): string => `"${percent(file).replace(/["\\]/g, '\\$&')}"`
