import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { BadCall } from '../core/errors.ts'
import inventorySchema from '../inventory/inventory.schema.json' with { type: 'json' }
import rosterSchema from './roster.schema.json' with { type: 'json' }
import { readRoster } from './written.ts'

const folder = mkdtempSync(join(tmpdir(), 'ovn-lab-roster-'))
afterAll(() => rmSync(folder, { recursive: true }))

const write = (content: string): string => {
  const file = join(folder, 'class.yaml')
  writeFileSync(file, content)
  return file
}

/** What a file is refused with, without the folder in front. */
async function refusalsOf(file: string): Promise<string[]> {
  const error = await readRoster(file).catch(thrown => thrown)
  expect(error).toBeInstanceOf(BadCall)
  return (error as BadCall).sentence.en.replaceAll(`${folder}/`, '').split('\n')
}

describe('readRoster', () => {
  it('refuses another schema, what grows without end, what is nested without end, and what is too large, each with one sentence', async () => {
    const bomb = `schema: 1\na: &a [x, x, x, x, x, x, x, x, x, x]\n${'bcdefghij'
      .split('')
      .map((key, at) => `${key}: &${key} [${Array(10).fill(`*${'abcdefghij'[at]}`)}]\n`)
      .join('')}`
    expect(await refusalsOf(write('schema: 2\nstudents: [{ id: a, lab: a }]\n'))).toEqual([
      'class.yaml:1:9: `schema` must be `1`',
    ])
    expect(await refusalsOf(write(bomb))).toEqual([
      expect.stringMatching(/^class\.yaml:1:1: the YAML has no value \(Excessive alias count/),
    ])
    for (const deep of ['['.repeat(5000), '- '.repeat(5000), '{a: '.repeat(5000)])
      expect(await refusalsOf(write(deep))).toEqual(['class.yaml:1:1: the YAML is nested too deep'])
    expect(await refusalsOf(write(`#${'x'.repeat(5_000_000)}\n`))).toEqual([
      'class.yaml is not read as a roster: it is larger than 5 MB',
    ])
    expect(await refusalsOf('/dev/zero')).toEqual([
      '/dev/zero is not read as a roster: it is not a regular file',
    ])
    expect(await refusalsOf('/no/such/class.yaml')).toEqual(['there is no file /no/such/class.yaml'])
  })
})

it('takes all that an inventory can say of an address', () => {
  expect(Object.keys(rosterSchema.$defs.address.properties)).toEqual(
    Object.keys(inventorySchema.$defs.address.properties),
  )
})
