import { execFileSync, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { chmodSync, existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { Duplex } from 'node:stream'
import { text as textOf } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { build } from 'esbuild'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { CannotLook } from '../judge/errors.ts'
import { agentToBe } from './agent.ts'
import { agentCommand } from './agent-program.ts'
import { connectMachine } from './connect.ts'
import type { Exit, Machine } from './machine.ts'
import { asRoot } from './root-shell.ts'
import { startSshd, type TestSshd, whyNoSshd } from './sshd.testing.ts'

const why = whyNoSshd()
const hasTcsh = existsSync('/usr/bin/tcsh')
const deadlineMs = 10_000

/** The CannotLook something came to. */
const refusal = async (promise: Promise<unknown>): Promise<CannotLook> => {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(CannotLook)
  return error as CannotLook
}

/** How many processes of this machine have the word in their command line. */
const processesWith = (word: string): string[] =>
  execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' })
    .split('\n')
    .filter(line => line.includes(word))

/** Waits, without an own deadline (the test has one), until no such process is left, but for one. */
const allGone = async (word: string, but?: number): Promise<void> => {
  while (processesWith(word).some(line => Number.parseInt(line, 10) !== but)) await sleep(20)
}

const sshArgv = ({ port, identityFile }: TestSshd) => [
  ...['-F', 'none', '-p', String(port), '-i', identityFile, '-o', 'UserKnownHostsFile=/dev/null'],
  ...['-o', 'StrictHostKeyChecking=no', '-o', 'BatchMode=yes'],
]

describe.skipIf(why)(`a machine over ssh${why ? ` (skipped: ${why})` : ''}`, () => {
  let sshd: TestSshd
  const open: Machine[] = []
  const machineOf = async (user = 'root') => {
    const machine = await connectMachine('controller', { ...sshd.address, user })
    open.push(machine)
    return machine
  }
  beforeAll(async () => {
    sshd = await startSshd()
  })
  afterEach(async () => {
    await Promise.all(open.splice(0).map(machine => machine.close()))
  })
  afterAll(() => sshd.stop())

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

  it.each(['vagrant', 'noperl'])('hands the input on, and then its end, as %s', async user => {
    const input = 'ä網路\n'.repeat(50_000)
    const ran = await (await machineOf(user)).run('cat; echo end', { deadlineMs, input })
    expect(ran.stdout.toString()).toBe(`${input}end\n`)
  })

  it('waits longer for a machine that is slow', async () => {
    const machine = await connectMachine('controller', { ...sshd.address, patienceFactor: 20 })
    open.push(machine)
    expect(machine.patienceFactor).toBe(20)
    expect((await machine.run('sleep 0.6; echo there', { deadlineMs: 500 })).stdout.toString()).toBe(
      'there\n',
    )
  })

  it('returns the codes 1 and 127 of a script that talks of sudo itself', async () => {
    const machine = await machineOf('vagrant')
    const ran = await machine.run('echo sudo: not me >&2; exit 127', { deadlineMs })
    expect(ran.code).toBe(127)
  })

  it('asks sudo once for all it does, in a line that tells nothing of it', async () => {
    const machine = await machineOf('vagrant')
    const mark = randomUUID()
    const logged = () => readFileSync(join(sshd.folder, 'sudo.log'), 'utf8')
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
      'controller: sudo does not let asks become root without a question (sudo: a password is required)',
      'asks ALL=(ALL) NOPASSWD: ALL',
    ],
    [
      'ttyonly',
      'controller: sudo does not let ttyonly become root without a question (sudo: sorry, you must have a tty to run sudo)',
      'Defaults:ttyonly !requiretty',
    ],
    [
      'nosudo',
      "controller: there is no sudo on the machine, and nosudo is not root (env: 'sudo': No such file or directory)",
      'apt-get install sudo',
    ],
    [
      'nologin',
      'controller: the login shell of nologin does not run what it is given over ssh (This account is currently not available.)',
      'nologin@127.0.0.1 id',
    ],
  ])('cannot look as %s, who does not get root', async (user, sentence, advice) => {
    const machine = await machineOf(user)
    for (const attempt of [() => machine.run('id -u', { deadlineMs }), () => machine.start('id -u')]) {
      const { reason, where, help } = await refusal(attempt())
      expect(reason.en).toBe(sentence)
      expect(where).toBe('controller')
      expect(help).toContain(advice)
    }
  })

  it.each(['root', 'vagrant', 'noperl'])(
    'leaves nothing running after a missed deadline, logged in as %s',
    async user => {
      const machine = await machineOf(user)
      const mark = randomUUID()
      const script = `sh -c 'sleep 1000; : ${mark}' & sh -c 'sleep 1000; : ${mark}'`
      const { reason } = await refusal(machine.run(script, { deadlineMs: 400 }))
      expect(reason.en).toBe(
        'controller: a command did not end within 400 ms and was stopped: the machine is overloaded, or what it asked does not answer',
      )
      await allGone(mark)
    },
  )

  it.each(['vagrant', 'noperl'])(
    'leaves no helper of its own behind when a command has ended, as %s',
    async user => {
      const machine = await machineOf(user)
      const mark = randomUUID()
      await machine.run(`: ${mark}; sleep 1000 & true`, { deadlineMs })
      expect(processesWith(mark)).toEqual([])
    },
  )

  it('stops a command that prints too much, and says how much', async () => {
    const machine = await machineOf()
    const mark = randomUUID()
    const { reason } = await refusal(machine.run(`yes ${mark}`, { deadlineMs, maxBytes: 100_000 }))
    expect(reason.en).toMatch(
      /^controller: a command printed 1\d{5} bytes and more, over the limit of 100000 bytes, and was stopped$/,
    )
    await allGone(mark)
  })

  it('hands all of a large output on', async () => {
    const machine = await machineOf('vagrant')
    const { stdout } = await machine.run('seq 900000', { deadlineMs })
    expect(
      stdout.equals(Buffer.from(Array.from({ length: 900_000 }, (_, at) => `${at + 1}\n`).join(''))),
    ).toBe(true)
  })

  it('is not held up by output that nobody reads, nor by a program that reads nothing', async () => {
    const machine = await machineOf('vagrant')
    const loud = await machine.start('cat /dev/zero')
    const deaf = await machine.start('sleep 1000', { stdin: 'data' })
    deaf.stdio.write(Buffer.alloc(1_000_000))
    expect((await machine.run('echo there', { deadlineMs })).stdout.toString()).toBe('there\n')
    for (const { stdio } of [loud, deaf]) stdio.destroy()
    await Promise.all([loud.exited, deaf.exited])
  })

  it('does not wait for what a command left to run on its own with our output', async () => {
    const machine = await machineOf('vagrant')
    const mark = randomUUID()
    const ran = await machine.run(`echo one; setsid sh -c 'sleep 2; : ${mark}' & echo two; sleep 0.1`, {
      deadlineMs,
    })
    expect(ran.stdout.toString()).toBe('one\ntwo\n')
    expect(processesWith(mark)).not.toEqual([])
    await allGone(mark)
  })

  it('cannot look when the command was killed on the machine', async () => {
    const machine = await machineOf()
    const { reason } = await refusal(machine.run('kill -KILL $$; sleep 1000', { deadlineMs }))
    expect(reason.en).toBe('controller: a command was ended by SIGKILL on the machine')
  })

  it.each(['KILL', 'TERM'])(
    'cannot look when our agent got SIG%s on the machine, and can again',
    async name => {
      const machine = await machineOf()
      const mark = randomUUID()
      const other = refusal(machine.run(`sleep 1000; : ${mark}`, { deadlineMs }))
      const { reason } = await refusal(
        machine.run(`kill -${name} $PPID; sleep 1000; : ${mark}`, { deadlineMs }),
      )
      expect(reason.en).toMatch(
        name === 'KILL' ? /was ended by SIGKILL on the machine/ : /ended without an exit code/,
      )
      await other
      if (name === 'TERM') await allGone(mark)
      for (const line of processesWith(mark)) process.kill(Number.parseInt(line, 10))
      expect((await machine.run('echo again', { deadlineMs })).stdout.toString()).toBe('again\n')
    },
  )

  it.each(['root', 'vagrant', 'noperl'])(
    'asks a long-lived process to stop when its stdin ends, as %s',
    async user => {
      const machine = await machineOf(user)
      const script = `trap 'echo stopped; exit 3' TERM; id -u; while :; do sleep 0.05; done`
      const remote = await machine.start(script)
      await new Promise(resolve => remote.stdio.once('readable', resolve))
      remote.stdio.end()
      expect(await textOf(remote.stdio)).toBe('0\nstopped\n')
      expect(await remote.exited).toEqual({ code: 3 })
    },
  )

  it('lets tcpdump print its counters', async () => {
    const machine = await machineOf('vagrant')
    const remote = await machine.start('tcpdump -i lo -U --immediate-mode -w - udp port 9 2>&1 >/dev/null')
    await new Promise(resolve => remote.stdio.once('readable', resolve))
    remote.stdio.end()
    expect(await textOf(remote.stdio)).toContain('0 packets dropped by kernel')
  })

  it('kills a process that does not care', async () => {
    const machine = await machineOf('vagrant')
    const mark = randomUUID()
    const remote = await machine.start(`trap '' TERM; echo; sleep 1000; : ${mark}`)
    await new Promise(resolve => remote.stdio.once('readable', resolve))
    remote.stdio.resume().end()
    await remote.exited
    await allGone(mark)
  })

  it('ends a process when its life is over', async () => {
    const machine = await machineOf()
    const remote = await machine.start('sleep 1000', { lifeMs: 1000 })
    expect(await remote.exited).toEqual({ code: 143 })
  })

  it.each(['vagrant', 'noperl'])('carries data both ways, and the end of it, as %s', async user => {
    const machine = await machineOf(user)
    const remote = await machine.start('while read -r line; do echo "got $line"; done; echo end', {
      stdin: 'data',
    })
    remote.stdio.write('one\n')
    await new Promise(resolve => remote.stdio.once('readable', resolve))
    remote.stdio.end('two\n')
    expect(await textOf(remote.stdio)).toBe('got one\ngot two\nend\n')
    expect(await remote.exited).toEqual({ code: 0 })
  })

  it.each(['vagrant', 'noperl'])('connects to a socket that only root may open, as %s', async user => {
    const machine = await machineOf(user)
    const path = join(sshd.folder, `${user}.sock`)
    const server = createServer(socket => socket.pipe(socket)).listen(path)
    await new Promise(resolve => server.once('listening', resolve))
    chmodSync(path, 0o600)
    const connected = await machine.connect(['/nowhere', sshd.folder, path])
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
    const stale = join(sshd.folder, `${user}-stale.sock`)
    execFileSync('perl', [
      '-e',
      'use Socket; socket(S,PF_UNIX,SOCK_STREAM,0); bind(S,sockaddr_un($ARGV[0]))',
      stale,
    ])
    expect(await machine.connect([stale])).toEqual({ refused: 'Connection refused' })
  })

  it('leaves nothing on the node when the network is cut', { timeout: 60_000 }, async () => {
    const mark = randomUUID()
    const agent = agentToBe({})
    const argv = [...sshArgv(sshd), 'vagrant@127.0.0.1', asRoot('vagrant', agentCommand(agent.program))]
    const client = spawn('ssh', argv, { stdio: ['pipe', 'pipe', 'ignore'] })
    const ended = new Promise<Exit>(resolve => client.once('exit', code => resolve({ code })))
    const stdio = Duplex.from({ readable: client.stdout, writable: client.stdin }).on('error', () => {})
    const root = await agent.open({ stdio, ended })
    if (!root) throw new Error('the agent did not start')
    const sessionOf = `pid=$PPID; until ps -o comm= -p $pid | grep -q ^sshd; do pid=$(ps -o ppid= -p $pid); done`
    const script = `trap '' TERM; ${sessionOf}; echo $pid; sleep 1000; : ${mark}`
    const remote = await root.start(script, { stdin: 'watch' })
    const session = Number(await new Promise(resolve => remote.stdio.once('data', resolve)))
    expect(session).toBeGreaterThan(1)
    client.kill('SIGSTOP')
    try {
      await allGone(mark)
      await allGone(`sysread(STDIN,$p,${Buffer.byteLength(agent.program)}`, client.pid)
      while (existsSync(`/proc/${session}`)) await sleep(20)
    } finally {
      client.kill('SIGKILL')
    }
  })

  it('leaves nothing on the node when we are killed', { timeout: 20_000 }, async () => {
    const mark = randomUUID()
    const program = join(sshd.folder, 'us.cjs')
    const address = JSON.stringify({ ...sshd.address, user: 'vagrant' })
    await build({
      stdin: {
        contents: `import { connectMachine } from './connect.ts'
const main = async () => {
  const machine = await connectMachine('controller', ${address})
  await Promise.all(['watch', 'data'].map(async stdin => {
    const remote = await machine.start('echo on; sleep 1000; : ${mark}', { stdin })
    await new Promise(resolve => remote.stdio.once('readable', resolve))
  }))
  void machine.run('sleep 1000; : ${mark} run', { deadlineMs: 1000000 })
  console.log('ready')
}
void main()`,
        resolveDir: import.meta.dirname,
        loader: 'ts',
      },
      outfile: program,
      bundle: true,
      platform: 'node',
      external: ['*.node', 'cpu-features'],
    })
    const us = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] })
    await new Promise(resolve => us.stdout.once('data', resolve))
    while (processesWith(`: ${mark} run`).length === 0) await sleep(20)
    us.kill('SIGKILL')
    await allGone(mark)
  })

  it('ends what it started when it is closed, and refuses more', async () => {
    const machine = await machineOf('vagrant')
    const mark = randomUUID()
    const remote = await machine.start(`sleep 1000; : ${mark}`)
    await Promise.all([machine.close(), machine.close()])
    expect((await remote.exited).code).toBe(null)
    await allGone(mark)
    const { reason } = await refusal(machine.run('true', { deadlineMs }))
    expect(reason.en).toBe('controller: the ssh connection is already closed')
  })
})
