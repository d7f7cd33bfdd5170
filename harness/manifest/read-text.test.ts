import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { BadCall } from '../core/errors.ts'
import { readTextFile } from './read-text.ts'

const folder = mkdtempSync(join(tmpdir(), 'ovn-lab-text-'))
afterAll(() => rmSync(folder, { recursive: true }))
const fileOf = (...content: (string | number[] | Buffer)[]) => {
  const file = join(folder, 'list.csv')
  writeFileSync(file, Buffer.concat(content.map(part => Buffer.from(part as never))))
  return file
}
const refusal = (file: string) =>
  readTextFile(file).then(
    () => 'it was read',
    (thrown: unknown) => (thrown instanceof BadCall ? thrown.sentence.en : String(thrown)),
  )

it.each([
  ['UTF-8', fileOf.bind(undefined, '林小明')],
  ['UTF-8 with a mark', fileOf.bind(undefined, [0xef, 0xbb, 0xbf], '林小明')],
  ['UTF-16, little end first', fileOf.bind(undefined, [0xff, 0xfe], Buffer.from('林小明', 'utf16le'))],
  ['UTF-16, big end first', fileOf.bind(undefined, [0xfe, 0xff], Buffer.from('林小明', 'utf16le').swap16())],
])('reads %s', async (_, write) => {
  expect(await readTextFile(write())).toBe('林小明')
})

it('reads no other encoding: names would be spoiled', async () => {
  const big5 = [0xaa, 0x4c, 0xa4, 0x70, 0xa9, 0xfa]
  const csv = fileOf('id,name\ns1,', big5)
  expect(await refusal(csv)).toMatch(/list\.csv is not in UTF-8: save it in that encoding \(a spreadsheet/)
  const roster = csv.replace(/csv$/, 'yaml')
  renameSync(csv, roster)
  expect(await refusal(roster)).toMatch(/list\.yaml is not in UTF-8: save it in that encoding$/)
})

it('tells what is not there, is no file, or has no end', async () => {
  expect(await refusal(join(folder, 'nothing'))).toMatch(/^there is no file /)
  expect(await refusal(folder)).toMatch(/cannot be read \(EISDIR\)/)
  expect(await refusal('/dev/zero')).toBe('/dev/zero is larger than 32 MiB')
})
