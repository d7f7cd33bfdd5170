import { createHash } from 'node:crypto'
import type { NodeAddress } from '../inventory/inventory.ts'
import { shellQuote } from './root-shell.ts'

/** `host`, or `[host]:port` where the port is not 22: how known_hosts names a server (sshd(8)). */
export const knownHostsName = (address: Pick<NodeAddress, 'host' | 'port'>): string =>
  address.port === 22 ? address.host : `[${address.host}]:${address.port}`

/**
 * What a server is called where those behind different hosts have to be told apart: `bastion>[10.0.0.5]:2222`, as addresses
 * behind a jump host may be private ones. Its own words have no `>`.
 */
export function serverName(address: NodeAddress): string {
  const name = knownHostsName(address).toLowerCase()
  if (address.proxyCommand) return `proxy-${digest(address.proxyCommand)}>${name}`
  return address.jump ? `${serverName(address.jump)}>${name}` : name
}

const digest = (argv: string[]): string =>
  createHash('sha256').update(JSON.stringify(argv)).digest('hex').slice(0, 16)

/** `host port N`, for sentences. */
export const hostAndPort = (address: Pick<NodeAddress, 'host' | 'port'>): string =>
  `${address.host} port ${address.port}`

/** `user@host:port` as ssh's -J takes it, its own jump first. */
const jumpWord = (address: NodeAddress): string =>
  `${address.jump ? `${jumpWord(address.jump)},` : ''}${address.user}@${address.host}:${address.port}`

/** The `ssh` command a person would type to get where we go. */
export function sshCommandLine(address: NodeAddress, flags: string[] = []): string {
  const argv = ['ssh', ...flags]
  if (address.port !== 22) argv.push('-p', String(address.port))
  if (address.identityFile) argv.push('-i', address.identityFile)
  if (address.knownHostsFile) argv.push('-o', `UserKnownHostsFile=${address.knownHostsFile}`)
  if (address.proxyCommand) argv.push('-o', `ProxyCommand=${proxyCommandLine(address.proxyCommand)}`)
  else if (address.jump) argv.push('-J', jumpWord(address.jump))
  argv.push(`${address.user}@${address.host}`)
  return argv.map(shellQuote).join(' ')
}

/** An argv as OpenSSH's ProxyCommand takes it: shell words, with `%` doubled (ssh_config(5), TOKENS). */
export const proxyCommandLine = (argv: string[]): string =>
  argv.map(shellQuote).join(' ').replaceAll('%', '%%')

/** The command that shows the host key a server has now, or undefined where ssh-keyscan cannot get there. */
export const keyscanCommand = (address: NodeAddress): string | undefined =>
  address.proxyCommand || address.jump
    ? undefined
    : `ssh-keyscan ${address.port === 22 ? '' : `-p ${address.port} `}${shellQuote(address.host)}`
