import { describe, expect, it, vi } from 'vitest'
import type { Machine } from '../ssh/machine.ts'
import type { PingPlan } from './ping.ts'
import { ATTEMPTS, pingInTurns } from './ping-turns.ts'

const clock = vi.hoisted(() => ({ nowMs: 0 }))
vi.mock('node:timers/promises', () => ({
  setTimeout: async (ms: number) => {
    clock.nowMs += ms
  },
}))
const drawn = vi.hoisted(() => ({ begins: 0 }))
vi.mock('node:crypto', async original => ({
  ...(await original<typeof import('node:crypto')>()),
  randomInt: () => drawn.begins,
}))

const plansOf = (attempt: number): PingPlan[] => [
  { from: { node: 'a' }, to: 'b', token: `${attempt}a` },
  { from: { node: 'b' }, to: 'a', token: `${attempt}b` },
]
const ATTEMPTED = Array.from({ length: ATTEMPTS }, (_, attempt) => plansOf(attempt))

/** A network of two nodes; `passes` tells whether a ping from one gets there, given for how long the other has been silent (less than 0: it pings). */
function network(passes: (from: string, silentMs: number) => boolean) {
  const lastMs: Record<string, number> = { a: -Infinity, b: -Infinity }
  const running = new Set<string>()
  const machineOf = async (node: string): Promise<Machine> => {
    const other = node === 'a' ? 'b' : 'a'
    const run = async (script: string) => {
      running.add(node)
      // Who is asked at the same time begins at the same time.
      await new Promise(setImmediate)
      const silentMs = running.has(other) ? -1 : clock.nowMs - lastMs[other]!
      const received = passes(node, silentMs) ? 20 : 0
      await new Promise(setImmediate)
      await new Promise(setImmediate)
      running.delete(node)
      clock.nowMs += received ? 200 : 1_000
      lastMs[node] = clock.nowMs
      const mark = /'([0-9a-f]{32}) end'/.exec(script)![1]
      const stdout = `${mark} 0 0\n20 packets transmitted, ${received} received\n${mark} end\n`
      return { code: 0, stdout: Buffer.from(stdout), stderr: '' }
    }
    return { node, run } as unknown as Machine
  }
  return machineOf
}

const received = async (begins: number, machineOf: ReturnType<typeof network>, apartMs?: number) => {
  drawn.begins = begins
  return (await pingInTurns(ATTEMPTED, machineOf, apartMs)).map(ping => ping.received)
}

