import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto'
import * as fs from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { BadCall } from '../core/errors.ts'
import { makeFolder } from '../core/make-folder.ts'
import { stateFolder } from '../core/state-folder.ts'
import { text } from '../core/text.ts'
import { cleanLine } from '../tell/clean.ts'
import { putNew, sayingWhy } from './disk.ts'

/** What a grader signs with (Ed25519, RFC 8032). */
export interface GraderKey {
  privateKey: KeyObject
  /** SubjectPublicKeyInfo (RFC 8410), DER in base64. */
  publicKey: string
  /** `SHA256:…` of that, for people to compare. */
  fingerprint: string
}

/** Where a grader's key is kept. */
export const keyFile = (env = process.env, home = homedir()): string =>
  join(stateFolder(env, home), 'grader.key')

/** The grader's key, made on first use. Throws BadCall where it cannot be read or made, is no key, or others can read it. */
export function graderKey(file = keyFile()): GraderKey {
  if (!fs.existsSync(file)) {
    const { privateKey } = generateKeyPairSync('ed25519')
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' })
    // Another grader may make one at the same moment: the first stays.
    sayingWhy(file, () => {
      makeFolder(dirname(file), 0o700)
      putNew(file, pem, 0o600)
    })
  }
  return keyOf(readKey(file))
}

function readKey(file: string): KeyObject {
  const name = cleanLine(file)
  let pem: string
  try {
    if (process.platform !== 'win32' && (fs.statSync(file).mode & 0o077) !== 0)
      throw new BadCall(
        text(
          `Others can read ${name}, the key that evidence is signed with: run chmod 600 ${name} if nobody has had it.`,
          `其他人可以讀取簽署證據用的金鑰 ${name}：若確定沒有外流，請執行 chmod 600 ${name}。`,
        ),
      )
    pem = fs.readFileSync(file, 'utf8')
  } catch (cause) {
    if (cause instanceof BadCall) throw cause
    const { code } = cause as NodeJS.ErrnoException
    throw new BadCall(text(`${name} cannot be read (${code}).`, `無法讀取 ${name}（${code}）。`))
  }
  try {
    const key = createPrivateKey(pem)
    if (key.asymmetricKeyType === 'ed25519') return key
  } catch {
    // Not any key at all.
  }
  throw new BadCall(
    text(
      `${name} is not an Ed25519 key: put the right file back, or remove it to get a new key.`,
      `${name} 不是 Ed25519 金鑰：請放回正確的檔案，或把它移除以產生新的金鑰。`,
    ),
  )
}

/** A private key with the names its public half has. */
export function keyOf(privateKey: KeyObject): GraderKey {
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).toString('base64')
  return { privateKey, publicKey, fingerprint: fingerprintOf(publicKey) }
}

/** `SHA256:…` of a public key as a ledger tells it. */
export const fingerprintOf = (publicKey: string): string =>
  `SHA256:${createHash('sha256').update(Buffer.from(publicKey, 'base64')).digest('base64').replace(/=+$/, '')}`

/** The public key that a ledger tells; undefined where that is none of ours. */
export function publicKeyOf(publicKey: string): KeyObject | undefined {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' })
    return key.asymmetricKeyType === 'ed25519' ? key : undefined
  } catch {
    return undefined
  }
}
