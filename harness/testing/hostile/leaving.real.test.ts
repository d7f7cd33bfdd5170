import { execFile } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { noLabReason } from '../real-lab.ts'
import { tracesOf } from '../traces.ts'
import { type HostileLab, hostileLab, startingOvnLab, until } from './hostile-lab.ts'

const NAME = 'hostile-leaving'
const NODES = ['controller', 'hypervisor']
/** A check of a finished lab is over well before the last of these moments (ms after its start). */
const MOMENTS = Array.from({ length: 13 }, (_, index) => 50 + index * 100)

describe.skipIf(noLabReason !== '')(`checks that are broken off${noLabReason}`, () => {
  let lab: HostileLab
  let before: string[]

  /** Every process of both nodes but the kernel's, those that list them, and those sshd has for all. */
  const processes = async (): Promise<string[]> => {
    const listed = await Promise.all(NODES.map(node => lab.inside(node, 'ps -e -o args=')))
    return listed
      .flatMap((lines, at) => lines.split('\n').map(line => `${NODES[at]}: ${line}`))
      .filter(line => !/: (\[|ps -e -o args=$|setpriv |sh -c ps -e|$)/.test(line))
      .sort()
  }
  /** Processes here that lead to the lab's nodes. */
  const carriers = async (): Promise<string[]> => {
    const { stdout } = await promisify(execFile)('ps', ['-e', '-o', 'args='])
    return stdout.split('\n').filter(line => /^nc\S* .*\/run\/ovn-lab\/hostile-leaving\//.test(line))
  }
  const left = async () => {
    const now = [...(await processes()), ...(await carriers())]
    return now.filter(line => !before.includes(line))
  }
  const nothing = (lines: string[]) => lines.length === 0

  /** Starts a check, sends the signal after so many ms, and resolves with the exit code, or the signal that ended it. */
  const brokenOff = async (signal: NodeJS.Signals, afterMs: number) => {
    const { child, ended } = startingOvnLab(['check', 'day-06', '--lang', 'en', '--lab', NAME])
    await pause(afterMs)
    child.kill(signal)
    const { code, stderr } = await ended
    return { end: code ?? child.signalCode, stderr }
  }

  beforeAll(async () => {
    lab = await hostileLab(NAME)
    before = await processes()
  })
  afterAll(() => lab?.down())

  it('what is looked for would be found: what a check runs there is seen while it runs', async () => {
    const listing = lab.inside(
      'controller',
      'until pidof tcpdump >/dev/null; do sleep 0.01; done; ps -e -o args=',
    )
    const { child, ended } = startingOvnLab(['check', 'day-06', '--lab', NAME])
    const here = await until(carriers, lines => lines.length === 2)
    const there = await listing
    child.kill('SIGTERM')
    await ended
    expect(here).toHaveLength(2)
    expect(there).toContain('tcpdump -i eth')
    expect(await until(left, nothing)).toEqual([])
  })

  it.each(MOMENTS)('Ctrl-C after %i ms leaves no process on any node, nor here', async afterMs => {
    const { end, stderr } = await brokenOff('SIGINT', afterMs)
    // Before the command listens for it the signal ends it by itself; when the check is over there is none to end.
    expect([130, 'SIGINT', 0]).toContain(end)
    expect(stderr).toBe('')
    expect(await until(left, nothing)).toEqual([])
  })

  it.each([200, 500, 800])('kill -9 after %i ms leaves nothing after a few seconds', async afterMs => {
    expect((await brokenOff('SIGKILL', afterMs)).end).toBe('SIGKILL')
    expect(await until(left, nothing)).toEqual([])
  })

  it('nothing else is left by any of them: rows, files, links', async () => {
    const traces = async () => ({
      ...(await tracesOf(lab, 'controller')),
      ...(await tracesOf(lab, 'hypervisor')),
    })
    const whole = await traces()
    for (const signal of ['SIGINT', 'SIGKILL'] as const) await brokenOff(signal, 600)
    await until(left, nothing)
    expect(await traces()).toEqual(whole)
  })
})
