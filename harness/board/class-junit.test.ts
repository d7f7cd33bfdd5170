import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { validateXML } from 'xmllint-wasm'
import { LANGS } from '../core/text.ts'
import { classOf, exampleClass, student } from './class.test-data.ts'
import { classJUnit } from './class-junit.ts'
import { hostileClass } from './hostile.test-data.ts'

const schema = readFileSync(new URL('../tell/junit.xsd', import.meta.url), 'utf8')
const problems = async (contents: string) =>
  (await validateXML({ xml: { fileName: 'class.xml', contents }, schema })).errors.map(
    ({ message }) => message,
  )
const suite = (xml: string, name: string) =>
  xml.split('<testsuite ').find(one => one.includes(`name="${name}`))

describe('the merged JUnit of a class', async () => {
  const xml = await classJUnit(exampleClass(), 'en')

  it.each(LANGS)('is valid in %s', async lang => {
    expect(await problems(await classJUnit(exampleClass(), lang))).toEqual([])
  })

  it('has a suite for each student and stage, with id and points', () => {
    expect(xml.match(/<testsuite /g)).toHaveLength(10 * 9)
    const whole = suite(xml, 'Student One (s01) · Create a namespace on each node')
    expect(whole).toContain('timestamp="2026-11-26T09:00:00"')
    expect(whole).toContain('<property name="student" value="s01"/>')
    expect(whole).toContain('<property name="points" value="6"/>')
    expect(whole).toContain('classname="day-06.s01.namespaces"')
  })

  it('keeps failure, error and skipped apart', () => {
    const mapped = suite(xml, 'Student Four (s04) · Create the bridge')
    expect(mapped).toMatch(/tests="4" failures="1" errors="0" skipped="0"/)
    expect(suite(xml, 'Student Four (s04) · The packets cross')).toMatch(
      /failures="0" errors="0" skipped="4"/,
    )
    const dead = suite(xml, 'Student Seven (s07) · Create a namespace')
    expect(dead).toMatch(/tests="2" failures="0" errors="1" skipped="0"/)
    expect(dead).toContain('<property name="points" value="ungraded"/>')
  })

  it('passes nothing of a machine that is not believed', () => {
    const forged = xml.split('<testsuite ').filter(one => one.includes('(s05)'))
    expect(forged).toHaveLength(9)
    for (const one of forged) {
      expect(one.match(/<testcase /g)?.length).toBe(one.match(/type="untrusted"/g)?.length)
      expect(one).toContain('the counters of eth2 on hypervisor did not move')
    }
  })

  it('has every claim as an error where nothing was judged at all', async () => {
    const { closing, ...one } = student('s1', 'One', 'lost')
    const empty = classOf([{ ...one, closing: { ...closing, stages: [] } }])
    const lost = await classJUnit(empty, 'en')
    expect(lost.match(/type="unknown"/g)).toHaveLength(30)
  })

  it('is valid whatever names and machines say', async () => {
    const hostile = await classJUnit(hostileClass(), 'en')
    expect(await problems(hostile)).toEqual([])
    expect(hostile).not.toMatch(/[\u001b\u202e]/)
    expect(hostile.length).toBeLessThan(1_000_000)
  })
})
