import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { validateXML } from 'xmllint-wasm'
import { LANGS, text } from '../say/text.ts'
import { widthOf } from '../tell/columns.ts'
import { matrixOf } from './matrix.ts'
import schema from './prove-report.schema.json' with { type: 'json' }
import type { ProofReport } from './report.ts'
import { claims, proof, wholeProof } from './sample.test-data.ts'
import { htmlProof } from './tell-html.ts'
import { jsonProof } from './tell-json.ts'
import { junitProof } from './tell-junit.ts'
import { matrixLines, proofTerminal } from './tell-terminal.ts'

const junitSchema = readFileSync(new URL('../tell/junit.xsd', import.meta.url), 'utf8')

describe('a proof on a terminal', () => {
  it('has the matrix aligned, columns numbered from top to bottom', () => {
    expect(`\n${matrixLines(matrixOf(claims, proof.findings), 'en').join('\n')}\n`).toMatchInlineSnapshot(`
      "
      fault \\ claim 1 2 3 4 5
      no-mapping    · · ✘ ⋯ ⋯
      elsewhere     · ✘ ⋯ ⋯ ⋯
      harmless      · · · · ·

      1  given    no fault
      2  switch   1 fault
      3  mapping  1 fault
      4  ping     no fault
      5  wire     no fault

      ✘ fails first, x fails too, ⋯ waits, · holds, ? unknown
      "
    `)
  })

  it('has rows of the same width in Chinese', () => {
    const [header, ...rows] = matrixLines(matrixOf(claims, proof.findings), 'zh-TW').slice(0, 4)
    for (const row of rows) expect(widthOf(row)).toBe(widthOf(header!))
  })

  it('tells figures, misses, what is unproven, and the verdict', () => {
    const told: string[] = []
    const screen = proofTerminal({
      write: words => told.push(words),
      lang: 'en',
      colour: false,
      widthColumns: 100,
    })
    for (const finding of proof.findings) screen.finding(finding)
    screen.closing(proof)
    expect(`\n${told.join('')}`).toMatchInlineSnapshot(`
      "
        ✔ the lesson’s texts  0.0 s
        ✔ no-mapping  Mistake <no-mapping>  1.5 s
        ✔ elsewhere  Mistake <elsewhere>  1.5 s
            named "node · switch", but injected was "another · place"
        ✘ harmless  Mistake <harmless>  1.5 s
            breaks nothing: every claim still holds
        ? lab-gone  Mistake <lab-gone>  0.0 s
            lab died ]]> here

        fault \\ claim 1 2 3 4 5
        no-mapping    · · ✘ ⋯ ⋯
        elsewhere     · ✘ ⋯ ⋯ ⋯
        harmless      · · · · ·

        1  given    no fault
        2  switch   1 fault
        3  mapping  1 fault
        4  ping     no fault
        5  wire     no fault

        ✘ fails first, x fails too, ⋯ waits, · holds, ? unknown

        2 of 4 faults caught; the broken link named in 1 (33.3 %, at least 95.0 % must be)
          miss: elsewhere: expected "another · place", named "node · switch"
          miss: harmless: expected "node · ping", named nothing
        2 of 4 claims are shown to fail by a fault
          unproven, no fault makes them fail: ping, wire
        0 verdicts flipped
        ✘ day-99 is not proven, in 61.2 s
      "
    `)
  })
})