describe.each([0, 1])('pings of two ends, number %i of them first', begins => {
  it('are each made once where they pass', async () => {
    expect(
      await received(
        begins,
        network(() => true),
      ),
    ).toEqual([20, 20])
    expect(
      (
        await pingInTurns(
          ATTEMPTED,
          network(() => true),
        )
      ).map(({ token }) => token),
    ).toEqual(['0a', '0b'])
  })

  it('are lost where they pass only while the other end pings, and for a second after', async () => {
    expect(
      (
        await received(
          begins,
          network((_, silentMs) => silentMs < 1_000),
        )
      )[begins],
    ).toBe(0)
    expect(
      await received(
        begins,
        network((_, silentMs) => silentMs < 0),
      ),
    ).toEqual([0, 0])
  })

  it('are each lost after a silence, whoever begins, where one end depends on the other', async () => {
    for (const dependent of ['a', 'b']) {
      const gated = network((from, silentMs) => from !== dependent || silentMs < 1_000)
      expect(await received(begins, gated, 2_500)).toEqual(dependent === 'a' ? [0, 20] : [20, 0])
    }
  })

  it('count as answered where they are after a silence, though the first of them was lost', async () => {
    let isReady = false
    const late = network(() => {
      const wasReady = isReady
      isReady = true
      return wasReady
    })
    expect(await received(begins, late)).toEqual([20, 20])
  })

  it('are made once more where a ping was over before all were sent, and not after a silence', async () => {
    drawn.begins = begins
    const made: string[] = []
    const machineOf = async (node: string): Promise<Machine> => {
      const run = async (script: string) => {
        const isFirst = !made.includes(node)
        made.push(node)
        const mark = /'([0-9a-f]{32}) end'/.exec(script)![1]
        const counts = isFirst ? '12 packets transmitted, 12 received' : '20 packets transmitted, 20 received'
        return { code: 0, stdout: Buffer.from(`${mark} 0 0\n${counts}\n${mark} end\n`), stderr: '' }
      }
      return { node, run } as unknown as Machine
    }
    const beganMs = clock.nowMs
    const seen = await pingInTurns(ATTEMPTED, machineOf, 0, { isFirstLook: true })
    expect(seen.map(({ token, sent }) => [token, sent])).toEqual([
      ['1a', 20],
      ['1b', 20],
    ])
    expect(clock.nowMs).toBe(beganMs)
    expect(made).toHaveLength(4)
  })

  it('are made with patience where answers were heard late, and not where none were', async () => {
    drawn.begins = begins
    const slow = async (node: string): Promise<Machine> => {
      const run = async (script: string) => {
        const [, mark] = /'([0-9a-f]{32}) end'/.exec(script)!
        const [, seconds] = /-s INT (\S+) ping/.exec(script)!
        const received = Number(seconds) >= 5 ? 20 : 0
        const stdout = `${mark} 0 0\n20 packets transmitted, ${received} received\n${mark} end\n`
        return { code: 0, stdout: Buffer.from(stdout), stderr: '' }
      }
      return { node, run } as unknown as Machine
    }
    const made = (isLate: boolean) => pingInTurns(ATTEMPTED, slow, 0, {}, () => isLate)
    expect((await made(true)).map(({ received }) => received)).toEqual([20, 20])
    expect((await made(false)).map(({ received }) => received)).toEqual([0, 0])
  })

  it('are made with patience whatever their size, where the small ones were late', async () => {
    drawn.begins = begins
    const slow = async (node: string): Promise<Machine> => {
      const run = async (script: string) => {
        const [, mark] = /'([0-9a-f]{32}) end'/.exec(script)!
        const received = /-s INT 5 ping/.test(script) ? 20 : 0
        const each = [...script.matchAll(/^probe (\d+)/gm)].map(
          ([, at]) => `${mark} ${at} 0\n20 packets transmitted, ${received} received\n${mark} end\n`,
        )
        return { code: 0, stdout: Buffer.from(each.join('')), stderr: '' }
      }
      return { node, run } as unknown as Machine
    }
    const sized = ATTEMPTED.map(plans => [
      ...plans,
      ...plans.map(plan => ({ ...plan, token: `${plan.token}l`, bytes: 1472 })),
    ])
    const made = await pingInTurns(sized, slow, 0, {}, ({ sent }) => sent > 0)
    expect(made.map(({ received }) => received)).toEqual([20, 20, 20, 20])
  })

  it('are made whatever their size where the small ones pass at last', async () => {
    drawn.begins = begins
    const turns: Record<string, number> = { a: 0, b: 0 }
    const settling = async (node: string): Promise<Machine> => {
      const run = async (script: string) => {
        const [, mark] = /'([0-9a-f]{32}) end'/.exec(script)!
        // The larger ones are made after them, and only where they pass.
        const isSmall = !script.includes('-s 1472')
        const received = isSmall ? [0, 12, 20][turns[node]!++] : 20
        const stdout = `${mark} 0 0\n20 packets transmitted, ${received} received\n${mark} end\n`
        return { code: 0, stdout: Buffer.from(stdout), stderr: '' }
      }
      return { node, run } as unknown as Machine
    }
    const sized = ATTEMPTED.map(plans => [
      ...plans,
      ...plans.map(plan => ({ ...plan, token: `${plan.token}l`, bytes: 1472 })),
    ])
    const made = await pingInTurns(sized, settling)
    expect(made.map(({ received }) => received)).toEqual([20, 20, 20, 20])
  })
})
