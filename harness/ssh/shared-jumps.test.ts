import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { NodeAddress } from '../inventory/inventory.ts'
import { connectMachine } from './connect.ts'
import { SharedJumps } from './shared-jumps.ts'
import { startSshd, type TestSshd, whyNoSshd } from './sshd.testing.ts'

const why = whyNoSshd()

describe.skipIf(why)(`a class behind one jump host${why ? ` (skipped: ${why})` : ''}`, () => {
  let gate: TestSshd
  let machines: TestSshd
  beforeAll(async () => {
    // Any third login that is not over yet is refused.
    gate = await startSshd('MaxStartups 2:100:2')
    machines = await startSshd('MaxStartups 1000')
  })
  afterAll(() => Promise.all([gate.stop(), machines.stop()]))

  const behind = (): NodeAddress => ({ ...machines.address, jump: gate.address })
  const open = (jumps: SharedJumps, count: number) =>
    Promise.all(
      Array.from({ length: count }, () =>
        connectMachine('controller', behind(), { jumps, connectDeadlineMs: 60_000 }),
      ),
    )
  const says = async (machine: Awaited<ReturnType<typeof connectMachine>>) =>
    String((await machine.run('echo works', { deadlineMs: 60_000 })).stdout)

  it('is reached by one login there, and ends with nothing left open', async () => {
    const jumps = new SharedJumps()
    const reached = await open(jumps, 6)
    expect(await Promise.all(reached.map(says))).toEqual(reached.map(() => 'works\n'))
    await reached[0]!.close()
    expect(await says(reached[1]!)).toBe('works\n')
    await Promise.all(reached.slice(1).map(machine => machine.close()))
    await jumps.close()
  })

  it('is reached again after the connection to the jump host was lost', async () => {
    const jumps = new SharedJumps()
    const [first] = await open(jumps, 1)
    const lost = await jumps.of(gate.address, () => Promise.reject(new Error('there is one')))
    const gone = new Promise<void>(resolve => lost.client.once('close', () => resolve()))
    lost.client.end()
    await gone
    await first!.close()
    const [second] = await open(jumps, 1)
    expect(await says(second!)).toBe('works\n')
    await second!.close()
    await jumps.close()
  })
})
