import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it, vi } from 'vitest'
import { CannotLook, Contradiction, Unmet } from '../core/errors.ts'
import { same } from '../core/text.ts'
import type { Looker } from '../look/evidence.ts'
import { brokenTrail } from '../tell/trail.test-data.ts'
import { judgeClaim } from './judge-claim.ts'
import type { Proof } from './proof.ts'

const unmet = new Unmet({ expected: same('a'), saw: same('b'), where: 'controller', tryThis: 'ls' })

/** A lab whose state changes when told to: what a replica does on an update from the server. */
function changingLab(): Looker & { change(): void } {
  const waiting = new Set<() => void>()
  let epoch = 0
  return {
    nodes: [],
    lab: 'test',
    get epoch() {
      return epoch
    },
    change() {
      epoch++
      for (const wake of waiting) wake()
    },
    changed: (since, signal) =>
      new Promise((resolve, reject) => {
        if (epoch > since) return resolve()
        waiting.add(resolve)
        signal.addEventListener('abort', () => reject(signal.reason))
      }),
    look: () => Promise.reject(new Error('no look here')),
    close: () => Promise.resolve(),
  }
}

const judge = (proof: Proof, patienceMs = 0, looker = changingLab()) =>
  judgeClaim({ proof, patienceMs }, looker, new AbortController().signal)

