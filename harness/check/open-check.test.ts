import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { text } from '../core/text.ts'
import { loadProofs } from '../judge/load-proofs.ts'
import type { Proofs } from '../judge/proof.ts'
import { loadLesson } from '../lesson/load-lesson.ts'
import { loadRecording, type Recording, replay } from '../look/recording.ts'
import type { Teller } from '../tell/teller.ts'
import { terminalTeller } from '../tell/terminal.ts'
import { openCheck } from './open-check.ts'

const lesson = await loadLesson('day-06')
const proofs = await loadProofs(lesson)
const recorded = (stage: string) => loadRecording(join(lesson.folder, 'recordings', `${stage}.json`))
const { signal } = new AbortController()

/** Judges the whole lesson, or one stage, on a recorded lab. */
const check = (from: Recording, { stageId, tellers = [] }: { stageId?: string; tellers?: Teller[] } = {}) =>
  openCheck({ lesson, lab: from.lab, lang: 'en', tellers, ...(stageId !== undefined && { stageId }) }).judge(
    proofs,
    replay(from),
    signal,
  )

const claimsOf = (stageIds: string[]) =>
  lesson.stages
    .filter(stage => stageIds.includes(stage.id))
    .flatMap(stage => stage.claims.map(({ id }) => id))

const EVERY = lesson.stages.map(({ id }) => id)
/** Of the lesson without its extra stages, which nobody has begun here. */
const ALL = lesson.stages.flatMap(({ id, extra }) => (extra ? [] : id))

type Whole = Awaited<ReturnType<typeof check>>
const claimsWith = (verdict: string, { stages }: Whole) =>
  stages.flatMap(({ claims }) =>
    claims.flatMap(({ claim, judgement }) => (judgement.verdict === verdict ? [claim.id] : [])),
  )

/** What a learner builds; the rest is given from the beginning. */
const built = lesson.stages.flatMap(({ claims }) => claims.flatMap(({ id, given }) => (given ? [] : [id])))

/** Each recording, and the stages that were done when it was taken; after the last of them OVN did the rest. */
const DONE: [recording: string, stages: string[]][] = [
  ['untouched', []],
  ['namespaces', ['namespaces']],
  ['switch', ['namespaces', 'switch']],
  ['localnet', ['namespaces', 'switch', 'localnet']],
  ['binding', ['namespaces', 'switch', 'localnet', 'binding']],
  ['mapping', ALL],
]

