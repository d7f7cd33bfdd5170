import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BadCall, CannotLook } from '../core/errors.ts'
import { fingerprintOf, parseHostKey } from '../inventory/host-key.ts'
import type { NodeAddress } from '../inventory/inventory.ts'
import { connectMachine } from '../ssh/connect.ts'
import { newIdentity, newKey, publicOf, startServer, type TestServer } from './host-keys.testing.ts'
import { type ClassPins, type FirstUse, pinHostKeys } from './pin-host-keys.ts'
import type { Roster } from './roster.ts'

const top = mkdtempSync(join(tmpdir(), 'ovn-lab-pins-'))
afterAll(() => rmSync(top, { recursive: true }))
const identityFile = newIdentity(join(top, 'id'))

let folder: string
let roster: Roster
let lock: string
const servers: TestServer[] = []
beforeEach(() => {
  folder = mkdtempSync(join(top, 'class-'))
  roster = { file: join(folder, 'class.yaml'), lessons: [], students: [], digest: '' }
  lock = `${roster.file}.lock`
})
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})

const start = async (keys = [newKey()], options = {}): Promise<TestServer> => {
  const server = await startServer(keys, options)
  servers.push(server)
  return server
}
// A known_hosts file that is not there, so that the one of whoever runs this decides nothing.
const at = (port: number, more: Partial<NodeAddress> = {}): NodeAddress => ({
  host: '127.0.0.1',
  port,
  user: 'vagrant',
  identityFile,
  ...more,
})
const pinned = (more: Partial<Parameters<typeof pinHostKeys>[1]> = {}): ClassPins =>
  pinHostKeys(roster, { isStrict: false, ...more })

/** True, or the CannotLook that reaching it came to. */
async function reach(pins: ClassPins, address: NodeAddress, student = 's01'): Promise<true | CannotLook> {
  try {
    const machine = await connectMachine('controller', address, {
      connectDeadlineMs: 10_000,
      pins: pins.of(student),
    })
    await machine.close()
    return true
  } catch (error) {
    expect(error).toBeInstanceOf(CannotLook)
    return error as CannotLook
  }
}
const reason = async (outcome: Promise<true | CannotLook>) => {
  const refused = await outcome
  return refused === true ? 'reached' : refused.reason.en
}
const lines = () =>
  readFileSync(lock, 'utf8')
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('#'))
const fingerprint = (key: string) => fingerprintOf(parseHostKey(key))

