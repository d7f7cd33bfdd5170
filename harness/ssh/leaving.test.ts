import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { agentToBe } from './agent.ts'
import { agentCommand } from './agent-command.ts'
import type { Exit } from './machine.ts'
import { allGone, deadlineMs, machinesOverSsh, processesWith, refusalOf } from './machines.testing.ts'
import { asRoot } from './root-shell.ts'
import { type TestSshd, whyNoSshd } from './sshd.testing.ts'

const why = whyNoSshd()

const sshArgv = ({ port, identityFile }: TestSshd) => [
  ...['-F', 'none', '-p', String(port), '-i', identityFile, '-o', 'UserKnownHostsFile=/dev/null'],
  ...['-o', 'StrictHostKeyChecking=no', '-o', 'BatchMode=yes'],
]

describe.skipIf(why)(`what is left on a machine over ssh${why ? ` (skipped: ${why})` : ''}`, () => {
  const over = machinesOverSsh()
  const { machineOf } = over

  it.each(['root', 'vagrant', 'noperl'])(
    'leaves nothing running after a missed deadline, logged in as %s',
    async user => {
      const machine = await machineOf(user)
      const mark = randomUUID()
      const script = `sh -c 'sleep 1000; : ${mark}' & sh -c 'sleep 1000; : ${mark}'`
      const { reason } = await refusalOf(machine.run(script, { deadlineMs: 400 }))
      // A machine that logged us in slowly is given more time.
      expect(reason.en).toMatch(
        /^controller: a command did not end within \d+ ms and was stopped: the machine is overloaded, or the program it asked does not answer$/,
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

  it.each(['KILL', 'TERM'])(
    'cannot look when our agent got SIG%s on the machine, and can again',
    async name => {
      const machine = await machineOf('root')
      const mark = randomUUID()
      const other = refusalOf(machine.run(`sleep 1000; : ${mark}`, { deadlineMs }))
      const { reason } = await refusalOf(
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
    const machine = await machineOf('root')
    const remote = await machine.start('sleep 1000', { lifeMs: 1000 })
    expect(await remote.exited).toEqual({ code: 143 })
  })

  it('leaves nothing on the node when the network is cut', { timeout: 60_000 }, async () => {
    const mark = randomUUID()
    const agent = agentToBe({})
    const argv = [...sshArgv(over.sshd), 'vagrant@127.0.0.1', asRoot('vagrant', agentCommand(agent.program))]
    const client = spawn('ssh', argv, { stdio: ['pipe', 'pipe', 'ignore'] })
    const ended = new Promise<Exit>(resolve => client.once('exit', code => resolve({ code })))
    const stdio = Duplex.from({ readable: client.stdout, writable: client.stdin }).on('error', () => {})
    const root = await agent.open({ stdio, ended })
    if (!root) throw new Error('the agent did not start')
    // Our agent, what it was started through, and the session of sshd: machines of other tests have agents as well.
    const ancestors = `pid=$PPID; until ps -o comm= -p $pid | grep -q ^sshd; do all="$all $pid"; pid=$(ps -o ppid= -p $pid); done`
    const script = `trap '' TERM; ${ancestors}; echo $all $pid; sleep 1000; : ${mark}`
    const remote = await root.start(script, { stdin: 'watch' })
    const said = await new Promise(resolve => remote.stdio.once('data', resolve))
    const pids = String(said).trim().split(/\s+/)
    expect(pids.length).toBeGreaterThan(1)
    client.kill('SIGSTOP')
    try {
      await allGone(mark)
      while (pids.some(pid => existsSync(`/proc/${pid}`))) await sleep(20)
    } finally {
      client.kill('SIGKILL')
    }
  })

  it('leaves nothing on the node when we are killed', { timeout: 20_000 }, async () => {
    const mark = randomUUID()
    const program = join(over.sshd.folder, 'us.cjs')
    const address = JSON.stringify({ ...over.sshd.address, user: 'vagrant' })
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
    const { reason } = await refusalOf(machine.run('true', { deadlineMs }))
    expect(reason.en).toBe('controller: the ssh connection is already closed')
  })
})
