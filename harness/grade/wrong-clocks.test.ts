import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { checkout } from '../core/checkout.ts'
import type { Traffic } from '../look/evidence.ts'
import type { Recording } from '../look/recording.ts'
import { judgeRecording, lessonToGrade } from './judge-bundle.ts'
import { wrongClocksIn } from './wrong-clocks.ts'

const DAY_MS = 86_400_000
const solved = JSON.parse(
  readFileSync(join(checkout, 'lessons/day-04/recordings/solved.json'), 'utf8'),
) as Recording

/** The same machines, where the clock of hypervisor is a day slow. */
function dayOff(): Recording {
  const recorded = structuredClone(solved)
  for (const answer of recorded.answers)
    if (answer.request.look === 'traffic' && 'evidence' in answer)
      for (const capture of (answer.evidence as Traffic).captures)
        if (capture.node === 'hypervisor' && 'heard' in capture)
          for (const packet of [...capture.heard, ...capture.arps]) packet.firstMs -= DAY_MS
  return recorded
}

it('tells the node whose clock is a day off, and no other', () => {
  expect(wrongClocksIn(solved)).toEqual([])
  const [wrong, ...more] = wrongClocksIn(dayOff())
  expect([wrong!.node, more]).toEqual(['hypervisor', []])
  expect(Math.round(wrong!.fastMs / DAY_MS)).toBe(-1)
})

it('holds nothing against it', async () => {
  const graded = await lessonToGrade('day-04')
  const { verdict, points } = await judgeRecording(graded, dayOff())
  expect([verdict, points]).toEqual(['holds', 100])
})

it('is not led astray by a clock that jumps back and forth while it is looked at', async () => {
  const recorded = structuredClone(solved)
  let count = 0
  for (const answer of recorded.answers)
    if (answer.request.look === 'traffic' && 'evidence' in answer)
      for (const capture of (answer.evidence as Traffic).captures)
        if (capture.node === 'hypervisor' && 'heard' in capture)
          for (const packet of [...capture.heard, ...capture.arps])
            packet.firstMs += count++ % 2 === 0 ? 3_600_000 : -3_600_000
  expect(count).toBeGreaterThan(10)
  const { verdict, points } = await judgeRecording(await lessonToGrade('day-04'), recorded)
  expect([verdict, points]).toEqual(['holds', 100])
})