describe('a key on first use', () => {
  it('is pinned, told once, and expected from then on', async () => {
    const server = await start()
    const told: FirstUse[] = []
    const onFirstUse = (first: FirstUse) => told.push(first)
    expect(pinned().where(at(server.port))).toBeUndefined()
    expect(await reach(pinned({ onFirstUse }), at(server.port))).toBe(true)
    const again = pinned({ onFirstUse })
    expect(again.where(at(server.port))).toBe('lock')
    expect(await reach(again, at(server.port))).toBe(true)
    expect(told).toEqual([{ student: 's01', node: 'controller', key: server.key }])
    expect(lines()).toEqual([`[127.0.0.1]:${server.port} ${server.key} s01 controller`])
    expect(server.agentsOffered()).toBe(0)
  })

  it('is named where it has changed, with the line to remove; that command works', async () => {
    const server = await start()
    const other = publicOf(newKey())
    writeFileSync(lock, `# mine\n[127.0.0.1]:${server.port} ${other} s01 controller`)
    const refused = (await reach(pinned(), at(server.port))) as CannotLook
    expect(refused.reason.en).toBe(
      `controller: the host key of 127.0.0.1 port ${server.port} has changed: it shows ssh-ed25519 ${fingerprint(server.key)}, which is not the one in ${lock}. Either the machine was rebuilt, or another machine answers in its place`,
    )
    expect(refused.where).toBe('controller')
    expect(server.logins()).toBe(0)
    const forget = refused.help?.split('# then: ')[1] ?? ''
    expect(forget).toBe(`ssh-keygen -R '[127.0.0.1]:${server.port}' -f ${lock}`)
    execFileSync('sh', ['-c', forget], { stdio: 'ignore' })
    expect(await reach(pinned(), at(server.port))).toBe(true)
    expect(lines()).toEqual([`[127.0.0.1]:${server.port} ${server.key} s01 controller`])
  })

  it('is pinned of every hop, and told apart behind different ones', async () => {
    const [server, one, two] = [
      await start(),
      await start([newKey()], { relays: true }),
      await start([newKey()], { relays: true }),
    ]
    const pins = pinned()
    expect(await reach(pins, at(server.port, { jump: at(one.port) }), 's01')).toBe(true)
    expect(await reach(pins, at(server.port, { jump: at(two.port) }), 's02')).toBe(true)
    expect(lines()).toEqual([
      `[127.0.0.1]:${one.port} ${one.key} s01 controller via 127.0.0.1`,
      `[127.0.0.1]:${one.port}>[127.0.0.1]:${server.port} ${server.key} s01 controller`,
      `[127.0.0.1]:${two.port} ${two.key} s02 controller via 127.0.0.1`,
      `[127.0.0.1]:${two.port}>[127.0.0.1]:${server.port} ${server.key} s02 controller`,
    ])
  })

  it('is pinned once by many students at once, and each line is whole', async () => {
    const [bastion, ...machines] = [
      await start([newKey()], { relays: true }),
      ...(await Promise.all(Array.from({ length: 6 }, () => start()))),
    ]
    const told: FirstUse[] = []
    // Two processes, as far as the file is concerned.
    const [one, two] = [0, 1].map(() => pinned({ onFirstUse: first => told.push(first) })) as [
      ClassPins,
      ClassPins,
    ]
    const outcomes = machines.flatMap(({ port }, index) =>
      [one, two].map(pins => reach(pins, at(port, { jump: at(bastion.port) }), `s0${index}`)),
    )
    expect(await Promise.all(outcomes)).toEqual(outcomes.map(() => true))
    expect(
      lines()
        .map(line => line.split(' ')[0])
        .sort(),
    ).toEqual(
      [
        `[127.0.0.1]:${bastion.port}`,
        ...machines.map(({ port }) => `[127.0.0.1]:${bastion.port}>[127.0.0.1]:${port}`),
      ].sort(),
    )
    expect(told).toHaveLength(7)
  })

  it('is the one of who was faster, where two servers claim to be one', async () => {
    const server = await start()
    const pins = pinned()
    const faster = publicOf(newKey())
    writeFileSync(lock, `[127.0.0.1]:${server.port} ${faster} s09 controller\n`)
    expect(await reason(reach(pins, at(server.port)))).toContain('has changed')
    expect(lines()).toHaveLength(1)
  })

  it('is not pinned of a server that cannot show that it owns it', async () => {
    const server = await start()
    // In the middle: the server's bytes with one changed, after the host key, in its signature.
    const { connect } = await import('node:net')
    const middle = createServer(socket => {
      const onward = connect(server.port, '127.0.0.1').on('error', () => {})
      socket.on('error', () => {})
      socket.pipe(onward)
      const blob = Buffer.from(server.key.split(' ')[1] ?? '', 'base64')
      onward.on('data', chunk => {
        const shown = chunk.indexOf(blob)
        if (shown >= 0) {
          const signature = chunk.indexOf('ssh-ed25519', shown + blob.length)
          chunk[signature + 20] = (chunk[signature + 20] ?? 0) ^ 1
        }
        socket.write(chunk)
      })
      onward.on('close', () => socket.destroy())
    })
    await new Promise<void>(resolve => middle.listen(0, '127.0.0.1', resolve))
    const { port } = middle.address() as { port: number }
    expect(await reason(reach(pinned(), at(port)))).toContain('ended during the SSH key exchange')
    await new Promise(resolve => middle.close(resolve))
    expect(() => readFileSync(lock)).toThrow('ENOENT')
  })

  it('is not taken where known_hosts has another one', async () => {
    const server = await start()
    const knownHostsFile = join(folder, 'known_hosts')
    writeFileSync(knownHostsFile, `[127.0.0.1]:${server.port} ${publicOf(newKey())}\n`)
    expect(await reason(reach(pinned(), at(server.port, { knownHostsFile })))).toContain(
      `which is not the one in ${knownHostsFile}`,
    )
  })
})

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
    expect(() => readFileSync(lock)).toThrow('ENOENT')
  })

  it('is named where the server shows another one', async () => {
    const server = await start()
    const hostKey = fingerprint(publicOf(newKey()))
    const refused = (await reach(pinned(), at(server.port, { hostKey }))) as CannotLook
    expect(refused.reason.en).toContain(
      `it shows ssh-ed25519 ${fingerprint(server.key)}, which is not the one in ${roster.file}.`,
    )
    expect(refused.reason.en).toContain('or the fingerprint is that of a key of another type')
    expect(refused.reason['zh-TW']).toContain(`不是 ${roster.file} 裡記的那一把`)
    expect(server.logins()).toBe(0)
  })

  it('is asked for where it is required, with the line to write', async () => {
    const server = await start()
    const pins = pinned({ isStrict: true })
    const refused = (await reach(pins, at(server.port))) as CannotLook
    const line = `hostKey: "ssh-ed25519 ${fingerprint(server.key)}"`
    expect(refused.reason.en).toBe(
      `controller: host keys are required (--strict-host-keys), and 127.0.0.1 port ${server.port} has none: it shows ssh-ed25519 ${fingerprint(server.key)}. If the machine itself says the same, write ${line} beside its host in ${roster.file}`,
    )
    expect(server.logins()).toBe(0)
    expect(() => readFileSync(lock)).toThrow('ENOENT')
    writeFileSync(lock, `[127.0.0.1]:${server.port} ${server.key}\n`)
    expect(await reach(pinned({ isStrict: true }), at(server.port))).toBe(true)
  })

  it('may stand in a known_hosts file that the address names, where it is required', async () => {
    const server = await start()
    const knownHostsFile = join(folder, 'known_hosts')
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
    roster = {
      ...roster,
      students: [{ id: 's01', name: 's01', work: { kind: 'nodes', nodes: { controller: address } } }],
    }
  }

  it('is refused with one sentence where it is damaged, a folder, or in no folder that is there', async () => {
    const key = publicOf(newKey())
    writeFileSync(lock, `a ${key}\n[127.0.0.1]:22 ${key.slice(0, 30)}\n`)
    expect(refusal(pinned)).toBe(
      `${lock}:2: this line is no pinned host key (SERVER TYPE KEY); it may be cut off: remove it to pin that machine anew`,
    )
    rmSync(lock)
    mkdirSync(lock)
    expect(refusal(pinned)).toBe(`${lock} cannot be read (EISDIR)`)
    roster = { ...roster, file: '/no/such/class.yaml' }
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
    rmSync(folder, { recursive: true })
    expect(await reason(reach(pins, at(server.port)))).toBe(
      `controller: its host key was not pinned: host keys are pinned in ${lock}, which cannot be written (ENOENT)`,
    )
  })

  it('gets a line of its own after one without an end', async () => {
    const server = await start()
    writeFileSync(lock, `other ${server.key}`)
    await reach(pinned(), at(server.port))
    expect(lines()).toHaveLength(2)
  })
})
