import { execFile } from 'node:child_process'
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Inventory } from '../inventory/inventory.ts'
import { knownHostsFor, sshConfigFor } from './ssh-config.ts'
import { startSshd, type TestSshd, whyNoSshd } from './sshd.testing.ts'

const why = whyNoSshd()

describe('sshConfigFor', () => {
  it('writes one block a host, jump hosts included', () => {
    const nodes: Inventory['nodes'] = {
      controller: {
        host: '10.0.0.1',
        port: 2222,
        user: 'vagrant',
        identityFile: '/my keys/id',
        hostKey: 'ssh-ed25519 AAAA me',
        jump: { host: 'gate', port: 22, user: 'me' },
      },
      hypervisor: { host: '10.0.0.2', port: 22, user: 'root', proxyCommand: ['nc', '-U', "it's 100%"] },
    }
    expect(sshConfigFor({ name: 'lab', nodes })).toBe(`Host controller
  HostName 10.0.0.1
  Port 2222
  User vagrant
  IdentityFile "/my keys/id"
  IdentitiesOnly yes
  ProxyJump controller-jump
  HostKeyAlias controller
  UserKnownHostsFile none
  KnownHostsCommand /bin/echo controller ssh-ed25519 AAAA
  GlobalKnownHostsFile none
  StrictHostKeyChecking yes
  UpdateHostKeys no

Host controller-jump
  HostName gate
  Port 22
  User me

Host hypervisor
  HostName 10.0.0.2
  Port 22
  User root
  ProxyCommand nc -U 'it'\\''s 100%%'
`)
  })

  it('lets ssh ask where only the fingerprint of a key is known', () => {
    const controller = { host: 'a', port: 22, user: 'me', hostKey: `SHA256:${'x'.repeat(43)}` }
    const inventory = { name: 'lab', nodes: { controller } }
    expect(sshConfigFor(inventory)).toBe('Host controller\n  HostName a\n  Port 22\n  User me\n')
    expect(knownHostsFor(inventory)).toBe('')
  })
})

describe.skipIf(why)(`the real ssh with it${why ? ` (skipped: ${why})` : ''}`, () => {
  let sshd: TestSshd
  beforeAll(async () => {
    sshd = await startSshd()
  })
  afterAll(() => sshd.stop())

  const ssh = async (config: string, node: string) => {
    const file = join(sshd.folder, 'config')
    writeFileSync(file, config)
    const argv = ['-F', file, '-o', 'BatchMode=yes', node, 'echo in']
    return (await promisify(execFile)('ssh', argv)).stdout
  }

  it('logs in to a pinned host, with either source of known hosts, from a path with blanks', async () => {
    const folder = join(sshd.folder, 'my "keys" 100%')
    mkdirSync(folder)
    renameSync(join(sshd.folder, 'id'), join(folder, 'id'))
    const address = { ...sshd.address, identityFile: join(folder, 'id') }
    const inventory = { name: 'lab', nodes: { controller: address } }
    expect(await ssh(sshConfigFor(inventory), 'controller')).toBe('in\n')
    const knownHostsFile = join(folder, 'known hosts')
    writeFileSync(knownHostsFile, knownHostsFor(inventory))
    expect(await ssh(sshConfigFor(inventory, { knownHostsFile }), 'controller')).toBe('in\n')
    renameSync(join(folder, 'id'), join(sshd.folder, 'id'))
  })

  it('does not log in where another key is pinned', async () => {
    const address = { ...sshd.address, hostKey: sshd.hostKey('ecdsa').replace('AAAA', 'AAAB') }
    const attempt = ssh(sshConfigFor({ name: 'lab', nodes: { controller: address } }), 'controller')
    await expect(attempt).rejects.toThrow('Host key verification failed')
  })

  it('goes through a proxy command with blanks and quotes, and over a jump host', async () => {
    const script = `const [a, port] = process.argv.slice(1); if (a !== "it's 100%") process.exit(1)
const s = require('net').connect(+port, '127.0.0.1'); process.stdin.pipe(s).pipe(process.stdout)`.replace(
      '\n',
      ';',
    )
    const proxyCommand = [process.execPath, '-e', script, "it's 100%", String(sshd.port)]
    const nodes: Inventory['nodes'] = {
      controller: { ...sshd.address, port: 1, proxyCommand },
      hypervisor: { ...sshd.address, jump: { ...sshd.address, user: 'vagrant' } },
    }
    const config = sshConfigFor({ name: 'lab', nodes })
    expect(await ssh(config, 'controller')).toBe('in\n')
    expect(await ssh(config, 'hypervisor')).toBe('in\n')
  })
})
