import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { isShown, shownBy } from './page-shown.ts'

const page = shownBy(
  Buffer.from(
    '<td>7</td><td>&lt;b&gt; &amp; &quot;Li&quot; &#39;&#x1F600;&#39;</td>\n<td>two<br />lines,&nbsp;and\n  more</td><td>9</td>',
  ),
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

it('reads a page that came packed, and one that only looks so', () => {
  expect(shownBy(gzipSync('a canoe'))).toBe('a canoe')
  expect(shownBy(Buffer.from([0x1f, 0x8b, 0x41]))).toContain('A')
})
