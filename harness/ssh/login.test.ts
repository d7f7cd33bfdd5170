import { execFileSync, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectMachine } from './connect.ts'
import { cleanups, ended, refusal, serve, works } from './connecting.testing.ts'
import { freePort, startSshd, type TestSshd, whyNoSshd } from './sshd.testing.ts'

const why = whyNoSshd()

describe.skipIf(why)(`logging in${why ? ` (skipped: ${why})` : ''}`, () => {
  let sshd: TestSshd
  const fileOf = (name: string, content: string): string => {
    const file = join(sshd.folder, name)
    writeFileSync(file, content, { mode: 0o600 })
    return file
  }

  beforeAll(async () => {
    sshd = await startSshd()
  })
  afterAll(() => sshd.stop())

  describe('the login', () => {
    const newKey = (name: string, passphrase: string): string => {
      const file = join(sshd.folder, name)
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-f', file])
      return file
    }

    it('fails with a key sshd does not accept', async () => {
      const identityFile = newKey('wrong', '')
      const { reason, help } = await refusal({ ...sshd.address, identityFile })
      expect(reason.en).toBe(
        `hypervisor: 127.0.0.1 port ${sshd.port} does not let root in with ${identityFile}`,
      )
      expect(help).toBe(`ssh -v -p ${sshd.port} -i ${identityFile} root@127.0.0.1`)
    })

    it('fails without the key file, or with a file that is no key', async () => {
      const missing = await refusal({ ...sshd.address, identityFile: '/no/such/key' })
      expect(missing.reason.en).toBe(
        'hypervisor: the login key cannot be used: there is no file /no/such/key',
      )
      const noKey = await refusal({ ...sshd.address, identityFile: fileOf('nokey', 'hello\n') })
      expect(noKey.reason.en).toContain('is not a private key')
    })

    it('asks for ssh-agent where the key is encrypted', async () => {
      const before = process.env.SSH_AUTH_SOCK
      delete process.env.SSH_AUTH_SOCK
      cleanups.push(() => {
        if (before !== undefined) process.env.SSH_AUTH_SOCK = before
      })
      const identityFile = newKey('locked', 'secret')
      const { reason, help } = await refusal({ ...sshd.address, identityFile })
      expect(reason.en).toBe(
        `hypervisor: the key ${identityFile} is encrypted with a passphrase, so ssh-agent has to hold it`,
      )
      expect(help).toBe(`eval "$(ssh-agent)" && ssh-add ${identityFile}`)
    })

    it('works through a real ssh-agent, and says so when the agent has no right key', async () => {
      const socket = join(sshd.folder, 'agent.sock')
      const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] })
      await new Promise(resolve => agent.stdout.once('data', resolve))
      const env = { ...process.env, SSH_AUTH_SOCK: socket, HOME: sshd.folder }
      const before = { SSH_AUTH_SOCK: process.env.SSH_AUTH_SOCK, HOME: process.env.HOME }
      Object.assign(process.env, { SSH_AUTH_SOCK: socket, HOME: sshd.folder })
      cleanups.push(async () => {
        for (const [name, value] of Object.entries(before))
          if (value === undefined) delete process.env[name]
          else process.env[name] = value
        agent.kill()
        await ended(agent)
      })
      const { identityFile, ...address } = sshd.address
      const { reason } = await refusal(address)
      expect(reason.en).toBe(`hypervisor: 127.0.0.1 port ${sshd.port} does not let root in with ssh-agent`)
      execFileSync('ssh-add', ['-q', identityFile ?? ''], { env, stdio: 'ignore' })
      expect(await works(address)).toBe('works\n')
    })
  })

  describe('on the way', () => {
    const relay = `const s=require('net').connect(+process.argv[1],'127.0.0.1');process.stdin.pipe(s).pipe(process.stdout)`

    it('goes through a proxy command, and ends it', async () => {
      const proxyCommand = [process.execPath, '-e', relay, String(sshd.port)]
      const machine = await connectMachine('hypervisor', { ...sshd.address, port: 1, proxyCommand })
      const ran = await machine.run('echo works', { deadlineMs: 10_000 })
      expect(ran.stdout.toString()).toBe('works\n')
      await machine.close()
      const children = execFileSync('ps', ['-o', 'args=', '--ppid', String(process.pid)], {
        encoding: 'utf8',
      })
      expect(children).not.toContain(relay)
    })

    it('tells what a failing proxy command said', async () => {
      const proxyCommand = ['sh', '-c', 'echo first >&2; echo no such lab >&2; exit 9']
      const { reason, help } = await refusal({ ...sshd.address, proxyCommand })
      const command = `sh -c 'echo first >&2; echo no such lab >&2; exit 9'`
      expect(reason.en).toBe(`hypervisor: the proxy command ${command} ended with code 9: no such lab`)
      expect(help).toBe(command)
    })

    it('tells that a proxy command does not exist', async () => {
      const { reason } = await refusal({ ...sshd.address, proxyCommand: ['/no/such/program'] })
      expect(reason.en).toBe(
        'hypervisor: the proxy command cannot be started, there is no program /no/such/program',
      )
    })

    it('hops over a jump host', async () => {
      expect(await works({ ...sshd.address, jump: { ...sshd.address, user: 'vagrant' } })).toBe('works\n')
    })

    it('tells which hop fails', async () => {
      const port = await freePort()
      const behind = await refusal({ ...sshd.address, port, jump: sshd.address })
      expect(behind.reason.en).toContain(
        `hypervisor: the jump host 127.0.0.1 cannot reach 127.0.0.1 port ${port}`,
      )
      const silent = await serve(() => {})
      const jump = { ...sshd.address, port: silent }
      const late = await connectMachine(
        'hypervisor',
        { ...sshd.address, jump },
        { connectDeadlineMs: 300 },
      ).catch(error => error)
      expect(late.reason.en).toContain(
        `hypervisor via 127.0.0.1: 127.0.0.1 port ${silent} accepted the connection but sent no SSH banner`,
      )
    })
  })
})
