import { expect, it } from 'vitest'
import { same } from '../core/text.ts'
import type { Verdict } from '../core/verdict.ts'
import { loadLesson } from '../lesson/load-lesson.ts'
import { ClaimState } from './claim-state.ts'
import type { Judging } from './judging.ts'
import type { Change, LiveEvent } from './live.ts'
import { Telling } from './telling.ts'

const lesson = await loadLesson('day-06')
const spec = lesson.stages.flatMap(({ claims }) => claims).find(({ id }) => id === 'chassis-hypervisor')!
const program = (words: string): Change => ({
  ...{ node: 'hypervisor', source: 'program', words: same(words), atMs: Date.now() },
})

async function toldOf(...steps: [Verdict, Change[]][]) {
  const state = new ClaimState(spec, { proof: async () => undefined, patienceMs: 0 })
  state.isDirty = false
  const telling = new Telling(lesson)
  telling.follow({
    states: new Map([[spec.id, state]]),
    ...{ busy: new Set(), stale: new Set(), isSettled: true, worksMs: 7_000 },
  } as unknown as Judging)
  const events: LiveEvent[] = []
  telling.on(event => void events.push(event))
  for (const [verdict, changes] of steps) {
    for (const change of changes) state.causes.add(change)
    state.judgement = { verdict, durationMs: 0 }
    telling.judged(spec.id)
    await telling.settled()
  }
  telling.close()
  return events.flatMap(event =>
    event.kind === 'judged' ? event.flips.map(({ to, cause }) => [to, cause?.words.en]) : [],
  )
}

it('what made a claim unknown is named when it fails for it, and not later', async () => {
  const stopped = program('systemctl stop ovn-host')
  expect(await toldOf(['holds', []], ['unknown', [stopped]], ['fails', []], ['holds', []])).toEqual([
    ['holds', undefined],
    ['unknown', 'systemctl stop ovn-host'],
    ['fails', 'systemctl stop ovn-host'],
    ['holds', undefined],
  ])
})

it('what made it unknown is not why it holds again', async () => {
  const stopped = program('systemctl restart ovn-host')
  expect((await toldOf(['holds', []], ['unknown', [stopped]], ['holds', []])).at(-1)).toEqual([
    'holds',
    undefined,
  ])
})

it('what a command comes to after a while follows from it, and not from what the kernel says meanwhile', async () => {
  const mapped = program('ovs-vsctl set open . external_ids:ovn-bridge-mappings=flat0:br-eth2')
  const chatter: Change = {
    ...{ node: 'hypervisor', source: 'kernel', words: same('address fe80::1/64 added to br-eth2') },
    ...{ atMs: Date.now(), isByTheWay: true, by: program('ovs-vsctl') },
  }
  expect(await toldOf(['fails', []], ['fails', [mapped]], ['holds', [chatter]])).toEqual([
    ['fails', undefined],
    ['holds', mapped.words.en],
  ])
  // What came to something is over.
  expect((await toldOf(['fails', []], ['holds', [mapped]], ['fails', [chatter]])).at(-1)).toEqual([
    'fails',
    'address fe80::1/64 added to br-eth2',
  ])
})
