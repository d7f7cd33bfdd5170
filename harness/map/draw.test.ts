import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { validateXML } from 'xmllint-wasm'
import { checkout } from '../core/checkout.ts'
import { LANGS, text } from '../core/text.ts'
import { svgOf } from './draw.ts'
import { listLines } from './list.ts'
import type { Mark } from './marks.ts'
import { RECORDINGS, recordedMap } from './recorded.testing.ts'

const problemsOf = async (contents: string) =>
  (
    await validateXML({ xml: { fileName: 'map.svg', contents }, extension: 'schema', schema: ANY })
  ).errors.map(({ message }) => message)
/** Whatever is well-formed. */
const ANY = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="http://www.w3.org/2000/svg">
  <xs:element name="svg"><xs:complexType mixed="true"><xs:sequence><xs:any processContents="skip" minOccurs="0"
  maxOccurs="unbounded"/></xs:sequence><xs:anyAttribute processContents="skip"/></xs:complexType></xs:element></xs:schema>`

describe.each(RECORDINGS)('the drawing of $day, $state', ({ day, state }) => {
  it('is well-formed, has a title and a description, and the same twice', async () => {
    const map = await recordedMap(day, state)
    for (const lang of LANGS) {
      const svg = svgOf(map, { lang })
      expect(await problemsOf(svg)).toEqual([])
      expect(svg).toContain('aria-labelledby="ovn-map-title ovn-map-desc"')
      expect(svg).toBe(svgOf(map, { lang }))
    }
  })
})

describe('names that a learner chose', () => {
  const BIDI = 'a\u202eb\u2066c'
  const SCRIPT = '</text><script>alert(1)</script>"\' onload=x'
  const LONG = 'n'.repeat(250)
  const hostile = () =>
    recordedMap('day-06', 'mapping', ({ rows }) => {
      rows('Logical_Switch')[0]!.name = SCRIPT
      const ports = rows('Logical_Switch_Port')
      for (const [at, name] of [BIDI, LONG, '\u001b[2J\ud800'].entries()) ports[at]!.name = name
    })

  it('are text and nothing else, and what is not seen is written out', async () => {
    const svg = svgOf(await hostile(), { lang: 'en' })
    expect(await problemsOf(svg)).toEqual([])
    expect(svg).not.toContain('<script')
    expect(svg).not.toMatch(/[\u202e\u2066\u001b]/)
    expect(svg).toContain('a\\u202eb\\u2066c')
    expect(svg).toContain('\\u001b[2J\\ud800')
  })

  it('are cut where there is no room, and whole in the title', async () => {
    const svg = svgOf(await hostile(), { lang: 'en' })
    expect(svg).toContain(`<title>logical switch port ${LONG}`)
    const shown = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, words]) => words!)
    expect(Math.max(...shown.map(words => words.length))).toBeLessThan(200)
    expect(shown).toEqual(expect.arrayContaining([expect.stringMatching(/^n+…n+$/)]))
  })

  it('are the same in the list', async () => {
    const list = listLines(await hostile(), { lang: 'en' }).join('\n')
    expect(list).toContain('a\\u202eb\\u2066c')
    expect(list).not.toMatch(/[\u202e\u2066\u001b\u2500-\u257f]/)
  })
})

it('a claim that fails has a sign, a number and its words, not only a colour', async () => {
  const map = await recordedMap('day-06', 'mapping')
  const mark: Mark = {
    on: 'physical:controller/eth2',
    verdict: 'fails',
    claim: text('eth2 is up', 'eth2 已啟用'),
  }
  const svg = svgOf(map, { lang: 'zh-TW', marks: [mark] })
  expect(svg).toMatch(/>✘1<\/text>/)
  expect(svg).toContain('>✘1 eth2 已啟用</text>')
  expect(listLines(map, { lang: 'zh-TW', marks: [mark] }).join('\n')).toContain('不成立: eth2 已啟用')
})

it('runs in a browser: nothing of it reaches for Node', async () => {
  const { outputFiles } = await build({
    absWorkingDir: checkout,
    stdin: {
      contents: `export * from './harness/map/draw.ts'; export * from './harness/map/list.ts'; export * from './harness/map/probe.ts'; export * from './harness/map/mark-claims.ts'`,
      resolveDir: checkout,
      loader: 'ts',
    },
    bundle: true,
    platform: 'browser',
    format: 'esm',
    write: false,
    minify: true,
  })
  expect(outputFiles[0]!.text).not.toMatch(/from"node:|require\(/)
  expect(outputFiles[0]!.contents.length).toBeLessThan(60_000)
})
