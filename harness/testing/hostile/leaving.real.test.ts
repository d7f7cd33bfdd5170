import { type ChildProcess, execFile } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { demoLesson } from '../../lesson/demo-lesson.ts'
import { noLabReason } from '../real-lab.ts'
import { tracesOf } from '../traces.ts'
import { type HostileLab, hostileLab, startingOvnLab, until } from './hostile-lab.ts'

const LESSON = demoLesson()
const NAME = 'hostile-leaving'
/** Moments of a check, in ms after its first line is on the screen; it is over before the last of them. */
const MOMENTS = Array.from({ length: 12 }, (_, index) => index * 100)
/** What a check runs on a node, in order. However slow the machine is, it is broken off while that runs. */
const AT_WORK = ['perl', 'tcpdump', 'ping']

describe.skipIf(noLabReason !== '')(`checks that are broken off${noLabReason}`, () => {
  let lab: HostileLab
  let before: string[]

  /** Processes here that lead to the lab's nodes. */
  const carriers = async (): Promise<string[]> => {
    const { stdout } = await promisify(execFile)('ps', ['-e', '-o', 'args='])
    return stdout.split('\n').filter(line => /^nc\S* .*\/run\/ovn-lab\/hostile-leaving\//.test(line))
  }
  const left = async () => {
    const now = [...(await lab.processes()), ...(await carriers())]
    return now.filter(line => !before.includes(line))
  }
  const nothing = (lines: string[]) => lines.length === 0

  /** Starts a check, sends the signal when `moment` has come, and resolves with the exit code or the signal that ended it. */
  const brokenOff = async (signal: NodeJS.Signals, moment: (check: ChildProcess) => Promise<unknown>) => {
    const { child, ended } = startingOvnLab(['check', LESSON, '--lang', 'en', '--lab', NAME])
    await Promise.race([moment(child), ended])
    child.kill(signal)
    const { code, stderr } = await ended
    return { end: code ?? child.signalCode, stderr }
  }
  const afterFirstLine = (ms: number) => async (check: ChildProcess) => {
    await once(check.stdout!, 'data')
    await pause(ms)
  }
  /** When a program of this name runs on the controller. */
  const whileThereIs = (program: string) => async (check: ChildProcess) => {
    const watch = `timeout 20 sh -c 'until pidof ${program} >/dev/null; do :; done'; echo seen`
    const { child, ended } = startingOvnLab(['lab', 'exec', '--lab', NAME, 'controller', 'sh', '-c', watch])
    await Promise.race([once(child.stdout!, 'data'), once(check, 'exit'), ended])
    // Where it came and went unseen: the watch is not what a check leaves behind.
    child.kill('SIGTERM')
    await ended
  }

  beforeAll(async () => {
    lab = await hostileLab(NAME)
    before = await lab.processes()
  })
  afterAll(() => lab?.down())

  it('what is looked for would be found: what a check runs there is seen while it runs', async () => {
    const listing = lab.inside(
      'controller',
      'timeout 20 sh -c \'until ps -e -o args= | grep "^tcpdump -i eth"; do :; done\'',
    )
    const { child, ended } = startingOvnLab(['check', LESSON, '--lab', NAME])
    const here = await until(carriers, lines => lines.length === 2)
    const there = await listing
    child.kill('SIGTERM')
    await ended
    expect(here).toHaveLength(2)
    expect(there).toContain('tcpdump -i eth')
    expect(await until(left, nothing)).toEqual([])
  })

  it('Ctrl-C before the first line leaves no process on any node, nor here', async () => {
    expect([130, 'SIGINT']).toContain((await brokenOff('SIGINT', () => pause(100))).end)
    expect(await until(left, nothing)).toEqual([])
  })

  it.each(MOMENTS)(
    'Ctrl-C %i ms after the first line leaves no process on any node, nor here',
    async afterMs => {
      const { end, stderr } = await brokenOff('SIGINT', afterFirstLine(afterMs))
      // Right at its first line the signal still ends it by itself; when it is over there is none to end.
      expect([130, 'SIGINT', 0]).toContain(end)
      expect(stderr).toBe('')
      expect(await until(left, nothing)).toEqual([])
    },
  )

  it.each(AT_WORK)(
    'Ctrl-C while %s runs on a node leaves no process on any node, nor here',
    async program => {
      expect([130, 0]).toContain((await brokenOff('SIGINT', whileThereIs(program))).end)
      expect(await until(left, nothing)).toEqual([])
    },
  )

  it.each(AT_WORK)('kill -9 while %s runs on a node leaves nothing after a few seconds', async program => {
    await brokenOff('SIGKILL', whileThereIs(program))
    expect(await until(left, nothing)).toEqual([])
  })

  it('a network cut while tcpdump runs on a node leaves nothing there after half a minute', async () => {
    const cut = 'until pidof tcpdump >/dev/null; do sleep 0.01; done; ip link set eth0 down'
    await lab.inside('hypervisor', `setsid sh -c '${cut}' >/dev/null 2>&1 &`)
    const { child, ended } = startingOvnLab(['check', LESSON, '--lab', NAME])
    try {
      const isCut = () => lab.inside('hypervisor', 'ip link show eth0')
      expect(await until(isCut, link => link.includes('state DOWN'))).toContain('state DOWN')
      expect(await left()).not.toEqual([])
      await ended
      await until(left, nothing)
      expect(await until(left, nothing)).toEqual([])
    } finally {
      child.kill()
      await lab.inside('hypervisor', 'ip link set eth0 up')
    }
  })

  it('nothing else is left by any of them: rows, files, links', async () => {
    const traces = async () => ({
      ...(await tracesOf(lab, 'controller')),
      ...(await tracesOf(lab, 'hypervisor')),
    })
    const whole = await traces()
    for (const signal of ['SIGINT', 'SIGKILL'] as const) await brokenOff(signal, whileThereIs('tcpdump'))
    await until(left, nothing)
    expect(await traces()).toEqual(whole)
  })
})
