import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { checkout } from '../core/checkout.ts'
import { canRunHere, status } from '../embedded/index.ts'
import { demoLesson } from '../lesson/demo-lesson.ts'
import { loadLesson } from '../lesson/load-lesson.ts'
import { paced } from '../testing/paced.ts'
import { otherMachinesReason, turnOf } from '../testing/part.ts'
import { noLabReason } from '../testing/real-lab.ts'
import { ended, labsIn, proveCommand } from './command.testing.ts'
import { prepare } from './prove-lesson.ts'
import { ofShard } from './shard.ts'
import type { jsonProof } from './tell-json.ts'

const able = await canRunHere('qemu')
const skipped = able.ok ? otherMachinesReason(3) : able.reason.en
const why = noLabReason || (skipped ? ` (skipped: ${skipped})` : '')

/** One part of so many is three or four trials. */
const SHARDS = 60

/** Emulated machines on a busy computer; it takes a few minutes where nothing else runs. */
const PATIENCE_MS = paced(1_500_000)

describe.skipIf(why !== '')(`the same verdict everywhere${why}`, () => {
  it('containers and virtual machines answer alike, or the lesson says why not', {
    timeout: PATIENCE_MS,
  }, async () => {
    mkdirSync(join(checkout, '.ci/out'), { recursive: true })
    const file = join(checkout, '.ci/out/everywhere.json')
    // Some of the faults, in turn: emulated machines are slow. The whole is for a night of one's own.
    const lesson = await loadLesson(demoLesson())
    const { trials } = await prepare({ lesson, trialIds: [], repeats: 1 })
    const chosen = ofShard(
      trials.filter(({ onlyOn }) => !onlyOn),
      { index: turnOf(SHARDS), total: SHARDS },
    )
    const only = chosen.flatMap(({ id }) => ['--fault', id])
    const child = proveCommand([lesson.id, ...only, '--labs', 'embedded,qemu', '--json', file])
    const end = ended(child)
    // It takes its labs away when it is told to end; a test that gave up leaves none.
    onTestFinished(async () => {
      child.kill('SIGINT')
      await end
    }, PATIENCE_MS)
    const { code, said } = await end
    const { lessons, comparisons, unavailable } = JSON.parse(readFileSync(file, 'utf8')) as ReturnType<
      typeof jsonProof
    >
    expect(unavailable).toEqual([])
    expect(
      lessons.map(({ labs, verdict }) => ({ labs, verdict })),
      said,
    ).toEqual([
      { labs: 'embedded', verdict: 'holds' },
      { labs: 'qemu', verdict: 'holds' },
    ])
    expect(lessons[1]?.madeOf).toMatch(/kernel datapath$/)
    const [comparison] = comparisons
    expect(comparison?.labs).toEqual(['embedded', 'qemu'])
    expect(comparison?.states).toBeGreaterThanOrEqual(chosen.length)
    expect(
      comparison?.differences.filter(({ why: reason }) => reason === undefined),
      said,
    ).toEqual([])
    expect(code).toBe(0)
    for (const lab of labsIn(said)) expect((await status(lab)).isUp, lab).toBe(false)
  })
})