describe('one claim', () => {
  it('is judged once more where what was seen contradicts itself, and no further', async () => {
    const contradicts = new Contradiction(same('one says this, another that'))
    const merelyBlind = new CannotLook(same('no answer'))
    for (const [thrown, verdict, times] of [
      [[contradicts, unmet], 'fails', 2],
      [[contradicts, contradicts, unmet], 'unknown', 2],
      [[merelyBlind, unmet], 'unknown', 1],
    ] as const) {
      const proof = vi.fn(async () => {
        throw thrown[proof.mock.calls.length - 1]
      })
      expect(await judge(proof)).toMatchObject({ verdict })
      expect(proof).toHaveBeenCalledTimes(times)
    }
  })

  it('tells that what it is about is there, only otherwise', async () => {
    for (const isBegun of [true, false])
      expect(
        await judge(async () => {
          throw new Unmet({ ...unmet, isBegun })
        }),
      ).toEqual(expect.objectContaining(isBegun ? { verdict: 'fails', isBegun } : { verdict: 'fails' }))
  })

  it('tells what fails for certain before it is known why', async () => {
    const told: string[] = []
    let explain = () => {}
    const judging = judgeClaim(
      {
        patienceMs: 0,
        proof: async lab => {
          lab.certain(unmet)
          await new Promise<void>(resolve => {
            explain = resolve
          })
          throw new Unmet({ ...unmet, where: 'controller · eth2' })
        },
      },
      changingLab(),
      new AbortController().signal,
      {},
      ({ verdict, where }) => told.push(`${verdict} ${where}`),
    )
    expect(told).toEqual(['fails controller'])
    explain()
    expect(await judging).toMatchObject({ verdict: 'fails', where: 'controller · eth2' })
  })

  it('holds when its proof ends', async () => {
    expect(await judge(async () => undefined)).toMatchObject({ verdict: 'holds' })
  })

  it('fails with what was expected and seen when the proof is unmet', async () => {
    expect(await judge(() => Promise.reject(unmet))).toMatchObject({
      verdict: 'fails',
      expected: same('a'),
      saw: same('b'),
      where: 'controller',
      try: 'ls',
    })
  })

  it('fails with the path of its packet where the proof followed one', async () => {
    const { hops } = brokenTrail
    const lost = new Unmet({ expected: same('a'), saw: same('b'), where: 'c', tryThis: 'd', hops })
    expect(await judge(() => Promise.reject(lost))).toMatchObject({ verdict: 'fails', hops })
  })

  it('is unknown, never failed, when it could not be looked at', async () => {
    const blind = new CannotLook(same('machine down'), { where: 'hypervisor', help: 'npm run lab status' })
    expect(await judge(() => Promise.reject(blind), 60_000)).toMatchObject({
      verdict: 'unknown',
      saw: same('machine down'),
      where: 'hypervisor',
      try: 'npm run lab status',
    })
  })

  it('is unknown and named a defect of ours when the proof itself breaks', async () => {
    const judgement = await judge(() => Promise.reject(new TypeError('x is undefined')))
    expect(judgement.verdict).toBe('unknown')
    expect(judgement.bug).toContain('TypeError: x is undefined')
  })

  it('is waited for longer on machines that are slow', async () => {
    const slow = { ...changingLab(), patienceFactor: 4 }
    const judgement = await judgeClaim(
      { proof: () => Promise.reject(unmet), patienceMs: 50 },
      slow,
      new AbortController().signal,
    )
    expect(judgement.verdict).toBe('fails')
    expect(judgement.durationMs).toBeGreaterThan(150)
  })

  it('is unknown where it could not be looked at in a minute and a half, and on slow machines later', async () => {
    vi.useFakeTimers()
    try {
      const never = { proof: () => new Promise<never>(() => undefined), patienceMs: 0 }
      const { signal } = new AbortController()
      const told = [1, 2].map(patienceFactor =>
        judgeClaim(never, { ...changingLab(), patienceFactor }, signal),
      )
      const ended: number[] = []
      for (const [at, one] of told.entries()) void one.then(() => ended.push(at))
      await vi.advanceTimersByTimeAsync(90_001)
      expect(ended).toEqual([0])
      await vi.advanceTimersByTimeAsync(90_001)
      expect(await Promise.all(told)).toMatchObject([
        { verdict: 'unknown', saw: { en: expect.stringContaining('took longer than 90 s') } },
        { verdict: 'unknown', saw: { en: expect.stringContaining('took longer than 180 s') } },
      ])
    } finally {
      vi.useRealTimers()
    }
  })

  it('is judged again when the lab changes while its patience lasts', async () => {
    const looker = changingLab()
    let looks = 0
    const proof = async () => {
      if (++looks === 1) {
        queueMicrotask(() => looker.change())
        throw unmet
      }
    }
    expect(await judge(proof, 60_000, looker)).toMatchObject({ verdict: 'holds' })
    expect(looks).toBe(2)
  })

  it('is judged once without patience, whatever changes', async () => {
    const looker = changingLab()
    let looks = 0
    const proof = async () => {
      looks++
      looker.change()
      throw unmet
    }
    expect(await judge(proof, 0, looker)).toMatchObject({ verdict: 'fails' })
    expect(looks).toBe(1)
  })

  it('fails when nothing changed until its patience was over', async () => {
    expect(await judge(() => Promise.reject(unmet), 20)).toMatchObject({ verdict: 'fails' })
  })

  it('sees one experiment however often it asks, also when the lab changes between', async () => {
    const looker = changingLab()
    let made = 0
    looker.look = async () => {
      made++
      looker.change()
      return { pings: [], captures: [], made } as never
    }
    const experiment = { pings: [], listen: [], markers: [] }
    const twice: Proof = async lab => {
      const seen = [await lab.traffic(experiment), await lab.traffic(experiment)]
      if (seen[0] !== seen[1]) throw unmet
    }
    expect(await judge(twice, 0, looker)).toMatchObject({ verdict: 'holds' })
    expect(made).toBe(1)
    await judge(twice, 0, looker)
    expect(made).toBe(2)
  })

  it('is judged when its patience is over, also after a garbage collection', async () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const looker = changingLab()
    const judged = judge(() => Promise.reject(unmet), 50, looker)
    // Turn after turn, so that nothing the caller has left behind is still on the stack.
    for (let turn = 0; turn < 5; turn++) {
      await new Promise(setImmediate)
      collect()
    }
    expect(await judged).toMatchObject({ verdict: 'fails', saw: same('b') })
  })
})
