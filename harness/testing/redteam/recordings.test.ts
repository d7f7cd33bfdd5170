import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkout } from '../../core/checkout.ts'
import type { Verdict } from '../../core/verdict.ts'
import { judgeRecording, lessonToGrade, verdictsOf, whyUntrusted } from '../../grade/judge-bundle.ts'
import type { CaptureHeard, Traffic } from '../../look/evidence.ts'
import { type Recording, replay } from '../../look/recording.ts'

const day06 = await lessonToGrade('day-06')
const solved = () =>
  JSON.parse(readFileSync(join(checkout, 'lessons/day-06/recordings/mapping.json'), 'utf8')) as Recording

const trafficIn = ({ answers }: Recording) =>
  answers.flatMap(one =>
    one.request.look === 'traffic' && 'evidence' in one ? [one.evidence as Traffic] : [],
  )
const capturesIn = (recorded: Recording) =>
  trafficIn(recorded).flatMap(({ captures }) => captures.filter((one): one is CaptureHeard => 'heard' in one))

/** What the checks say of each claim of day 06, and whether the machines are believed, after something was forged. */
async function told(forge: (recorded: Recording) => void) {
  const recorded = solved()
  forge(recorded)
  const judged = verdictsOf(await judgeRecording(day06, recorded))
  return {
    verdicts: Object.fromEntries(Object.entries(judged).map(([id, { verdict }]) => [id, verdict])),
    untrusted: await whyUntrusted(day06, replay(recorded)),
  }
}
const pingClaims = (verdicts: Record<string, Verdict>) =>
  Object.entries(verdicts).filter(([id]) => id.startsWith('ping-'))

describe('answers that were made elsewhere', async () => {
  const honest = await told(() => undefined)

  it('those of one honest lab are believed', () => {
    expect(honest.untrusted).toEqual([])
    expect(new Set(Object.values(honest.verdicts))).toEqual(new Set(['holds', 'waits']))
  })

  it('a clock that is a day off changes nothing', async () => {
    const dayOff = await told(recorded => {
      for (const one of capturesIn(recorded))
        if (one.node === 'hypervisor' && !one.wireOf)
          for (const packet of [...one.heard, ...one.arps]) packet.firstMs -= 86_400_000
    })
    expect(dayOff).toEqual(honest)
  })

  it.each<[string, (recorded: Recording) => void, string[]?]>([
    [
      'captures of a classmate, whose pings had other bytes',
      recorded => {
        for (const { heard } of capturesIn(recorded))
          for (const packet of heard)
            packet.token = packet.token.replace(/^./, found => (found === '0' ? '1' : '0'))
      },
    ],
    [
      'pings that say they were answered, and captures that heard nothing',
      recorded => {
        for (const one of capturesIn(recorded)) one.heard = []
      },
    ],
    [
      'captures of one node only',
      recorded => {
        for (const one of capturesIn(recorded)) if (one.node === 'hypervisor' && !one.wireOf) one.heard = []
      },
      // That path leads over the other node alone.
      ['ping-ns1-physical'],
    ],
    [
      'packets with addresses of others',
      recorded => {
        for (const { heard } of capturesIn(recorded))
          for (const packet of heard) {
            packet.sourceMac = '02:00:00:00:00:01'
            packet.destinationMac = '02:00:00:00:00:02'
          }
      },
    ],
    [
      'answers whose captures dropped what was not to be seen',
      recorded => {
        for (const one of capturesIn(recorded)) Object.assign(one, { droppedByKernel: 3, heard: [] })
      },
    ],
  ])('%s: no ping over it holds', async (_, forge, elsewhere = []) => {
    const { verdicts } = await told(forge)
    expect(pingClaims(verdicts).length).toBeGreaterThan(0)
    expect(
      pingClaims(verdicts)
        .filter(([, verdict]) => verdict === 'holds')
        .map(([id]) => id),
    ).toEqual(elsewhere)
  })
})