describe('variations and lies', () => {
  it('stand in the matrix after the faults, and in the figures', () => {
    let told = ''
    const screen = proofTerminal({
      write: words => (told += words),
      lang: 'en',
      colour: false,
      widthColumns: 100,
    })
    for (const finding of wholeProof.findings.slice(proof.findings.length)) screen.finding(finding)
    screen.closing(wholeProof)
    expect(`\n${told.replace(/^ +miss: [\s\S]*/m, '')}`).toMatchInlineSnapshot(`
      "
        ✔ two-bridges  Done <two-bridges>  1.5 s
        ✘ harms  Done <harms>  1.5 s
            is harmless, but 2 of 5 claims do not hold, first ping fails @ node · ping: saw of ping
        ✔ needs-more  Done <needs-more>  0.0 s
            has no effect on these labs, as expected: It needs it.
        ✔ bypass  Built <bypass>  1.5 s
        ✘ believed  Built <believed>  1.5 s
            is not detected: ping held

        fault \\ claim 1 2 3 4 5
        no-mapping    · · ✘ ⋯ ⋯
        elsewhere     · ✘ ⋯ ⋯ ⋯
        harmless      · · · · ·

        harms         · · · ✘ ⋯

        bypass        · · · ✘ ⋯
        believed      · · · · ✘

        1  given    no fault
        2  switch   1 fault
        3  mapping  1 fault
        4  ping     no fault
        5  wire     no fault

        ✘ fails first, x fails too, ⋯ waits, · holds, ? unknown

        2 of 4 faults caught; the broken link named in 1 (33.3 %, at least 95.0 % must be)
        1 of 2 variations hold; 1 of 2 lies caught
      "
    `)
  })

  it('are told on the page and in JUnit, each kind as a suite', async () => {
    const report: ProofReport = { proofs: [wholeProof], unavailable: [], comparisons: [] }
    const page = htmlProof(report, 'en')
    expect(page).toContain('1 of 2 variations hold; 1 of 2 lies caught')
    expect(page).toContain('<small>a lie: Built &lt;believed&gt;</small>')
    const xml = await junitProof(report, 'en', new Date(0))
    expect(xml).toMatch(/name="day-99 · variations" .* tests="3" failures="1"/)
    expect(xml).toMatch(/name="day-99 · lies" .* tests="2" failures="1"/)
    expect(jsonProof(report, 'en').lessons[0]).toMatchObject({
      variations: { total: 2, held: 1 },
      lies: { total: 2, caught: 1 },
    })
  })
})

/** With a second kind of labs that answers two things differently, and a third that could not be had. */
const reported: ProofReport = {
  proofs: [proof, { ...wholeProof, labs: 'qemu', madeOf: 'OVN 1' }],
  unavailable: [{ labs: 'embedded@sid', reason: text('no mirror', '沒有鏡像站') }],
  comparisons: [
    {
      lesson: 'day-99',
      labs: ['embedded', 'qemu'],
      statesCount: 3,
      differences: [
        { state: 'untouched', claim: 'switch', part: 'saw', values: ['a', 'b'] },
        {
          state: 'no-mapping',
          claim: 'ping',
          part: 'link',
          values: ['here', 'there'],
          why: text('kernels differ', '核心不同'),
        },
      ],
    },
  ],
}

describe('a comparison', () => {
  it('is told with what is unexplained, and the reasons of the rest', () => {
    let told = ''
    const screen = proofTerminal({
      write: words => (told += words),
      lang: 'en',
      colour: false,
      widthColumns: 100,
    })
    screen.compared(reported)
    expect(told).toMatchInlineSnapshot(`
      "
        not available: embedded@sid: no mirror
        embedded and qemu, in 3 states: 2 differences, 1 of them unexplained
          untouched · switch · saw: embedded "a", qemu "b"
          no-mapping: kernels differ
      "
    `)
  })

  it('is a suite of JUnit, with a failure for each unexplained difference', async () => {
    const xml = await junitProof(reported, 'en', new Date(0))
    expect(xml).toMatch(/<testsuite name="day-99 · embedded, qemu" .* tests="2" failures="1"/)
  })
})

describe('a proof as JSON', () => {
  it.each(LANGS)('meets its schema in %s', lang => {
    const validate = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true }).compile(schema)
    validate(jsonProof(reported, lang))
    expect(validate.errors ?? []).toEqual([])
  })

  it('has what the contract says', () => {
    expect(jsonProof({ ...reported, proofs: [proof] }, 'en')).toMatchObject({
      schema: 1,
      lessons: [
        {
          lesson: 'day-99',
          verdict: 'fails',
          faults: { total: 4, caught: 2, named: 1 },
          claims: { total: 4, proven: 2 },
          flips: 0,
        },
      ],
    })
  })
})

