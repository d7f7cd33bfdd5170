import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { validateXML } from 'xmllint-wasm'
import { LANGS } from '../core/text.ts'
import { proof, reported } from './sample.test-data.ts'
import { junitProof } from './tell-junit.ts'

const junitSchema = readFileSync(new URL('../tell/junit.xsd', import.meta.url), 'utf8')

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
