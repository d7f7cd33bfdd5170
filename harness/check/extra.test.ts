import { describe, expect, it } from 'vitest'
import { Unmet } from '../core/errors.ts'
import { same, text } from '../core/text.ts'
import type { Proofs } from '../judge/proof.ts'
import type { Lesson, StageSpec } from '../lesson/lesson.ts'
import { replay } from '../look/recording.ts'
import { jsonReport } from '../tell/json.ts'
import { junitXml } from '../tell/junit.ts'
import type { Closing } from '../tell/teller.ts'
import { terminalTeller } from '../tell/terminal.ts'
import { loadTopology } from '../topology/load-topology.ts'
import { openCheck } from './open-check.ts'

const stage = (id: string, points: number, more: Partial<StageSpec> = {}): StageSpec => ({
  id,
  title: text(`Stage ${id}`, `階段 ${id}`),
  claims: [1, 2].map(n => ({
    id: `${id}-${n}`,
    title: text(`Claim ${id}-${n}`, `項目 ${id}-${n}`),
    points,
    after: [],
    hints: [same('A hint')],
  })),
  ...more,
})
const lesson: Lesson = {
  id: 'day-99',
  folder: '/nowhere',
  topology: await loadTopology(),
  title: text('A day', '一天'),
  values: {},
  causes: {},
  stages: [
    stage('bridge', 20),
    stage('switch', 30, { replaces: ['bridge'] }),
    stage('web', 5, { extra: true }),
    stage('more', 4, { extra: true }),
  ],
}

/** The whole of a check on which exactly these claims hold, and what a learner saw. */
async function checked(holding: string[], stageId?: string): Promise<{ closing: Closing; screen: string }> {
  const proofs: Proofs = Object.fromEntries(
    lesson.stages
      .flatMap(({ claims }) => claims)
      .map(({ id }) => [
        id,
        async () => {
          if (holding.includes(id)) return
          throw new Unmet({
            expected: same('this'),
            saw: same('that'),
            where: `node · ${id}`,
            tryThis: 'look',
          })
        },
      ]),
  )
  let screen = ''
  const write = (words: string) => {
    screen += words
  }
  const teller = terminalTeller({ write, lang: 'en', colour: false, widthColumns: 80 })
  const looker = replay({ schema: 1, lab: 'lab', takenAt: '', answers: [] })
  const request = { lesson, lab: 'lab', lang: 'en' as const, tellers: [teller] }
  const check = openCheck({ ...request, ...(stageId !== undefined && { stageId }) })
  const closing = await check.judge(proofs, looker, new AbortController().signal)
  return { closing, screen }
}

const SWITCH = ['switch-1', 'switch-2']
const said = ({ stages }: Closing) =>
  stages
    .flatMap(({ claims }) => claims.map(({ judgement: { verdict, aside } }) => aside ?? verdict))
    .join(' ')

describe('a lesson with extra stages', () => {
  it('is complete without them, and the check says both', async () => {
    const { closing, screen } = await checked(SWITCH)
    expect(closing).toMatchObject({ verdict: 'holds', points: 100, maxPoints: 100 })
    expect(screen).toContain('Complete · extra: 0 of 4 claims')
    expect(screen).toContain('2 of 2 claims hold · 100 of 100 points · extra: 0 of 18 points')
    expect(screen).toContain('Stage web (extra)')
    expect(screen).toMatch(/2 claims, not begun +0\/10/)
    expect(screen).toMatch(/If you like, go on with stage 3, “Stage web”: it is\s+extra\./)
  })

  it('stays so where one is begun and fails; that is told, and named as no broken link', async () => {
    const { closing, screen } = await checked([...SWITCH, 'web-1'])
    expect(closing).toMatchObject({ verdict: 'holds', points: 100 })
    expect(said(closing)).toContain('holds fails not-begun not-begun')
    expect(screen).toContain('Complete · extra: 1 of 4 claims')
    expect(screen).toContain('node · web-2')
    expect(screen).not.toContain('First broken link')
    expect(screen).toContain('Start with “Claim web-2”, then check again')
  })

  it('fails where an extra stage that is asked for by name does', async () => {
    const { closing } = await checked([...SWITCH, 'web-1'], 'web')
    expect(closing).toMatchObject({ verdict: 'fails', points: 5, maxPoints: 10 })
  })

  it('fails without what is not extra, however much else holds', async () => {
    const { closing } = await checked(['switch-1', 'web-1', 'web-2', 'more-1', 'more-2'])
    expect(closing).toMatchObject({ verdict: 'fails', points: 30 })
  })

  it('marks them in the JSON report', async () => {
    const report = jsonReport((await checked([...SWITCH, 'web-1'])).closing)
    expect(report).toMatchObject({ extra: { holds: 1, claims: 4, points: 5, maxPoints: 18 } })
    expect(report.stages.map(one => one.extra)).toEqual([undefined, undefined, true, true])
    expect(report.firstBrokenLink).toBeNull()
    expect(report.stages[3]!.claims[0]).toMatchObject({
      verdict: 'waits',
      aside: 'not-begun',
      saw: 'not begun',
    })
  })

  it('has no failure in JUnit because of them, and says there what was seen', async () => {
    const xml = await junitXml((await checked([...SWITCH, 'web-1'])).closing, new Date(0))
    expect(xml).not.toMatch(/<failure|<error/)
    expect(xml).toContain('<property name="extra" value="true"/>')
    expect(xml).toContain('Saw: that')
  })
})

describe('a stage that a later one replaces', () => {
  it('is asked for while it stands', async () => {
    const { closing, screen } = await checked(['bridge-1'])
    expect(said(closing)).toMatch(/^holds fails fails fails/)
    expect(closing).toMatchObject({ verdict: 'fails', points: 20 })
    expect(screen).toContain('First broken link: node · bridge-2')
  })

  it('fails nobody who is replacing it, and gives no points yet', async () => {
    const { closing, screen } = await checked(['switch-1'])
    expect(said(closing)).toMatch(/^being-replaced being-replaced holds fails/)
    expect(closing).toMatchObject({ verdict: 'fails', points: 30 })
    expect(screen).toContain('First broken link: node · switch-2')
  })

  it('is worth its points once that stage holds, and shown as replaced', async () => {
    const { closing, screen } = await checked(SWITCH)
    expect(said(closing)).toMatch(/^replaced replaced holds holds/)
    expect(screen).toMatch(/2 claims, replaced by “Stage switch” +40\/40/)
    expect(jsonReport(closing).stages[0]!.claims[0]).toMatchObject({ verdict: 'waits', points: 20 })
  })

  it('is judged for itself where it is asked for by name', async () => {
    expect((await checked(SWITCH, 'bridge')).closing.verdict).toBe('fails')
  })
})
