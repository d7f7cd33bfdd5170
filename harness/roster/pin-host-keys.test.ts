import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { CannotLook } from '../core/errors.ts'
import { newKey, publicOf } from './host-keys.testing.ts'
import type { ClassPins, FirstUse } from './pin-host-keys.ts'
import { at, fingerprint, here, lines, pinned, reach, reason, start } from './pins.testing.ts'

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
    writeFileSync(here.lock, `# mine\n[127.0.0.1]:${server.port} ${other} s01 controller`)
    const refused = (await reach(pinned(), at(server.port))) as CannotLook
    expect(refused.reason.en).toBe(
      `controller: the host key of 127.0.0.1 port ${server.port} has changed: it shows ssh-ed25519 ${fingerprint(server.key)}, which is not the one in ${here.lock}. Either the machine was rebuilt, or another machine answers in its place`,
    )
    expect(refused.where).toBe('controller')
    expect(server.logins()).toBe(0)
    const forget = refused.help?.split('# then: ')[1] ?? ''
    expect(forget).toBe(`ssh-keygen -R '[127.0.0.1]:${server.port}' -f ${here.lock}`)
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
    writeFileSync(here.lock, `[127.0.0.1]:${server.port} ${faster} s09 controller\n`)
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
    expect(() => readFileSync(here.lock)).toThrow('ENOENT')
  })

  it('is not taken where known_hosts has another one', async () => {
    const server = await start()
    const knownHostsFile = join(here.folder, 'known_hosts')
    writeFileSync(knownHostsFile, `[127.0.0.1]:${server.port} ${publicOf(newKey())}\n`)
    expect(await reason(reach(pinned(), at(server.port, { knownHostsFile })))).toContain(
      `which is not the one in ${knownHostsFile}`,
    )
  })
})
