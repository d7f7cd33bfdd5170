import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { withNames } from './backup.ts'

const record = (json: string) =>
  `OVSDB JSON ${Buffer.byteLength(json)} ${createHash('sha1').update(json).digest('hex')}\n${json}`

it('names in a backup are replaced, and its lengths and sums are those of what is there then', () => {
  const [schema, rows] = ['{"name":"OVN_Northbound"}\n', '{"chassis_name":"one","comment":"網路"}\n']
  const backup = record(schema) + record(rows)
  expect(withNames(backup, new Map())).toBe(backup)
  expect(withNames(backup, new Map([['one', 'another']]))).toBe(
    record(schema) + record(rows.replace('one', 'another')),
  )
  expect(() => withNames('SQLite format 3', new Map())).toThrow(SyntaxError)
})