describe('a proof as JUnit', () => {
  it.each(LANGS)('is valid in %s', async lang => {
    const contents = await junitProof(reported, lang, new Date(0))
    const { errors } = await validateXML({ xml: { fileName: 'p.xml', contents }, schema: junitSchema })
    expect(errors.map(({ message }) => message)).toEqual([])
  })

  it('has a suite a phase, and a case a fault with its sentence', async () => {
    expect(
      await junitProof({ ...reported, proofs: [proof], comparisons: [] }, 'en', new Date(0)),
    ).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="ovn-lab prove" tests="5" failures="1" errors="1">
        <testsuite name="day-99 · texts" timestamp="1970-01-01T00:00:00" time="0.012" tests="1" failures="0" errors="0" skipped="0">
          <properties>
            <property name="lesson" value="day-99"/>
            <property name="labs" value="embedded"/>
            <property name="phase" value="lint"/>
            <property name="verdict" value="fails"/>
          </properties>
          <testcase classname="day-99.lint" name="the lesson’s texts" time="0.012"/>
        </testsuite>
        <testsuite name="day-99 · faults" timestamp="1970-01-01T00:00:00" time="4.5" tests="4" failures="1" errors="1" skipped="0">
          <properties>
            <property name="lesson" value="day-99"/>
            <property name="labs" value="embedded"/>
            <property name="phase" value="faults"/>
            <property name="verdict" value="fails"/>
          </properties>
          <testcase classname="day-99.faults" name="no-mapping" time="1.5"/>
          <testcase classname="day-99.faults" name="elsewhere" time="1.5">
            <system-out><![CDATA[Mistake <elsewhere>
      miss: elsewhere: expected "another · place", named "node · switch"]]></system-out>
          </testcase>
          <testcase classname="day-99.faults" name="harmless" time="1.5">
            <failure message="breaks nothing: every claim still holds" type="fails"><![CDATA[Mistake <harmless>
      breaks nothing: every claim still holds
      miss: harmless: expected "node · ping", named nothing]]></failure>
          </testcase>
          <testcase classname="day-99.faults" name="lab-gone" time="0">
            <error message="lab died ]]> here" type="unknown"><![CDATA[Mistake <lab-gone>
      lab died ]]]]><![CDATA[> here]]></error>
          </testcase>
        </testsuite>
      </testsuites>
      "
    `)
  })
})

describe('a proof as a page', () => {
  const page = htmlProof({ ...reported, proofs: [proof] }, 'zh-TW')

  it('is in its language, and needs nothing from elsewhere', () => {
    expect(page).toContain('<html lang="zh-TW">')
    expect(page).not.toMatch(/\b(src|href)=|@import|url\(/)
  })

  it('has a section for each kind of labs, and what these answer differently', () => {
    const both = htmlProof(reported, 'en')
    expect(both.match(/<h2 id="[^"]*">[^<]*/g)).toEqual([
      '<h2 id="proof-1">day-99 · A lesson · embedded',
      '<h2 id="proof-2">day-99 · A lesson · qemu',
    ])
    expect(both).toContain('untouched · switch · saw: embedded &quot;a&quot;, qemu &quot;b&quot;')
    expect(both).toContain('not available: embedded@sid: no mirror')
  })

  it('has a caption, a header for each row and column, and words beside the signs', () => {
    expect(page).toContain('<caption>day-99：故障（列）和項目（欄）')
    expect(page.match(/<th scope="col"/g)).toHaveLength(1 + claims.length)
    expect(page.match(/<th scope="row"/g)).toHaveLength(3 + 1)
    expect(page).toContain('<span aria-hidden="true">✘</span><span class="heard">最先不成立</span>')
  })

  it('shows what a fault says as text, never as markup', () => {
    expect(page).toContain('錯誤 &lt;harmless&gt;')
    expect(page).not.toContain('<harmless>')
  })
})
