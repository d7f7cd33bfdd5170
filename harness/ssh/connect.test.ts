import { execFileSync, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { connect as connectTcp, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { NodeAddress } from '../inventory/inventory.ts'
import { connectMachine } from './connect.ts'
import { cleanups, refusal, serve, works } from './connecting.testing.ts'
import { freePort, startSshd, type TestSshd, whyNoSshd } from './sshd.testing.ts'

const why = whyNoSshd()
const nobody: NodeAddress = { host: '127.0.0.1', port: 1, user: 'root', hostKey: 'ssh-ed25519 AAAA' }

describe.skipIf(why)(`connecting${why ? ` (skipped: ${why})` : ''}`, () => {
  let sshd: TestSshd
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
        `hypervisor: 127.0.0.1 port ${port} accepted the connection but sent no SSH banner within 300 ms: the machine or its sshd hangs`,
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
        `hypervisor: 127.0.0.1 port ${port} closed the connection before any SSH banner: sshd is overloaded, blocks this computer, or is not an sshd`,
      )
    })

    it('an sshd that hangs up after its banner', async () => {
      const port = await serve(socket => socket.end('SSH-2.0-OpenSSH_9.2\r\n'))
      const { reason } = await refusal({ ...sshd.address, port })
      expect(reason.en).toContain(
        `the connection to 127.0.0.1 port ${port} ended during the SSH key exchange`,
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
        `hypervisor: the host key of 127.0.0.1 port ${sshd.port} has changed: it shows ssh-ed25519 ${fingerprintOf('ed25519')}, which is not the one in ${address.knownHostsFile}. Either the machine was rebuilt, or another machine answers in its place`,
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

  it('never waits for a node that is not there at all', async () => {
    const { reason } = await refusal({ ...nobody, identityFile: sshd.identityFile })
    expect(reason['zh-TW']).toBe('hypervisor：127.0.0.1 port 1 拒絕連線：機器已開機，但那裡沒有 sshd 在監聽')
  })
})
