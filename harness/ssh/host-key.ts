import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { ServerHostKeyAlgorithm } from 'ssh2'
import type { CannotLook } from '../core/errors.ts'
import type { NodeAddress } from '../inventory/inventory.ts'
import { type KnownHost, keyType, namesHost, parseKnownHosts } from '../inventory/known-hosts.ts'
import { knownHostsName } from './address.ts'
import { changedHostKey, revokedHostKey, unknownHostKey } from './reasons.ts'

/** What we know of a server's host keys, and the judgement of the one it shows. */
export interface HostKeyCheck {
  /** Signature algorithms to offer, those of known keys first: so the server shows a key we can compare. */
  algorithms: ServerHostKeyAlgorithm[]
  /** Undefined when the key is the known one; else why we do not go on. */
  refusal(blob: Buffer): CannotLook | undefined
}

const ALGORITHMS: Record<string, ServerHostKeyAlgorithm[]> = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'],
}

/** `SHA256:…` as `ssh-keygen -l` prints it. */
export const fingerprint = (blob: Buffer): string =>
  `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`

/** Reads what is known of this server: the pinned key alone, or else the known_hosts files. */
export async function hostKeyCheck(node: string, address: NodeAddress): Promise<HostKeyCheck> {
  const isPinned = address.hostKey !== undefined
  const files = isPinned ? [] : knownHostsFiles(address)
  const known = isPinned
    ? [pinned(address.hostKey ?? '')]
    : (await Promise.all(files.map(readKnownHosts)))
        .flat()
        .filter(entry => namesHost(entry.hosts, knownHostsName(address)))
  const trusted = known.filter(entry => !entry.revoked)
  const first = new Set(trusted.map(entry => entry.type))
  const types = Object.keys(ALGORITHMS).sort((a, b) => Number(first.has(b)) - Number(first.has(a)))
  return {
    algorithms: types.flatMap(type => ALGORITHMS[type] ?? []),
    refusal(blob) {
      const shown = { type: keyType(blob) ?? 'unknown', fingerprint: fingerprint(blob) }
      if (known.some(entry => entry.revoked && entry.blob.equals(blob)))
        return revokedHostKey(node, address, shown)
      if (trusted.some(entry => entry.blob.equals(blob))) return undefined
      const isChanged = isPinned || trusted.some(entry => entry.type === shown.type)
      return isChanged
        ? changedHostKey(node, address, shown, isPinned ? undefined : files[0])
        : unknownHostKey(node, address, shown, files[0] ?? '')
    },
  }
}

const knownHostsFiles = (address: NodeAddress): string[] =>
  address.knownHostsFile
    ? [address.knownHostsFile]
    : [join(homedir(), '.ssh', 'known_hosts'), '/etc/ssh/ssh_known_hosts']

const pinned = (hostKey: string): KnownHost => {
  const [type = '', base64 = ''] = hostKey.trim().split(/\s+/)
  return { hosts: '*', revoked: false, type, blob: Buffer.from(base64, 'base64') }
}

// A file that is not there knows nobody; the sentence about the unknown key names it.
const readKnownHosts = async (file: string): Promise<KnownHost[]> =>
  parseKnownHosts(await readFile(file, 'utf8').catch(() => ''))
