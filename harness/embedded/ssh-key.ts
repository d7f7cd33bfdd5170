import { generateKeyPairSync, randomBytes } from 'node:crypto'

/** A key of ssh as ssh-keygen would write it: the private file, and the line of the public one. */
export interface SshKey {
  secret: string
  line: string
}

const TYPE = 'ssh-ed25519'

/**
 * Makes an Ed25519 key without a passphrase, in OpenSSH's own format (PROTOCOL.key). By ourselves and not by ssh-keygen:
 * a process could outlive us, write its file into a lab that has the name of ours, and wait for an answer where it finds one.
 */
export function makeSshKey(comment: string): SshKey {
  const { d = '', x = '' } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  const [seed, point] = [Buffer.from(d, 'base64url'), Buffer.from(x, 'base64url')]
  const shared = Buffer.concat([field(TYPE), field(point)])
  // The same number twice shows that the rest was deciphered well.
  const check = randomBytes(4)
  const own = [check, check, shared, field(Buffer.concat([seed, point])), field(comment)]
  const none = field('none')
  const whole = [
    Buffer.from('openssh-key-v1\0'),
    none,
    none,
    field(''),
    count(1),
    field(shared),
    field(padded(own)),
  ]
  const lines =
    Buffer.concat(whole)
      .toString('base64')
      .match(/.{1,70}/g) ?? []
  return {
    secret: ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join(
      '\n',
    ),
    line: `${TYPE} ${shared.toString('base64')} ${comment}\n`,
  }
}

/** A number of 32 bits, as ssh writes it (RFC 4251 §5). */
function count(value: number): Buffer {
  const word = Buffer.alloc(4)
  word.writeUInt32BE(value)
  return word
}

/** A string with its length in front. */
const field = (content: string | Buffer): Buffer =>
  Buffer.concat([count(Buffer.byteLength(content)), Buffer.from(content as string)])

/** Filled with 1, 2, 3… up to a whole block of 8 bytes. */
function padded(parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const missing = (8 - (content.length % 8)) % 8
  return Buffer.concat([content, Buffer.from([1, 2, 3, 4, 5, 6, 7].slice(0, missing))])
}
