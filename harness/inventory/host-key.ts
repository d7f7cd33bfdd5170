import { createHash } from 'node:crypto'
import { keyType } from './known-hosts.ts'

/** What pins a server's host key: the key itself, or its fingerprint. */
export type HostKey =
  | { type: string; blob: Buffer }
  /** Of the key of this type; of any where it does not say. */
  | { type: string | undefined; fingerprint: string }

/** `SHA256:…` as `ssh-keygen -l` prints it. */
export const fingerprint = (blob: Buffer): string =>
  `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`

/** Reads `TYPE BASE64`, as in a .pub file, or `SHA256:…`, which may have its TYPE in front. What follows is a comment. */
export function parseHostKey(written: string): HostKey {
  const [first = '', second = ''] = written.trim().split(/\s+/)
  if (first.startsWith('SHA256:')) return { type: undefined, fingerprint: first }
  if (second.startsWith('SHA256:')) return { type: first, fingerprint: second }
  return { type: first, blob: Buffer.from(second, 'base64') }
}

/** False where a part of a key is missing, or it is of another type than it says. */
export const isWholeHostKey = (key: HostKey): boolean =>
  'fingerprint' in key
    ? /^SHA256:[A-Za-z0-9+/]{43}$/.test(key.fingerprint)
    : keyType(key.blob) === key.type && isWholeBlob(key.blob)

/** The fingerprint of what is pinned. */
export const fingerprintOf = (key: HostKey): string =>
  'fingerprint' in key ? key.fingerprint : fingerprint(key.blob)

// The blob is a row of strings, each with its length in front (RFC 4251 §5): it must end where the last does.
const isWholeBlob = (blob: Buffer): boolean => {
  let offset = 0
  while (offset + 4 <= blob.length) offset += 4 + blob.readUInt32BE(offset)
  return offset === blob.length
}
