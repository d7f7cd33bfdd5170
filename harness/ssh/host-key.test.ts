import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { fingerprint } from '../inventory/host-key.ts'
import { hostKeyCheck } from './host-key.ts'

const folder = mkdtempSync(join(tmpdir(), 'ovn-lab-host-key-'))
afterAll(() => rmSync(folder, { recursive: true }))
const string = (words: string | Buffer) => {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(words.length)
  return Buffer.concat([length, Buffer.from(words)])
}
const keyOf = (letter: string, type = 'ssh-ed25519') =>
  Buffer.concat([string(type), string(letter.repeat(32))])
const line = (key: Buffer, type = 'ssh-ed25519') => `${type} ${key.toString('base64')}`
const [mine, other] = [keyOf('m'), keyOf('o')]
const address = { host: 'lab', port: 22, user: 'vagrant' }

/** What is said of a server that shows `mine`, where known_hosts has this. */
async function saidOf(knownHosts: string): Promise<string | undefined> {
  const knownHostsFile = join(folder, 'known_hosts')
  writeFileSync(knownHostsFile, knownHosts)
  const check = await hostKeyCheck('controller', { ...address, knownHostsFile })
  return check.refusal(mine)?.reason.en.replace(folder, '')
}

describe('a host key', () => {
  it('is judged by known_hosts where nothing is pinned', async () => {
    const shown = `ssh-ed25519 ${fingerprint(mine)}`
    expect(await saidOf(`lab ${line(mine)}\n`)).toBeUndefined()
    expect(await saidOf(`lab ${line(other)}\nlab ${line(mine)}\n`)).toBeUndefined()
    expect(await saidOf('')).toBe(
      `controller: the host key of lab port 22 is unknown: it shows ${shown}, and /known_hosts has no such key for it`,
    )
    const ecdsa = 'ecdsa-sha2-nistp256'
    expect(await saidOf(`lab ${line(keyOf('e', ecdsa), ecdsa)}\n`)).toContain('is unknown')
    expect(await saidOf(`lab ${line(other)}\n`)).toBe(
      `controller: the host key of lab port 22 has changed: it shows ${shown}, which is not the one in /known_hosts. Either the machine was rebuilt, or another machine answers in its place`,
    )
    expect(await saidOf(`@revoked lab ${line(mine)}\nlab ${line(mine)}\n`)).toContain('marked as revoked')
  })

  it.each([
    [line(mine), line(other)],
    [`${line(mine)} root@lab`, `${line(other)} root@lab`],
    [fingerprint(mine), fingerprint(other)],
    [`ssh-ed25519 ${fingerprint(mine)} lab`, `ssh-ed25519 ${fingerprint(other)}`],
  ])('is the pinned one: %s', async (right, wrong) => {
    const check = (hostKey: string) => hostKeyCheck('controller', { ...address, hostKey })
    expect((await check(right)).refusal(mine)).toBeUndefined()
    expect((await check(wrong)).refusal(mine)?.reason.en).toContain('which is not the one in the inventory')
  })

  it('is asked for in the type that is pinned', async () => {
    const first = async (hostKey: string) =>
      (await hostKeyCheck('controller', { ...address, hostKey })).algorithms[0]
    expect(await first(`ecdsa-sha2-nistp256 ${fingerprint(mine)}`)).toBe('ecdsa-sha2-nistp256')
    expect(await first(fingerprint(mine))).toBe('ssh-ed25519')
  })
})
