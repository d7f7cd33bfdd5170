import { expect, it } from 'vitest'
import { connectionFrom, databaseTrouble, placeOf } from './connection.ts'
import { loadPgBoss } from './load-pg-boss.ts'

it('says how to install what a queue needs', async () => {
  const missing = Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' })
  await expect(loadPgBoss(() => Promise.reject(missing))).rejects.toThrow(
    'npm install --no-save pg-boss@10.4.2',
  )
})

it('takes the flag, then the environment, and quotes neither', () => {
  const [one, other] = ['postgres://u:secret@h/one', 'postgres://h/other']
  expect(connectionFrom(one, { DATABASE_URL: other })).toBe(one)
  expect(connectionFrom(undefined, { DATABASE_URL: other })).toBe(other)
  expect(connectionFrom(true, { DATABASE_URL: other })).toBe(other)
  expect(() => connectionFrom(undefined, {})).toThrow('No database is named')
  for (const bad of ['mysql://u:secret@h/db', 'postgres://u:secret@[h/db', 'secret'])
    expect(() => connectionFrom(bad, {})).toThrow(/^((?!secret).)*is not of the form((?!secret).)*$/)
})

it('shows a place without user and password', () => {
  expect(placeOf('postgres://u:secret@h:5433/db?sslmode=require')).toBe('h:5433/db')
  expect(placeOf('postgres:///db?host=/run/postgresql&user=u')).toBe('/run/postgresql/db')
  const { message } = databaseTrouble(new Error('odd: s@cret'), 'postgres://u:s%40cret@h/db')
  expect(message).toBe('The database h/db fails: odd: …')
})
