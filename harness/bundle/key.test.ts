import { generateKeyPairSync } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { newFolder, sentenceOf } from './bundle.testing.ts'
import { graderKey, keyFile } from './key.ts'

describe("a grader's key", () => {
  it('is made on first use, for nobody else to read, and stays', () => {
    const file = join(newFolder(), 'state/ovn-lab/grader.key')
    const key = graderKey(file)
    expect(key.fingerprint).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readFileSync(file, 'utf8')).toMatch(/^-----BEGIN PRIVATE KEY-----/)
    expect(graderKey(file).fingerprint).toBe(key.fingerprint)
  })

  it('is among the files of state', () => {
    expect(keyFile({ XDG_STATE_HOME: '/state' }, '/home/t')).toBe('/state/ovn-lab/grader.key')
    for (const env of [{}, { XDG_STATE_HOME: '' }, { XDG_STATE_HOME: 'relative' }])
      expect(keyFile(env, '/home/t')).toBe('/home/t/.local/state/ovn-lab/grader.key')
  })

  it('is refused where it is none, of another kind, or others can read it', async () => {
    const file = join(newFolder(), 'grader.key')
    mkdirSync(dirname(file), { recursive: true })
    const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey
    for (const words of ['', rsa.export({ type: 'pkcs8', format: 'pem' })]) {
      writeFileSync(file, words, { mode: 0o600 })
      expect(await sentenceOf(() => graderKey(file))).toMatch(/is not an Ed25519 key/)
    }
    chmodSync(file, 0o644)
    expect(await sentenceOf(() => graderKey(file))).toMatch(/^Others can read .* run chmod 600/)
  })

  it('says where it cannot be made', async () => {
    const file = join(newFolder(), 'file')
    writeFileSync(file, '')
    expect(await sentenceOf(() => graderKey(join(file, 'grader.key')))).toMatch(/^Cannot write .*grader\.key/)
  })

  it.skipIf(process.platform !== 'linux')('says so where no folder can be made either', async () => {
    expect(await sentenceOf(() => graderKey('/proc/state/grader.key'))).toMatch(/^Cannot write \/proc\/state/)
  })
})
