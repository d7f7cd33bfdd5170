import { createHmac } from 'node:crypto'

/** One line of a known_hosts file that we can use (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). */
export interface KnownHost {
  /** The first field: comma separated patterns, or one hash `|1|salt|hash`. */
  hosts: string
  revoked: boolean
  /** `ssh-ed25519`, `ssh-rsa`, … */
  type: string
  /** The key in wire format. */
  blob: Buffer
}

/** The usable lines of a known_hosts file. Comments, broken lines and @cert-authority (which we do not speak) are left out. */
export function parseKnownHosts(content: string): KnownHost[] {
  const entries: KnownHost[] = []
  for (const line of content.split('\n')) {
    const words = line.trim().split(/[ \t]+/)
    const marker = words[0]?.startsWith('@') ? words.shift() : undefined
    const [hosts, type, base64] = words
    if (!hosts || hosts.startsWith('#') || !type || !base64) continue
    if (marker !== undefined && marker !== '@revoked') continue
    const blob = Buffer.from(base64, 'base64')
    if (keyType(blob) !== type) continue
    entries.push({ hosts, revoked: marker === '@revoked', type, blob })
  }
  return entries
}

/** Whether the first field of a line names this host: `name` as knownHostsName gives it. */
export function namesHost(hosts: string, name: string): boolean {
  const wanted = name.toLowerCase()
  if (hosts.startsWith('|')) {
    const [, version, salt, hash] = hosts.split('|')
    if (version !== '1' || !salt || !hash) return false
    return createHmac('sha1', Buffer.from(salt, 'base64')).update(wanted).digest('base64') === hash
  }
  let named = false
  for (const pattern of hosts.toLowerCase().split(',')) {
    const isNegated = pattern.startsWith('!')
    if (!matches(isNegated ? pattern.slice(1) : pattern, wanted)) continue
    if (isNegated) return false
    named = true
  }
  return named
}

/** The type a key blob says it is (RFC 4253 §6.6: a string with its length in front), or undefined. */
export function keyType(blob: Buffer): string | undefined {
  if (blob.length < 4) return undefined
  const length = blob.readUInt32BE(0)
  return length > 0 && length <= 64 && blob.length > 4 + length
    ? blob.subarray(4, 4 + length).toString('latin1')
    : undefined
}

// Only `*` and `?` are special; `[` belongs to `[host]:port`.
const matches = (pattern: string, name: string): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\/]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  ).test(name)
