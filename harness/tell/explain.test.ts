import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import type { Trail } from '../core/hop.ts'
import { LANGS, type Lang } from '../core/text.ts'
import { widthOf } from './columns.ts'
import schema from './explain.schema.json' with { type: 'json' }
import { type ExplainOpening, trailJson } from './explain-json.ts'
import { explainTerminal } from './explain-terminal.ts'
import { brokenTrail } from './trail.test-data.ts'

const validate = new Ajv2020({ strict: true, strictTypes: false, allowUnionTypes: true }).compile(schema)
const problems = (report: unknown) => (validate(report) ? [] : validate.errors)

const openingIn = (lang: Lang): ExplainOpening => ({ lab: 'embedded', lang })
const recorded = { takenAt: '2026-11-22T21:17:00.000Z' }
const { broken: _, ...whole } = brokenTrail
const reached: Trail = { ...whole, verdict: 'reached', hops: brokenTrail.hops.slice(0, 2) }
const unknown: Trail = { ...whole, verdict: 'unknown', hops: brokenTrail.hops.slice(3, 4) }

function screen(trail: Trail, opening: ExplainOpening): string {
  let output = ''
  const told = explainTerminal({
    write: words => {
      output += words
    },
    lang: opening.lang,
    colour: false,
    widthColumns: 80,
  })
  told.opening('ns2', 'ns1', opening)
  told.closing(trail)
  return output
}
const lastLine = (output: string) => output.trimEnd().split('\n').at(-1)

describe('a path as JSON', () => {
  it.each(LANGS)('is what the schema says, in %s', lang => {
    for (const trail of [brokenTrail, reached, unknown]) {
      expect(problems(trailJson(trail, openingIn(lang)))).toEqual([])
      expect(problems(trailJson(trail, { ...openingIn(lang), recorded }))).toEqual([])
    }
  })

  it('names the broken hop, or none', () => {
    expect(trailJson(brokenTrail, openingIn('en'))).toMatchObject({
      schema: 1,
      from: 'ns2@hypervisor',
      to: 'ns1@controller',
      verdict: 'broken',
      broken: 'acl',
      durationMs: 1235,
    })
    expect(trailJson(reached, openingIn('en'))).toMatchObject({ verdict: 'reached', broken: null })
  })
})

describe('a path on the terminal', () => {
  it.each([
    [
      'small',
      'ns1@controller answers only small packets from ns2@hypervisor. First broken link: ',
      '的小封包。第一個',
    ],
    [
      'some',
      'ns1@controller answers only some packets from ns2@hypervisor. First broken link: ',
      '的部分封包。第一個',
    ],
    ['all', 'ns1@controller answers ns2@hypervisor, but not as it should. First broken link: ', '有回應'],
  ] as const)('does not say that nothing was answered where %s packets were', (answered, en, zh) => {
    const said = (lang: Lang) => screen({ ...brokenTrail, answered }, openingIn(lang)).replace(/\n {4}/g, ' ')
    expect(said('en')).toContain(en)
    expect(said('en')).not.toContain('does not answer')
    expect(said('zh-TW').replaceAll(' ', '')).toContain(zh)
    expect(trailJson({ ...brokenTrail, answered }, openingIn('en'))).toMatchObject({ answered })
  })

  it('ends with what became of the packet, and where', () => {
    expect(screen(brokenTrail, openingIn('en')).replace(/\n {4}/g, ' ')).toContain(
      '✘ ns1@controller does not answer ns2@hypervisor. First broken link: controller · OVN_Northbound · ACL · match · 1.2 s',
    )
    expect(lastLine(screen(reached, openingIn('en')))).toBe(
      '  ✔ ns1@controller answers ns2@hypervisor · 1.2 s',
    )
    expect(lastLine(screen(reached, openingIn('zh-TW')))).toBe(
      '  ✔ ns1@controller 有回應 ns2@hypervisor · 1.2 秒',
    )
  })

  it('says why it could not be seen, and that this says nothing about the network', () => {
    const told = screen(unknown, openingIn('en'))
    expect(told).toMatch(/Why {7}there is no tcpdump/)
    expect(told).toMatch(/This says\s+nothing about\s+your network/)
  })

  it('says that no machine was looked at', () => {
    expect(screen(reached, { ...openingIn('en'), recorded })).toContain(
      'Judged from a recording of 2026-11-22 21:17 UTC: no machine was inspected.',
    )
  })

  it.each(LANGS)('fits 80 columns, in %s', lang => {
    for (const trail of [brokenTrail, reached, unknown])
      for (const line of screen(trail, { ...openingIn(lang), recorded }).split('\n'))
        expect(widthOf(line)).toBeLessThanOrEqual(80)
  })
})
