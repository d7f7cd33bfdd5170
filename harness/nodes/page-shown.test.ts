import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { isShown, shownBy, unpacked, wordsOf } from './page-shown.ts'

const page = shownBy(
  '<td>7</td><td>&lt;b&gt; &amp; &quot;Li&quot; &#39;&#x1F600;&#39;</td>\n<td>two<br />lines,&nbsp;and\n  more</td><td>9</td>',
)

it.each<[boolean, string, string[]]>([
  [true, 'with quotes and signs of HTML', ['3000', `<b> & "Li" '\u{1f600}'`]],
  [true, 'with a line break', ['3000', 'two\nlines, and more']],
  [true, 'whose values are all short', ['7', 'xy']],
  [false, 'of which one short value is there by chance', ['7', 'a canoe']],
  [false, 'that is not there', ['5', 'xy']],
  [false, 'that is empty', ['', '']],
])('tells (%s) whether a page shows a row %s', (shown, _, row) => {
  expect(isShown(row, page)).toBe(shown)
})

it.each([
  ['gzip', gzipSync],
  ['X-GZIP', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
])('unpacks a page that came as %s', (encoding, pack) => {
  expect(unpacked(pack(Buffer.from('orders')), encoding)).toBe('orders')
})

it('leaves a page as it came where it is not packed, or packed too well', () => {
  const bomb = gzipSync(Buffer.alloc(17 * 1024 * 1024))
  expect(unpacked(Buffer.from('orders'))).toBe('orders')
  expect(unpacked(Buffer.from('orders'), 'gzip')).toBe('orders')
  expect(unpacked(bomb, 'gzip')).toBe(bomb.toString('utf8'))
})

it('reads what a page says first', () => {
  expect(wordsOf('<title>x</title><h1 a="b">No\u001b route</h1>\n<style>p {}</style> to <b>host</b>')).toBe(
    'No route to host',
  )
  expect(wordsOf('a'.repeat(500))).toHaveLength(160)
})
