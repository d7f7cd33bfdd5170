import { describe, expect, it } from 'vitest'
import { widthOf } from '../tell/columns.ts'
import { matrixOf } from './matrix.ts'
import type { ProofReport } from './report.ts'
import { claims, proof, reported, wholeProof } from './sample.test-data.ts'
import { htmlProof } from './tell-html.ts'
import { jsonProof } from './tell-json.ts'
import { junitProof } from './tell-junit.ts'
import { matrixLines, proofTerminal } from './tell-terminal.ts'

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
    screen.proven(proof)
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
        2 of 4 claims are shown to fail by a fault or a lie
          unproven, no fault or lie makes them fail: ping, wire
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
    screen.proven(wholeProof)
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
    const report: ProofReport = { proofs: [wholeProof], unavailable: [], comparisons: [], unprovoked: [] }
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

describe('a comparison', () => {
  it('is told with what is unexplained, and the reasons of the rest', () => {
    let told = ''
    const screen = proofTerminal({
      write: words => (told += words),
      lang: 'en',
      colour: false,
      widthColumns: 100,
    })
    void screen.closing(reported)
    expect(told).toMatchInlineSnapshot(`
      "
        not available: embedded@sid: no mirror
        embedded and qemu, in 3 states: 2 differences, 1 of them unexplained
          untouched · switch · saw: embedded "a", qemu "b"
          no-mapping: kernels differ
        hints of the course that no fault of any lesson provokes: mac-twice
      "
    `)
  })

  it('is a suite of JUnit, with a failure for each unexplained difference', async () => {
    const xml = await junitProof(reported, 'en', new Date(0))
    expect(xml).toMatch(/<testsuite name="day-99 · embedded, qemu" .* tests="2" failures="1"/)
  })
})
