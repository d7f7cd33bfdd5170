import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { type AddressInfo, connect as connectTcp, createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { NodeAddress } from '../inventory/inventory.ts'
import { CannotLook } from '../judge/errors.ts'
import { connectMachine } from './connect.ts'
import { freePort, startSshd, type TestSshd, whyNoSshd } from './sshd.testing.ts'

const why = whyNoSshd()
const nobody: NodeAddress = { host: '127.0.0.1', port: 1, user: 'root', hostKey: 'ssh-ed25519 AAAA' }
const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

/** The CannotLook that connecting came to. */
async function refusal(address: NodeAddress, connectDeadlineMs = 5000): Promise<CannotLook> {
  const outcome = await connectMachine('hypervisor', address, { connectDeadlineMs }).catch(error => error)
  expect(outcome).toBeInstanceOf(CannotLook)
  expect(outcome.where).toBe('hypervisor')
  return outcome as CannotLook
}

/** A server on the loopback that does this with each connection. */
async function serve(onConnection: (socket: Socket) => void): Promise<number> {
  const server: Server = createServer(socket => {
    socket.on('error', () => {})
    cleanups.push(() => socket.destroy())
    onConnection(socket)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(() => server.close())
  return (server.address() as AddressInfo).port
}

const ended = (child: ChildProcess) => new Promise(resolve => child.once('exit', resolve))

describe.skipIf(why)(`connecting${why ? ` (skipped: ${why})` : ''}`, () => {
  let sshd: TestSshd
  const works = async (address: NodeAddress): Promise<string> => {
    const machine = await connectMachine('hypervisor', address)
    cleanups.push(() => machine.close())
    return (await machine.run('echo works', { deadlineMs: 10_000 })).stdout.toString()
  }
  const fileOf = (name: string, content: string): string => {
    const file = join(sshd.folder, name)
    writeFileSync(file, content, { mode: 0o600 })
    return file
  }
  /** The address without a pinned key, known_hosts in this file. */
  const knownBy = (content: string): NodeAddress => {
    const { hostKey: _, ...address } = sshd.address
    return { ...address, knownHostsFile: fileOf('known_hosts', content) }
  }
  const keyOf = (type: 'ed25519' | 'ecdsa') => sshd.hostKey(type).split(' ').slice(0, 2).join(' ')
  const fingerprintOf = (type: 'ed25519' | 'ecdsa') =>
    execFileSync('ssh-keygen', ['-lf', join(sshd.folder, `host_${type}.pub`)], { encoding: 'utf8' }).split(
      ' ',
    )[1]

  beforeAll(async () => {
    sshd = await startSshd()
  })
  afterAll(() => sshd.stop())

  describe('who does not answer', () => {
    it('a port nobody listens on', async () => {
      const port = await freePort()
      const { reason, help } = await refusal({ ...sshd.address, port })
      expect(reason.en).toBe(
        `hypervisor: 127.0.0.1 port ${port} refuses connections: the machine is up but no sshd listens there`,
      )
      expect(help).toBe('npm run lab status')
    })

    it('a machine that swallows every packet', async () => {
      // A queue of one that is full: the kernel drops further SYNs (listen(2)).
      const perl =
        'use Socket; socket(S,PF_INET,SOCK_STREAM,0); bind(S,sockaddr_in(0,INADDR_LOOPBACK)); listen(S,0);'
      const child = spawn('perl', ['-e', `$|=1; ${perl} print((sockaddr_in(getsockname(S)))[0]); sleep 60`])
      cleanups.push(() => child.kill())
      const port = Number(await new Promise(resolve => child.stdout.once('data', resolve)))
      const first = connectTcp(port, '127.0.0.1').on('error', () => {})
      cleanups.push(() => first.destroy())
      await new Promise(resolve => first.once('connect', resolve))
      const { reason } = await refusal({ ...sshd.address, port }, 300)
      expect(reason.en).toBe(
        `hypervisor: 127.0.0.1 port ${port} did not answer within 300 ms: the machine is off, or a firewall drops the packets`,
      )
    })

    it('a host name that does not exist', async () => {
      const { reason } = await refusal({ ...sshd.address, host: 'no such host.invalid' })
      expect(reason['zh-TW']).toMatch(
        /^hypervisor：(查不到主機名稱|DNS 伺服器沒有回應) no such host\.invalid/,
      )
    })

    it('a server that never says its banner', async () => {
      const port = await serve(() => {})
      const { reason } = await refusal({ ...sshd.address, port }, 300)
      expect(reason.en).toBe(
        `hypervisor: 127.0.0.1 port ${port} took the connection but sent no SSH banner within 300 ms: the machine or its sshd hangs`,
      )
    })

    it('an sshd that hangs after its banner', async () => {
      const port = await serve(socket => socket.write('SSH-2.0-OpenSSH_9.2\r\n'))
      const { reason, help } = await refusal({ ...sshd.address, port }, 300)
      expect(reason.en).toBe(
        `hypervisor: sshd on 127.0.0.1 port ${port} sent its banner and then nothing more within 300 ms: it hangs`,
      )
      expect(help).toBe(`ssh -v -p ${port} -i ${sshd.identityFile} root@127.0.0.1`)
    })

    it('a server that hangs up at once', async () => {
      const port = await serve(socket => socket.end())
      const { reason } = await refusal({ ...sshd.address, port })
      expect(reason.en).toBe(
        `hypervisor: 127.0.0.1 port ${port} closed the connection before any SSH banner: sshd is overloaded, blocks this computer, or is no sshd`,
      )
    })

    it('an sshd that hangs up after its banner', async () => {
      const port = await serve(socket => socket.end('SSH-2.0-OpenSSH_9.2\r\n'))
      const { reason } = await refusal({ ...sshd.address, port })
      expect(reason.en).toContain(
        `the connection to 127.0.0.1 port ${port} ended while the SSH keys were agreed on`,
      )
    })

    it('a link that is cut in the middle', async () => {
      const halves: Socket[] = []
      const port = await serve(socket => {
        const onward = connectTcp(sshd.port, '127.0.0.1').on('error', () => {})
        halves.push(socket, onward)
        socket.pipe(onward).pipe(socket)
      })
      const machine = await connectMachine('hypervisor', { ...sshd.address, port })
      cleanups.push(() => machine.close())
      const remote = await machine.start('echo on; sleep 1000')
      await new Promise(resolve => remote.stdio.once('readable', resolve))
      const running = machine.run('sleep 1000', { deadlineMs: 10_000 }).catch(error => error)
      for (const half of halves) half.destroy()
      expect((await running).reason.en).toBe('hypervisor: the ssh connection was lost')
      expect(await remote.exited).toEqual({ code: null })
      const later = await machine.run('true', { deadlineMs: 10_000 }).catch(error => error)
      expect(later.reason['zh-TW']).toBe('hypervisor：SSH 連線中斷')
    })
  })

  describe('the host key', () => {
    it('is known by a plain line, a pattern, or a hash', async () => {
      const name = `[127.0.0.1]:${sshd.port}`
      expect(await works(knownBy(`# mine\n${name} ${keyOf('ed25519')} a comment\n`))).toBe('works\n')
      expect(await works(knownBy(`other,[127.0.0.*]:* ${keyOf('ed25519')}\n`))).toBe('works\n')
      const hashed = knownBy(`${name} ${keyOf('ed25519')}\n`)
      execFileSync('ssh-keygen', ['-q', '-H', '-f', hashed.knownHostsFile ?? ''], { stdio: 'ignore' })
      expect(await works(hashed)).toBe('works\n')
    })

    it('is asked for in the type that is known', async () => {
      expect(await works(knownBy(`[127.0.0.1]:${sshd.port} ${keyOf('ecdsa')}\n`))).toBe('works\n')
      expect(await works({ ...sshd.address, hostKey: sshd.hostKey('ecdsa') })).toBe('works\n')
    })

    it('is unknown', async () => {
      const address = knownBy(`127.0.0.1 ${keyOf('ed25519')}\n`)
      const { reason, help } = await refusal(address)
      const file = address.knownHostsFile
      expect(reason.en).toBe(
        `hypervisor: the host key of 127.0.0.1 port ${sshd.port} is unknown: it shows ssh-ed25519 ${fingerprintOf('ed25519')}, and ${file} has no such key for it`,
      )
      expect(help).toBe(`ssh-keyscan -p ${sshd.port} 127.0.0.1 >> ${file}`)
    })

    it('has changed from the one in known_hosts', async () => {
      const other = execFileSync('ssh-keygen', ['-yf', sshd.identityFile], { encoding: 'utf8' })
      const address = knownBy(`[127.0.0.1]:${sshd.port} ${other}`)
      const { reason, help } = await refusal(address)
      expect(reason.en).toBe(
        `hypervisor: the host key of 127.0.0.1 port ${sshd.port} has changed: it shows ssh-ed25519 ${fingerprintOf('ed25519')}, which is not the one in ${address.knownHostsFile}. Either the machine was built anew, or another machine answers in its place`,
      )
      expect(help).toBe(
        `ssh-keyscan -p ${sshd.port} 127.0.0.1 | ssh-keygen -lf -   # then: ssh-keygen -R '[127.0.0.1]:${sshd.port}' -f ${address.knownHostsFile}`,
      )
    })

    it('has changed from the pinned one', async () => {
      const hostKey = execFileSync('ssh-keygen', ['-yf', sshd.identityFile], { encoding: 'utf8' })
      const { reason } = await refusal({ ...sshd.address, hostKey })
      expect(reason['zh-TW']).toContain(`不是機器清單裡記的那一把`)
    })

    it('is revoked', async () => {
      const name = `[127.0.0.1]:${sshd.port}`
      const { reason } = await refusal(
        knownBy(`@revoked ${name} ${keyOf('ed25519')}\n${name} ${keyOf('ed25519')}\n`),
      )
      expect(reason.en).toBe(
        `hypervisor: the host key ${fingerprintOf('ed25519')} that 127.0.0.1 port ${sshd.port} shows is marked as revoked in known_hosts`,
      )
    })
  })

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
        'hypervisor: the key to log in with is not usable: there is no file /no/such/key',
      )
      const noKey = await refusal({ ...sshd.address, identityFile: fileOf('nokey', 'hello\n') })
      expect(noKey.reason.en).toContain('is no private key')
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
        `hypervisor: the key ${identityFile} is encrypted with a passphrase, which only ssh-agent can be asked to keep`,
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
        `hypervisor via 127.0.0.1: 127.0.0.1 port ${silent} took the connection but sent no SSH banner`,
      )
    })
  })

  it('never waits for a node that is not there at all', async () => {
    const { reason } = await refusal({ ...nobody, identityFile: sshd.identityFile })
    expect(reason['zh-TW']).toBe('hypervisor：127.0.0.1 port 1 拒絕連線：機器開著，但那裡沒有 sshd 在聽')
  })
})
