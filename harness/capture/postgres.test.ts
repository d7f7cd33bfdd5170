import { describe, expect, it } from 'vitest'
import { postgresSession } from './postgres.ts'

const u32 = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}
const message = (type: string, ...body: (Buffer | string)[]) => {
  const all = Buffer.concat(body.map(part => Buffer.from(part)))
  return Buffer.concat([Buffer.from(type), u32(all.length + 4), all])
}
const row = (...values: (string | null)[]) =>
  message(
    'D',
    Buffer.from([0, values.length]),
    ...values.flatMap(value => (value === null ? [u32(-1)] : [u32(value.length), value])),
  )
const words = Buffer.from('user\0web\0database\0shop\0\0')
const STARTUP = Buffer.concat([u32(words.length + 8), u32(3 << 16), words])
const ASKS = message('Q', 'SELECT 1\0')
const READY = message('Z', 'I')
const SSL_REQUEST = Buffer.concat([u32(8), u32(80877103)])
const both = (...parts: Buffer[]) => Buffer.concat(parts)

describe('a session of PostgreSQL', () => {
  it('is told by who began it, that it asked, and the rows that came', () => {
    const answered = both(message('R', u32(0)), READY, row('1', null, 'two bicycles'), READY)
    expect(postgresSession(both(STARTUP, ASKS), answered)).toEqual({
      ...{ user: 'web', database: 'shop', hasAsked: true },
      rows: [['1', '', 'two bicycles']],
    })
  })

  it('is the same where TLS was refused, or where it was begun before', () => {
    const answered = both(row('a'), READY)
    const refused = postgresSession(both(SSL_REQUEST, STARTUP, ASKS), both(Buffer.from('N'), answered))
    expect(refused.rows).toEqual([['a']])
    expect(postgresSession(ASKS, answered)).toEqual({ hasAsked: true, rows: [['a']] })
  })

  it('is not read where it goes on in TLS', () => {
    expect(postgresSession(SSL_REQUEST, Buffer.from('S\x16\x03\x01'))).toEqual({
      ...{ isEncrypted: true, hasAsked: false, rows: [] },
    })
  })

  it('tells what the server complains of', () => {
    const refused = message('E', 'SFATAL\0C28000\0Mno entry for "root"\0\0')
    expect(postgresSession(STARTUP, refused).complaint).toBe('no entry for "root"')
  })

  it('ends where the bytes are cut, or are of another protocol', () => {
    expect(postgresSession(ASKS, both(row('a'), row('b').subarray(0, 9))).rows).toEqual([['a']])
    expect(postgresSession(Buffer.from('GET / HTTP/1.0\r\n\r\n'), Buffer.from('HTTP/1.0 200 OK'))).toEqual({
      ...{ hasAsked: false, rows: [] },
    })
  })
})
