import { execFileSync, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { text as textOf } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { build } from 'esbuild'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { CannotLook } from '../judge/errors.ts'
import { connectMachine } from './connect.ts'
import type { Machine } from './machine.ts'
import { startSshd, type TestSshd, whyNoSshd } from './sshd.testing.ts'

const why = whyNoSshd()
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

/** Waits, without an own deadline (the test has one), until no such process is left. */
const allGone = async (word: string): Promise<void> => {
  while (processesWith(word).length > 0) await sleep(20)
}

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

  it.each(['root', 'vagrant'])('runs any script as root, logged in as %s', async user => {
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

  it('hands the input on, and then its end', async () => {
    const input = 'ä網路\n'.repeat(50_000)
    const ran = await (await machineOf('vagrant')).run('cat; echo end', { deadlineMs, input })
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

  it('runs more commands at once than sshd has sessions', async () => {
    const machine = await machineOf()
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
      'controller: there is no sudo on the machine, and nosudo is not root (bash: line 1: sudo: command not found)',
      'apt-get install sudo',
    ],
  ])('cannot look as %s, whom sudo does not make root', async (user, sentence, advice) => {
    const machine = await machineOf(user)
    for (const attempt of [() => machine.run('id -u', { deadlineMs }), () => machine.start('id -u')]) {
      const { reason, where, help } = await refusal(attempt())
      expect(reason.en).toBe(sentence)
      expect(where).toBe('controller')
      expect(help).toContain(advice)
    }
  })

  it.each(['root', 'vagrant'])(
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

  it('leaves no helper of its own behind when a command has ended', async () => {
    const machine = await machineOf('vagrant')
    const mark = randomUUID()
    await machine.run(`: ${mark}; sleep 1000 & true`, { deadlineMs })
    expect(processesWith(mark)).toEqual([])
  })

  it('stops a command that prints too much, and says how much', async () => {
    const machine = await machineOf()
    const mark = randomUUID()
    const { reason } = await refusal(machine.run(`yes ${mark}`, { deadlineMs, maxBytes: 100_000 }))
    expect(reason.en).toMatch(
      /^controller: a command printed 1\d{5} bytes and more, over the limit of 100000 bytes, and was stopped$/,
    )
    await allGone(mark)
  })

  it('cannot look when the command was killed on the machine', async () => {
    const machine = await machineOf()
    const killKeeper = 'job=$(ps -o pgid= -p $$); kill -KILL $(ps -o ppid= -p $job); sleep 1000'
    const { reason } = await refusal(machine.run(killKeeper, { deadlineMs }))
    expect(reason.en).toBe('controller: a command was ended by SIGKILL on the machine')
  })

  it.each(['root', 'vagrant'])('asks a long-lived process to stop when its stdin ends, as %s', async user => {
    const machine = await machineOf(user)
    const script = `trap 'echo stopped; exit 3' TERM; id -u; while :; do sleep 0.05; done`
    const remote = await machine.start(script)
    await new Promise(resolve => remote.stdio.once('readable', resolve))
    remote.stdio.end()
    expect(await textOf(remote.stdio)).toBe('0\nstopped\n')
    expect(await remote.exited).toEqual({ code: 3 })
  })

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

  it('carries data both ways, and the end of it', async () => {
    const machine = await machineOf('vagrant')
    const remote = await machine.start('while read -r line; do echo "got $line"; done; echo end', {
      stdin: 'data',
    })
    remote.stdio.write('one\n')
    await new Promise(resolve => remote.stdio.once('readable', resolve))
    remote.stdio.end('two\n')
    expect(await textOf(remote.stdio)).toBe('got one\ngot two\nend\n')
    expect(await remote.exited).toEqual({ code: 0 })
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
