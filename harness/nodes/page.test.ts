import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { decoded, wordsOf } from './page.ts'

it.each([
  ['gzip', gzipSync],
  ['X-GZIP', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
])('unpacks a page that came as %s', (encoding, pack) => {
  expect(decoded(pack(Buffer.from('orders')), encoding).toString()).toBe('orders')
})

it('leaves a page as it came where it is not packed, or packed too well', () => {
  const bomb = gzipSync(Buffer.alloc(17 * 1024 * 1024))
  expect(decoded(Buffer.from('orders')).toString()).toBe('orders')
  expect(decoded(Buffer.from('orders'), 'gzip').toString()).toBe('orders')
  expect(decoded(bomb, 'gzip')).toBe(bomb)
})

it('reads what a page says first', () => {
  expect(wordsOf('<title>x</title><h1 a="b">No\u001b route</h1>\n<style>p {}</style> to <b>host</b>')).toBe(
    'No route to host',
  )
  expect(wordsOf('a'.repeat(500))).toHaveLength(160)
})
