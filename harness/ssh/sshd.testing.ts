import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { NodeAddress } from '../inventory/inventory.ts'

/** A real OpenSSH server on the loopback, with users of its own, that leaves nothing on the host. */
export interface TestSshd {
  folder: string
  port: number
  /** The key every user accepts. */
  identityFile: string
  /** Contents of the host's public key file of this type. */
  hostKey(type: 'ed25519' | 'ecdsa'): string
  /** An address that logs in: user `root`, pinned ed25519 host key. */
  address: NodeAddress
  stop(): Promise<void>
}

/**
 * Users that exist only inside, and their login shells. The first ones may sudo: `prints` has a start-up file that
 * talks, `slow` a sudo that takes its time, `one` a single session, `noperl` no perl where sudo looks for it.
 * Each of the others may not, for another reason; `another` goes over to a shell that reads what is not meant for it,
 * and for `demoted` sudo runs as nobody.
 */
const USERS = {
  vagrant: '/bin/bash',
  prints: '/bin/bash',
  csh: '/usr/bin/tcsh',
  slow: '/bin/bash',
  one: '/bin/bash',
  noperl: '/bin/bash',
  asks: '/bin/bash',
  ttyonly: '/bin/bash',
  nosudo: '/bin/bash',
  nologin: '/usr/sbin/nologin',
  endless: '/bin/bash',
  another: '/bin/bash',
  demoted: '/bin/bash',
}
const sudoers = (folder: string) => `Defaults use_pty
Defaults logfile=${folder}/sudo.log
Defaults:noperl secure_path=${folder}/noperl
vagrant, prints, csh, slow, one, noperl ALL=(ALL) NOPASSWD: ALL
asks ALL=(ALL) ALL
ttyonly, another, demoted ALL=(ALL) NOPASSWD: ALL
Defaults:demoted runas_default=nobody
Defaults:ttyonly requiretty
`

/** Why the tests with a real sshd cannot run on this machine; undefined when they can. */
export function whyNoSshd(): string | undefined {
  if (process.getuid?.() !== 0) return 'not root'
  if (!existsSync('/usr/sbin/sshd')) return 'no sshd (apt-get install openssh-server)'
  if (!existsSync('/usr/bin/sudo')) return 'no sudo (apt-get install sudo)'
  try {
    execFileSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/run'], { stdio: 'ignore' })
  } catch {
    return 'unshare -m is not allowed here'
  }
  return undefined
}

/** Starts it, with these settings (sshd_config(5)). Its users and sudo rules are bind mounts in a mount namespace of its own (mount_namespaces(7)). */
export async function startSshd(settings = ''): Promise<TestSshd> {
  const folder = mkdtempSync(join(tmpdir(), 'ovn-lab-sshd-'))
  const keygen = (type: string, file: string) =>
    execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', 'test', '-f', join(folder, file)])
  keygen('ed25519', 'host_ed25519')
  keygen('ecdsa', 'host_ecdsa')
  keygen('ed25519', 'id')
  copyFileSync('/etc/passwd', join(folder, 'passwd'))
  copyFileSync('/etc/shadow', join(folder, 'shadow'))
  for (const [index, [user, shell]] of Object.entries(USERS).entries()) {
    mkdirSync(join(folder, user))
    appendFileSync(join(folder, 'passwd'), `${user}:x:${61_000 + index}:65534::${folder}/${user}:${shell}\n`)
    appendFileSync(join(folder, 'shadow'), `${user}:*:19000:0:99999:7:::\n`)
  }
  writeFileSync(join(folder, 'prints', '.bashrc'), 'echo Welcome; echo and mind the step >&2\n')
  writeFileSync(join(folder, 'endless', '.bashrc'), 'yes Welcome\n')
  writeFileSync(join(folder, 'another', '.bashrc'), 'exec sh\n')
  writeFileSync(join(folder, 'slow', 'sudo'), '#!/bin/sh\nsleep 1.5\nexec /usr/bin/sudo "$@"\n', {
    mode: 0o755,
  })
  symlinkSync('/usr/bin/env', join(folder, 'nosudo', 'env'))
  const withoutPerl = 'sh cat head id ps setsid sleep timeout python3 tcpdump seq'.split(' ')
  for (const tool of withoutPerl) {
    const place = ['/usr/bin', '/usr/sbin', '/bin', '/sbin'].find(path => existsSync(join(path, tool)))
    if (place) symlinkSync(join(place, tool), join(folder, 'noperl', tool))
  }
  writeFileSync(join(folder, 'sudoers'), sudoers(folder), { mode: 0o440 })
  execFileSync('chmod', ['755', folder])
  const port = await freePort()
  writeFileSync(
    join(folder, 'sshd_config'),
    `ListenAddress 127.0.0.1
Port ${port}
HostKey ${folder}/host_ed25519
HostKey ${folder}/host_ecdsa
PidFile none
AuthorizedKeysFile ${folder}/id.pub
StrictModes no
PermitRootLogin yes
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
${settings}
Match User nosudo
  SetEnv PATH=${folder}/nosudo
Match User slow
  SetEnv PATH=${folder}/slow:/usr/sbin:/usr/bin:/bin
Match User one
  MaxSessions 1
`,
  )
  const inside = `mount -t tmpfs tmpfs /run && mkdir /run/sshd
for file in passwd shadow sudoers; do mount --bind "$0/$file" "/etc/$file" || exit 1; done
exec /usr/sbin/sshd -D -e -f "$0/sshd_config"`
  const child = spawn('unshare', ['-m', 'sh', '-c', inside, folder], { stdio: ['ignore', 'ignore', 'pipe'] })
  let words = ''
  child.stderr.on('data', chunk => {
    words += chunk
  })
  await listening(child, port, () => words)
  const hostKey = (type: string) => readFileSync(join(folder, `host_${type}.pub`), 'utf8').trim()
  const identityFile = join(folder, 'id')
  return {
    folder,
    port,
    identityFile,
    hostKey,
    address: { host: '127.0.0.1', port, user: 'root', identityFile, hostKey: hostKey('ed25519') },
    async stop() {
      const ended = new Promise(resolve => child.once('exit', resolve))
      child.kill('SIGTERM')
      await ended
      rmSync(folder, { recursive: true })
    },
  }
}

/**
 * A port of the loopback on which nobody listens, and that the kernel gives to nobody who asks for any port: whoever
 * asks again and again whether somebody listens at one of those may once be connected to itself (tcp(7)).
 */
export async function freePort(): Promise<number> {
  const [lowest = 32_768] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8')
    .split(/\s/)
    .map(Number)
  const port = randomInt(Math.floor(lowest / 2), lowest)
  const server = createServer()
  const isFree = await new Promise<boolean>(resolve => {
    server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true))
  })
  if (!isFree) return freePort()
  await new Promise(resolve => server.close(resolve))
  return port
}

async function listening(child: ChildProcess, port: number, words: () => string): Promise<void> {
  while (child.exitCode === null) {
    const isOpen = await new Promise<boolean>(resolve => {
      const socket = connect(port, '127.0.0.1')
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
      socket.once('connect', () => socket.destroy())
    })
    if (isOpen) return
    await sleep(10)
  }
  throw new Error(`sshd did not start: ${words()}`)
}
