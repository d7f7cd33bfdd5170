import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { Capture } from '../../capture/capture.ts'
import { Signal } from '../../capture/signal.ts'
import { CannotLook } from '../../core/errors.ts'
import { lessonToGrade } from '../../grade/judge-bundle.ts'
import { lookAtStudent } from '../../grade/look-at-student.ts'
import { reachMachines } from '../../grade/reach.ts'
import { openNodes } from '../../nodes/open-nodes.ts'
import { connectMachine } from '../../ssh/connect.ts'
import { paced } from '../paced.ts'
import { type ForgedMachine, type Forgery, forgedMachine } from './forged-machine.ts'
import { FORGERIES, flood, MIB, pcapOf } from './forged-servers.ts'

const folder = mkdtempSync(join(tmpdir(), 'ovn-lab-redteam-'))
const running: ForgedMachine[] = []
afterAll(() => {
  for (const machine of running) machine.stop()
  rmSync(folder, { recursive: true })
})

/** Why a look at such a machine saw nothing; and how much the machine had sent by then. */
async function looked(forgery: Forgery) {
  const machine = await forgedMachine(folder, forgery)
  running.push(machine)
  const connecting = connectMachine('controller', machine.address, {
    connectDeadlineMs: 1_000,
    maxBytes: 64 * MIB,
  })
  connecting.catch(() => undefined)
  const nodes = openNodes('forged', new Map([['controller', connecting]]))
  const why = (look: Promise<unknown>) =>
    look.then(
      () => 'it was believed',
      (thrown: unknown) => (thrown instanceof CannotLook ? thrown.reason.en : `a bug: ${thrown}`),
    )
  const reasons = await Promise.all([
    why(nodes.look({ look: 'kernel', node: 'controller' })),
    why(nodes.look({ look: 'database', node: 'controller', database: 'Open_vSwitch' })),
  ])
  await nodes.close()
  machine.stop()
  return { reasons, sentBytes: machine.sentBytes() }
}

describe('a machine that would harm who looks at it', () => {
  it.each(Object.entries(FORGERIES))('%s: ends in a sentence', async (_, { forgery, says }) => {
    const { reasons, sentBytes } = await looked(forgery)
    expect(reasons.join('\n')).toMatch(says)
    expect(reasons.join('\n')).not.toMatch(/it was believed|a bug/)
    // The limit, and what is in buffers of the kernel when the connection is cut.
    expect(sentBytes).toBeLessThan(80 * MIB)
  })

  it('captures no more than a lab sends', async () => {
    const { address } = await forged({
      agent: asked => {
        asked.err('tcpdump: listening on eth2\n')
        void flood(asked, pcapOf(400), 80 * MIB)
      },
    })
    const machine = await connectMachine('controller', address, { maxBytes: 64 * MIB })
    const place = { link: 'eth2', tokens: new Set<string>(), signal: new Signal() }
    const capture = await Capture.open(machine, place, paced(5_000))
    await expect.poll(() => capture.isOpen, { timeout: paced(60_000) }).toBe(false)
    await expect(capture.stop()).rejects.toBeInstanceOf(CannotLook)
    await machine.close()
  })

  it('is lent neither our ssh-agent nor our screen nor our network', async () => {
    const refused: unknown[] = []
    const note = (error?: Error) => void refused.push(error ?? 'a channel')
    const { address, agentRequests } = await forged({
      afterLogin: connection => {
        connection.x11('127.0.0.1', 1, note)
        connection.forwardOut('127.0.0.1', 1, '127.0.0.1', 22, note)
      },
    })
    const machine = await connectMachine('controller', address)
    await machine.run('true', { deadlineMs: paced(5_000) })
    await expect.poll(() => refused).toEqual([expect.any(Error), expect.any(Error)])
    expect(agentRequests()).toBe(0)
    await machine.close()
  })

  it('costs one student no more than the time for one student', async () => {
    const { address } = await forged(FORGERIES['an answer that drips for ever']!.forgery)
    const bundle = await lookAtStudent(
      {
        id: 's01',
        name: 'One',
        work: { kind: 'nodes', nodes: { controller: address, hypervisor: address } },
      },
      await lessonToGrade('day-06'),
      {
        reach: reachMachines(() => connectMachine),
        deadlineMs: 1_000,
        signal: new AbortController().signal,
      },
    )
    const verdicts = new Set(Object.values(bundle.judged).map(({ verdict }) => verdict))
    expect(verdicts).toEqual(new Set(['unknown']))
    expect(bundle.recording.otherwise?.reason.en).toContain('the time for one student ended')
  })
})

async function forged(forgery: Forgery) {
  const machine = await forgedMachine(folder, forgery)
  running.push(machine)
  return machine
}
