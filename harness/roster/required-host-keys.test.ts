import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { BadCall, type CannotLook } from '../core/errors.ts'
import type { NodeAddress } from '../inventory/inventory.ts'
import { newKey, publicOf } from './host-keys.testing.ts'
import { at, fingerprint, here, lines, pinned, reach, reason, start } from './pins.testing.ts'

describe('a key in the roster', () => {
  it('is a whole key or a fingerprint, and nothing goes into the lock', async () => {
    const ecdsa = newKey('ecdsa')
    const server = await start([newKey(), ecdsa])
    const pins = pinned({ isStrict: true })
    for (const hostKey of [
      `${server.key} root@s01`,
      fingerprint(server.key),
      `ssh-ed25519 ${fingerprint(server.key)}`,
      publicOf(ecdsa),
      `ecdsa-sha2-nistp256 ${fingerprint(publicOf(ecdsa))}`,
    ])
      expect(await reason(reach(pins, at(server.port, { hostKey })))).toBe('reached')
    expect(() => readFileSync(here.lock)).toThrow('ENOENT')
  })

  it('is named where the server shows another one', async () => {
    const server = await start()
    const hostKey = fingerprint(publicOf(newKey()))
    const refused = (await reach(pinned(), at(server.port, { hostKey }))) as CannotLook
    expect(refused.reason.en).toContain(
      `it shows ssh-ed25519 ${fingerprint(server.key)}, which is not the one in ${here.roster.file}.`,
    )
    expect(refused.reason.en).toContain('or the fingerprint is that of a key of another type')
    expect(refused.reason['zh-TW']).toContain(`不是 ${here.roster.file} 裡記的那一把`)
    expect(server.logins()).toBe(0)
  })

  it('is asked for where it is required, with the line to write', async () => {
    const server = await start()
    const pins = pinned({ isStrict: true })
    const refused = (await reach(pins, at(server.port))) as CannotLook
    const line = `hostKey: "ssh-ed25519 ${fingerprint(server.key)}"`
    expect(refused.reason.en).toBe(
      `controller: host keys are required (--strict-host-keys), and 127.0.0.1 port ${server.port} has none: it shows ssh-ed25519 ${fingerprint(server.key)}. If the machine itself says the same, write ${line} beside its host in ${here.roster.file}`,
    )
    expect(server.logins()).toBe(0)
    expect(() => readFileSync(here.lock)).toThrow('ENOENT')
    writeFileSync(here.lock, `[127.0.0.1]:${server.port} ${server.key}\n`)
    expect(await reach(pinned({ isStrict: true }), at(server.port))).toBe(true)
  })

  it('may stand in a known_hosts file that the address names, where it is required', async () => {
    const server = await start()
    const knownHostsFile = join(here.folder, 'known_hosts')
    writeFileSync(knownHostsFile, `[127.0.0.1]:${server.port} ${server.key}\n`)
    expect(await reach(pinned({ isStrict: true }), at(server.port, { knownHostsFile }))).toBe(true)
  })
})

describe('the lock file', () => {
  const refusal = (make: () => unknown): string => {
    try {
      make()
    } catch (error) {
      expect(error).toBeInstanceOf(BadCall)
      return (error as BadCall).sentence.en
    }
    return 'opened'
  }
  const needing = (address: NodeAddress) => {
    here.roster = {
      ...here.roster,
      students: [{ id: 's01', name: 's01', work: { kind: 'nodes', nodes: { controller: address } } }],
    }
  }

  it('is refused with one sentence where it is damaged, a folder, or in no folder that is there', async () => {
    const key = publicOf(newKey())
    writeFileSync(here.lock, `a ${key}\n[127.0.0.1]:22 ${key.slice(0, 30)}\n`)
    expect(refusal(pinned)).toBe(
      `${here.lock}:2: this line is no pinned host key (SERVER TYPE KEY); it may be cut off: remove it to pin that machine again`,
    )
    rmSync(here.lock)
    mkdirSync(here.lock)
    expect(refusal(pinned)).toBe(`${here.lock} cannot be read (EISDIR)`)
    here.roster = { ...here.roster, file: '/no/such/class.yaml' }
    needing(at(22))
    expect(refusal(pinned)).toContain(
      'host keys are pinned in /no/such/class.yaml.lock, which cannot be written',
    )
    needing(at(22, { hostKey: key }))
    expect(refusal(pinned)).toBe('opened')
  })

  it('costs only the student whose key could not be written', async () => {
    const server = await start()
    const pins = pinned()
    rmSync(here.folder, { recursive: true })
    expect(await reason(reach(pins, at(server.port)))).toBe(
      `controller: its host key was not pinned: host keys are pinned in ${here.lock}, which cannot be written (ENOENT)`,
    )
  })

  it('gets a line of its own after one without an end', async () => {
    const server = await start()
    writeFileSync(here.lock, `other ${server.key}`)
    await reach(pinned(), at(server.port))
    expect(lines()).toHaveLength(2)
  })
})
