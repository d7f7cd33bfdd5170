import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, describe, expect, it } from 'vitest'
import { checkout } from '../core/checkout.ts'
import { BadCall } from '../core/errors.ts'
import { nearest } from '../core/nearest.ts'
import { loadManifest, readManifest } from './validate.ts'

const folder = mkdtempSync(join(tmpdir(), 'ovn-lab-manifest-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = join(folder, 'm.yaml')
const schema = {
  type: 'object',
  properties: {
    lang: { enum: ['zh-TW', 'en'] },
    stages: {
      type: 'array',
      minItems: 1,
      items: { type: 'object', required: ['id'], properties: { id: { type: 'string' } } },
    },
  },
}

const load = (content: string) => {
  writeFileSync(file, content)
  return loadManifest(file, schema)
}

describe('loadManifest', () => {
  it('returns the value, and says where its parts stand', async () => {
    writeFileSync(file, '# first\nstages:\n  - id: one\n  - id: two\n')
    const { value, at } = await readManifest(file, schema)
    expect(value).toEqual({ stages: [{ id: 'one' }, { id: 'two' }] })
    expect([at('stages', 1, 'id'), at('stages', 1, 'none'), at('stages', 0), at()]).toEqual([
      `${file}:4:9`,
      `${file}:4:5`,
      `${file}:3:5`,
      `${file}:2:1`,
    ])
  })

  it.each([
    ['lang: zh-tw\n', `${file}:1:7: \`lang\` must be one of \`zh-TW\`, \`en\`; did you mean \`zh-TW\`?`],
    ['stages: []\n', `${file}:1:9: \`stages\` must not be empty`],
    ['stages:\n- id: 1\n', `${file}:2:7: \`id\` must be a text`],
    ['stages:\n- id: a\n- {}\n', `${file}:3:3: entry 2 of \`stages\` has no \`id\``],
    ['stages:\n', `${file}:1:8: \`stages\` must be a list`],
    [
      'a: &a [x]\nb: *c\n',
      `${file}:1:1: the YAML has no value (Unresolved alias (the anchor must be set before the alias): c)`,
    ],
  ])('refuses %j', async (content, sentence) => {
    await expect(load(content)).rejects.toThrow(sentence)
  })
})

describe('in Chinese', () => {
  const described = { type: 'string', pattern: '^a+$', description: 'only a', 'description-zh-TW': '只有 a' }

  it.each([
    ['a: b\n', '`a`的格式不對，應該是：只有 a'],
    ['a: "?"\n', '`a`還是「?」，請填上：只有 a'],
    ['a: [x\n', '這不是有效的 YAML：縮排不對'],
    ['a: {b: c\n', '這不是有效的 YAML：縮排不對'],
    ['\ta: b\n', '這不是有效的 YAML：縮排只能用空白，不能用 tab'],
    ['a: *none\n', '這份 YAML 沒有值：別名（*）沒有對應的 &，或展開後太大'],
  ])('%j is refused in Chinese alone', async (content, sentence) => {
    writeFileSync(file, content)
    const thrown = await loadManifest(file, { type: 'object', properties: { a: described } }).catch(
      error => error,
    )
    expect(thrown).toBeInstanceOf(BadCall)
    expect((thrown as BadCall).sentence['zh-TW'].replace(/^.*?：/, '')).toBe(sentence)
  })

  const schemas = readdirSync(join(checkout, 'harness'), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.schema.json'))
    .map(name => [name, readFileSync(join(checkout, 'harness', name), 'utf8')])

  it.each(schemas)('%s is a sound schema', (_, content) => {
    const ajv = new Ajv2020({ strict: false })
    void ajv.validateSchema(JSON.parse(content!))
    expect(ajv.errors ?? []).toEqual([])
  })

  it.each(schemas)('%s says what its patterns mean', (_, content) => {
    const untold: string[] = []
    JSON.parse(content!, (_key, value) => {
      if (value?.pattern && value.description && !value['description-zh-TW']) untold.push(value.description)
      return value
    })
    expect(untold).toEqual([])
  })
})

describe('nearest', () => {
  it.each([
    ['day-6', ['day-05', 'day-06'], 'day-06'],
    ['dya-06', ['day-02', 'day-06'], 'day-06'],
    ['DAY-06', ['day-06'], 'day-06'],
    ['banana', ['day-06'], undefined],
    ['x', [], undefined],
  ])('%s among %j is %s', (word, words, meant) => {
    expect(nearest(word, words)).toBe(meant)
  })
})
