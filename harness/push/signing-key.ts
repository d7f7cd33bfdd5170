import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { calculateJwkThumbprint, exportJWK, type JWK } from 'jose'
import { BadCall } from '../core/errors.ts'
import { makeFolder } from '../core/make-folder.ts'
import { text } from '../core/text.ts'

/** RFC 7518 §3.3: RS256 wants 2048 bits or more. */
const BITS_MIN = 2048
const BITS = 3072

/** What signs the requests for a token, and what a platform checks them by. */
export interface SigningKey {
  key: KeyObject
  /** With `kid` (RFC 7638), `alg` and `use`. */
  publicJwk: JWK & { kid: string }
}

/**
 * The RSA key of a PEM file, which only its owner may read; it is made where there is none. Its content is in no error.
 * Throws BadCall where it cannot be read, or is none that signs RS256, which LTI demands (IMS Security Framework 1.0 §6.1).
 */
export async function signingKey(file: string): Promise<SigningKey> {
  const pem = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return make(file)
    throw cannot(file, error)
  })
  const key = parsed(pem)
  if (key?.asymmetricKeyType !== 'rsa' || (key.asymmetricKeyDetails?.modulusLength ?? 0) < BITS_MIN)
    throw new BadCall(
      text(
        `${file} has no RSA private key of ${BITS_MIN} bits or more in PEM without a passphrase.`,
        `${file} 裡沒有 ${BITS_MIN} 位元以上、沒有密語的 RSA 私密金鑰（PEM）。`,
      ),
    )
  const jwk = await exportJWK(createPublicKey(key))
  return { key, publicJwk: { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: 'RS256', use: 'sig' } }
}

/** What OpenSSL says of a bad key may quote it. */
function parsed(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem)
  } catch {
    return undefined
  }
}

async function make(file: string): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: BITS })
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
  try {
    makeFolder(dirname(file))
    await writeFile(file, pem, { flag: 'wx', mode: 0o600, flush: true })
    return pem
  } catch (error) {
    // Somebody else has made one meanwhile: theirs is the one that is kept.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return readFile(file, 'utf8')
    throw cannot(file, error as NodeJS.ErrnoException)
  }
}

const cannot = (file: string, { code }: NodeJS.ErrnoException): BadCall =>
  new BadCall(
    text(
      `The private key ${file} cannot be read or created (${code}).`,
      `無法讀取或建立私密金鑰 ${file}（${code}）。`,
    ),
  )