describe('a check of day 06 on recorded machines', () => {
  it.each(DONE)(
    '%s: of what a learner builds, exactly the claims of %j hold, and nothing is unknown',
    async (name, done) => {
      const whole = await check(await recorded(name))
      const own = (verdict: string) => claimsWith(verdict, whole).filter(id => built.includes(id))
      expect(own('holds')).toEqual(claimsOf(done).filter(id => built.includes(id)))
      expect(own('unknown')).toEqual([])
    },
  )

  it('solved: all claims hold', async () => {
    const whole = await check(await recorded('mapping'))
    expect(claimsWith('holds', whole)).toEqual(claimsOf(ALL))
    expect(whole).toMatchObject({
      verdict: 'holds',
      points: 100,
      maxPoints: 100,
      lab: 'embedded',
      lang: 'en',
    })
  })

  it('of one stage tells that stage alone, though its claims come after others', async () => {
    const told: string[] = []
    const teller: Teller = {
      opening: ({ lesson: { id } }) => void told.push(`opening ${id}`),
      judged: (stage, { claim, judgement }) => void told.push(`${stage.id}/${claim.id} ${judgement.verdict}`),
      closing: closing => void told.push(`closing ${closing.verdict} ${closing.points}/${closing.maxPoints}`),
    }
    await check(await recorded('switch'), { stageId: 'localnet', tellers: [teller] })
    expect(told).toEqual([
      'opening day-06',
      'localnet/localnet-port fails',
      'localnet/localnet-unknown waits',
      'localnet/localnet-southbound waits',
      expect.stringMatching(/^closing fails 0\/\d+$/),
    ])
  })

  it('of one stage is no pass where its claims wait for an earlier stage', async () => {
    const whole = await check(await recorded('untouched'), { stageId: 'wire' })
    expect(whole.verdict).toBe('fails')
    expect(claimsWith('waits', whole)).toEqual(claimsOf(['wire']))
  })

  it('with one machine dead: what needs it is unknown, with the reason; the rest is judged', async () => {
    const solved = await recorded('mapping')
    const reason = text('no route to host', '無法連線')
    const answers = solved.answers.map(answer =>
      'node' in answer.request && answer.request.node === 'hypervisor'
        ? { request: answer.request, blind: { reason, where: 'hypervisor', help: 'npm run lab status' } }
        : answer,
    )
    const whole = await check({ ...solved, answers })
    expect(whole.verdict).toBe('unknown')
    expect(claimsWith('fails', whole)).toEqual([])
    expect(claimsWith('holds', whole)).toEqual(
      expect.arrayContaining(['ns1-address', 'port-ns1', 'iface-ns1', 'bridge-controller']),
    )
    const dead = whole.stages.flatMap(({ claims }) => claims).find(({ claim }) => claim.id === 'ns2-address')
    expect(dead?.judgement).toMatchObject({
      verdict: 'unknown',
      saw: reason,
      where: 'hypervisor',
      try: 'npm run lab status',
    })
  })

  it('with nothing recorded: every claim is unknown', async () => {
    const whole = await check({ schema: 1, lab: 'lost', takenAt: '', answers: [] })
    expect(whole).toMatchObject({ verdict: 'unknown', points: 0 })
    expect(claimsWith('unknown', whole)).toEqual(claimsOf(EVERY))
  })

  it('tells the header before anything is looked at, and every claim before the end', async () => {
    const told: string[] = []
    const teller: Teller = {
      opening: () => void told.push('opening'),
      judged: (_, { claim }) => void told.push(claim.id),
      closing: () => void told.push('closing'),
    }
    const open = openCheck({ lesson, lab: 'embedded', lang: 'zh-TW', tellers: [teller] })
    expect(told).toEqual(['opening'])
    const whole = await open.judge(proofs, replay(await recorded('mapping')), signal)
    expect(told).toEqual(['opening', ...claimsOf(EVERY), 'closing'])
    expect(whole.lang).toBe('zh-TW')
  })

  it('calls a defect of ours a defect, never the learner’s', async () => {
    const broken: Proofs = {
      ...proofs,
      'ns1-address': () => Promise.reject(new TypeError('undefined is no function')),
    }
    const open = openCheck({ lesson, lab: 'embedded', lang: 'en', tellers: [] })
    const whole = await open.judge(broken, replay(await recorded('mapping')), signal)
    const claim = whole.stages.flatMap(({ claims }) => claims).find(one => one.claim.id === 'ns1-address')
    expect(claim?.judgement.saw).toEqual(text('a bug in the checker itself', '檢查程式本身的 bug'))
    expect(claim?.judgement.bug).toContain('TypeError: undefined is no function')
    expect(claimsWith('fails', whole)).toEqual([])
  })
})

describe('a check of one stage', () => {
  const screenOf = async (name: string, stageId: string) => {
    let output = ''
    const write = (words: string) => (output += words)
    const teller = terminalTeller({ write, lang: 'en', colour: false, widthColumns: 100 })
    await check(await recorded(name), { stageId, tellers: [teller] })
    return output.replaceAll(/\s+/g, ' ').trim()
  }

  it('has its number in the lesson, and leads to the next one, not to the end', async () => {
    const output = await screenOf('localnet', 'localnet')
    expect(output).toContain(' 4 Add the localnet port ✔')
    expect(output).toContain('Every claim that was checked holds.')
    expect(output.endsWith('Continue with stage 5, “Bind the interfaces to their ports”.')).toBe(true)
  })

  it('that only waits leads back to the claim that fails', async () => {
    const output = await screenOf('untouched', 'localnet')
    expect(output).toContain(
      'Start with stage 2, “Create a namespace on each node”: “Namespace ns1 on controller has 192.168.10.100/24 on an interface that is up” fails.',
    )
    expect(output).not.toContain('Please report')
  })

  it('says that the lesson is complete after the last one', async () => {
    expect(await screenOf('mapping', 'wire')).toContain('This lesson is complete.')
  })
})
