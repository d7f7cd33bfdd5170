import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { ServerHostKeyAlgorithm } from 'ssh2'
import type { CannotLook } from '../core/errors.ts'
import { text } from '../core/text.ts'
import { fingerprint, fingerprintOf, parseHostKey } from '../inventory/host-key.ts'
import type { NodeAddress } from '../inventory/inventory.ts'
import { type KnownHost, keyType, namesHost, parseKnownHosts } from '../inventory/known-hosts.ts'
import { knownHostsName, serverName } from './address.ts'
import type { HostKeyPins } from './host-key-pins.ts'
import {
  changedHostKey,
  type KeyPlace,
  revokedHostKey,
  type ShownKey,
  unknownHostKey,
  unpinnedHostKey,
} from './host-key-reasons.ts'
import { shellQuote } from './root-shell.ts'

/** What we know of a server's host keys, and the judgement of the one it shows. */
export interface HostKeyCheck {
  /** Signature algorithms to offer, those of known keys first: so the server shows a key we can compare. */
  algorithms: ServerHostKeyAlgorithm[]
  /** Undefined when the key may be used; else why we do not go on. The server has not proven yet that the key is its own. */
  refusal(blob: Buffer): CannotLook | undefined
  /** Once it has proven that: pins a key that was seen for the first time. Undefined, or why we do not go on. */
  keep(): CannotLook | undefined
}

const ALGORITHMS: Record<string, ServerHostKeyAlgorithm[]> = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'],
}

const algorithmsOf = (first: Set<string | undefined>): ServerHostKeyAlgorithm[] =>
  Object.keys(ALGORITHMS)
    .sort((a, b) => Number(first.has(b)) - Number(first.has(a)))
    .flatMap(type => ALGORITHMS[type] ?? [])

/** What is known of this server: the pinned key alone, or else the known_hosts files. */
export async function hostKeyCheck(
  node: string,
  address: NodeAddress,
  pins?: HostKeyPins,
): Promise<HostKeyCheck> {
  const { hostKey } = address
  if (hostKey !== undefined)
    return pinnedCheck(node, address, hostKey, {
      name: pins ? text(pins.file, ` ${pins.file} `) : text('the inventory', '機器清單'),
    })
  const kept = pins?.kept(address)
  if (pins && kept !== undefined) return pinnedCheck(node, address, kept, lockPlace(address, pins))
  const byFiles = await knownHostsCheck(node, address)
  return pins ? firstUseCheck(node, address, byFiles, pins) : byFiles
}

const shownKey = (blob: Buffer): ShownKey => ({
  type: keyType(blob) ?? 'unknown',
  fingerprint: fingerprint(blob),
})

const filePlace = (file: string, server: string): KeyPlace => ({
  name: text(file, ` ${file} `),
  forget: `ssh-keygen -R ${shellQuote(server)} -f ${shellQuote(file)}`,
})

const lockPlace = (address: NodeAddress, pins: HostKeyPins): KeyPlace =>
  filePlace(pins.lockFile, serverName(address))

function pinnedCheck(node: string, address: NodeAddress, written: string, place: KeyPlace): HostKeyCheck {
  const key = parseHostKey(written)
  const isOfAnyType = key.type === undefined
  return {
    algorithms: algorithmsOf(new Set([key.type])),
    refusal: blob =>
      fingerprint(blob) === fingerprintOf(key)
        ? undefined
        : changedHostKey(node, address, shownKey(blob), { ...place, isOfAnyType }),
    keep: () => undefined,
  }
}

/** By known_hosts, with what they do not know told apart from what they refuse. */
async function knownHostsCheck(
  node: string,
  address: NodeAddress,
): Promise<HostKeyCheck & { isUnknown(blob: Buffer): boolean }> {
  const files = knownHostsFiles(address)
  const known = (await Promise.all(files.map(readKnownHosts)))
    .flat()
    .filter(entry => namesHost(entry.hosts, knownHostsName(address)))
  const trusted = known.filter(entry => !entry.revoked)
  const isUnknown = (blob: Buffer) =>
    !known.some(entry => entry.blob.equals(blob)) && !trusted.some(entry => entry.type === keyType(blob))
  return {
    algorithms: algorithmsOf(new Set(trusted.map(entry => entry.type))),
    isUnknown,
    refusal(blob) {
      const shown = shownKey(blob)
      if (known.some(entry => entry.revoked && entry.blob.equals(blob)))
        return revokedHostKey(node, address, shown)
      if (trusted.some(entry => entry.blob.equals(blob))) return undefined
      const file = files[0] ?? ''
      return isUnknown(blob)
        ? unknownHostKey(node, address, shown, file)
        : changedHostKey(node, address, shown, filePlace(file, knownHostsName(address)))
    },
    keep: () => undefined,
  }
}

/** What known_hosts refuse is refused; what they do not know is pinned, or refused where pins are required. */
function firstUseCheck(
  node: string,
  address: NodeAddress,
  byFiles: Awaited<ReturnType<typeof knownHostsCheck>>,
  pins: HostKeyPins,
): HostKeyCheck {
  let seen: Buffer | undefined
  return {
    algorithms: byFiles.algorithms,
    refusal(blob) {
      const refused = byFiles.isUnknown(blob) ? undefined : byFiles.refusal(blob)
      if (refused) return refused
      // A file that the address itself names is a pin as well; the one of the home is not about this class.
      const isPinnedByFile = address.knownHostsFile !== undefined && !byFiles.isUnknown(blob)
      if (pins.isStrict && !isPinnedByFile) return unpinnedHostKey(node, address, shownKey(blob), pins.file)
      seen = pins.isStrict ? undefined : blob
      return undefined
    },
    keep() {
      if (seen === undefined) return undefined
      const kept = pins.keep(node, address, `${keyType(seen)} ${seen.toString('base64')}`)
      if ('failed' in kept) return kept.failed
      return pinnedCheck(node, address, kept.key, lockPlace(address, pins)).refusal(seen)
    },
  }
}

const knownHostsFiles = (address: NodeAddress): string[] =>
  address.knownHostsFile
    ? [address.knownHostsFile]
    : [join(homedir(), '.ssh', 'known_hosts'), '/etc/ssh/ssh_known_hosts']

// A file that is not there knows nobody; the sentence about the unknown key names it.
const readKnownHosts = async (file: string): Promise<KnownHost[]> =>
  parseKnownHosts(await readFile(file, 'utf8').catch(() => ''))
