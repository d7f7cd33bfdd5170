import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { down } from './down.ts'
import { hostAsItIs, named, netnsOf, ovnLab, tracesOf, whyNot } from './lab.testing.ts'
import { endProcesses, remembered } from './processes.ts'
import { up } from './up.ts'

const why = await whyNot()
const LAB = 'e-broken'
const quiet = () => {}

/** Starts the lab as a user would and sends a signal some time after its start has begun. */
const startAndSignal = (signal: NodeJS.Signals, delayMs: number) => {
  let isSent = false
  return ovnLab(['lab', 'up', '--lab', LAB], (pid, heard) => {
    if (isSent || !heard().includes('Starting lab')) return
    isSent = true
    setTimeout(() => process.kill(pid, signal), delayMs)
  })
}

describe.skipIf(why)(named('a start of the embedded lab that was broken off', why), () => {
  let before = ''
  beforeAll(async () => {
    before = await hostAsItIs()
    // So that no image has to be built while we count milliseconds.
    await up(LAB, quiet)
    await down(LAB, quiet)
  })
  afterAll(() => down(LAB, quiet))

  it.each([0, 60, 150, 250, 400, 700, 1100])(
    'by SIGKILL after %i ms leaves nothing after down',
    async delayMs => {
      expect(await startAndSignal('SIGKILL', delayMs)).toMatchObject({ code: null })
      const netns = netnsOf(LAB)
      await down(LAB, quiet)
      await expect.poll(() => tracesOf(LAB, netns)).toEqual([])
      expect(await hostAsItIs()).toBe(before)
    },
  )

  it('has nothing done any more by what it had only begun to start', async () => {
    const { argv, env } = remembered(LAB, 'start', ['echo', 'writes on'])
    await endProcesses(LAB)
    const [program = '', ...words] = argv
    const late = spawnSync(program, words, { env, encoding: 'utf8' })
    expect(late.status).not.toBe(0)
    expect(late.stdout).toBe('')
  })

  it('by SIGKILL is repaired by the next start', async () => {
    await startAndSignal('SIGKILL', 500)
    const said: string[] = []
    await up(LAB, line => said.push(line.en))
    expect(said).toEqual([
      `Removing the remains of an interrupted start of lab "${LAB}".`,
      `Starting lab "${LAB}": two nodes on this machine.`,
      `Lab "${LAB}" is up.`,
    ])
    await down(LAB, quiet)
  })

  it.each(['SIGINT', 'SIGTERM'] as const)('by %s cleans up after itself', async signal => {
    const stopped = await startAndSignal(signal, 600)
    const sentence = 'Interrupted: everything that had been started was removed.\n'
    expect(stopped).toMatchObject({ code: 130, stderr: sentence })
    expect(tracesOf(LAB)).toEqual([])
  })
})
