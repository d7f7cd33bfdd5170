import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { chmodSync, existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { deadlineMs, machinesOverSsh, refusalOf } from './machines.testing.ts'
import { whyNoSshd } from './sshd.testing.ts'

const why = whyNoSshd()
const hasTcsh = existsSync('/usr/bin/tcsh')

describe.skipIf(why)(`getting root over ssh${why ? ` (skipped: ${why})` : ''}`, () => {
  const over = machinesOverSsh()
  const { machineOf } = over

  it.each(
    ['root', 'vagrant', 'prints', 'csh', 'slow', 'one', 'noperl'].filter(user => user !== 'csh' || hasTcsh),
  )('runs any script as root, logged in as %s', async user => {
    const machine = await machineOf(user)
    const word = `it's "quoted" $HOME \`x\` \\ 網路\n!`
    const script = `id -u; printf '%s' '${word.replaceAll("'", "'\\''")}'; echo oh >&2; exit 7`
    const ran = await machine.run(script, { deadlineMs })
    expect({ ...ran, stdout: ran.stdout.toString() }).toEqual({
      code: 7,
      stdout: `0\n${word}`,
      stderr: 'oh\n',
    })
  })

  it('waits longer for a machine that is slow', async () => {
    const machine = await machineOf('root', { patienceFactor: 20 })
    expect(machine.patienceFactor).toBe(20)
    expect((await machine.run('sleep 0.6; echo there', { deadlineMs: 500 })).stdout.toString()).toBe(
      'there\n',
    )
  })

  it('asks sudo once for all it does, in a line that tells nothing of it', async () => {
    const machine = await machineOf('vagrant')
    const mark = randomUUID()
    const logged = () => readFileSync(join(over.sshd.folder, 'sudo.log'), 'utf8')
    const before = logged().length
    await machine.run('true', { deadlineMs })
    const once = logged().slice(before)
    await Promise.all([machine.run(`: ${mark}`, { deadlineMs }), machine.run('true', { deadlineMs })])
    expect(once.match(/COMMAND=/g)).toHaveLength(1)
    expect(once.length).toBeLessThan(500)
    expect(logged().slice(before)).toBe(once)
  })

  it('does not count what sudo takes against a command', async () => {
    const machine = await machineOf('slow')
    expect((await machine.run('sleep 0.5; echo there', { deadlineMs: 1_000 })).stdout.toString()).toBe(
      'there\n',
    )
  })

  it.each(['one', 'noperl'])('runs more commands at once than sshd has sessions, as %s', async user => {
    const machine = await machineOf(user)
    const numbers = Array.from({ length: 24 }, (_, index) => index)
    const all = await Promise.all(numbers.map(n => machine.run(`echo ${n}`, { deadlineMs })))
    expect(all.map(ran => Number(ran.stdout))).toEqual(numbers)
  })

  it.each([
    [
      'asks',
      'controller: sudo asks asks for a password (sudo: a password is required)',
      'asks ALL=(ALL) NOPASSWD: ALL',
    ],
    [
      'ttyonly',
      'controller: sudo works for ttyonly in a terminal only (requiretty: sudo: sorry, you must have a tty to run sudo)',
      'Defaults:ttyonly !requiretty',
    ],
    [
      'nosudo',
      "controller: there is no sudo on the machine, and nosudo is not root (env: 'sudo': No such file or directory)",
      'apt-get install sudo',
    ],
    [
      'nologin',
      'controller: the login shell of nologin does not run the commands it gets over ssh (This account is currently not available.)',
      'nologin@127.0.0.1 id',
    ],
    [
      'endless',
      'controller: the login shell of endless does not run the commands it gets over ssh (Welcome)',
      'endless@127.0.0.1 id',
    ],
    [
      'another',
      expect.stringMatching(
        /^controller: the login shell of another does not run the commands it gets over ssh \(it has uid 61\d+, not that of root\)$/,
      ),
      'another@127.0.0.1 id',
    ],
    [
      'demoted',
      'controller: the login shell of demoted does not run the commands it gets over ssh (it has uid 65534, not that of root)',
      'demoted@127.0.0.1 id',
    ],
  ])('cannot look as %s, who does not get root', async (user, sentence, advice) => {
    const machine = await machineOf(user)
    for (const attempt of [() => machine.run('id -u', { deadlineMs }), () => machine.start('id -u')]) {
      const { reason, where, help } = await refusalOf(attempt())
      expect(reason.en).toEqual(sentence)
      expect(where).toBe('controller')
      expect(help).toContain(advice)
    }
  })

  it.each(['vagrant', 'noperl'])('connects to a socket that only root may open, as %s', async user => {
    const machine = await machineOf(user)
    const path = join(over.sshd.folder, `${user}.sock`)
    const server = createServer(socket => socket.pipe(socket)).listen(path)
    await new Promise(resolve => server.once('listening', resolve))
    chmodSync(path, 0o600)
    const connected = await machine.connect(['/nowhere', over.sshd.folder, path])
    if (!('stream' in connected)) throw new Error(JSON.stringify(connected))
    const { stream } = connected
    const data = 'ä網路\n'.repeat(50_000)
    stream.write(data)
    let got = ''
    for await (const chunk of stream.setEncoding('utf8')) {
      got += chunk
      if (got.length === data.length) break
    }
    expect(got).toBe(data)
    await new Promise(resolve => server.close(resolve))
    expect(await machine.connect(['/nowhere'])).toEqual({ missing: 'socket' })
    const stale = join(over.sshd.folder, `${user}-stale.sock`)
    execFileSync('perl', [
      '-e',
      'use Socket; socket(S,PF_UNIX,SOCK_STREAM,0); bind(S,sockaddr_un($ARGV[0]))',
      stale,
    ])
    expect(await machine.connect([stale])).toEqual({ refused: 'Connection refused' })
  })
})
