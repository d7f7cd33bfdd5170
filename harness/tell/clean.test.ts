import { describe, expect, it } from 'vitest'
import { clean, cleanLine } from './clean.ts'
import { HOSTILE } from './sample.test-data.ts'

describe('clean', () => {
  it('leaves nothing that could move a cursor, hide or reorder text, or break a document', () => {
    expect(clean(HOSTILE)).toBe(
      'red ]]> </failure> &amp; NUL  \ufffdhalf 😀 網路 gnp.exe\n::error::fake\n| cell | ![x](http://x) ',
    )
  })

  it.each([
    ['a tab', 'a\tb', 'a  b'],
    ['CR LF and a lone CR', 'a\r\nb\rc', 'a\nb\nc'],
    ['Unicode’s own line ends', 'a\u2028b\u0085c', 'a\nb\nc'],
    ['a hyperlink', '\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\', 'link'],
    ['an escape without an end', 'a\u001b', 'a'],
    ['DEL and C1', 'a\u007f\u0090b', 'ab'],
    ['a pair of surrogates and a joined emoji', '👩‍💻𠮷', '👩‍💻𠮷'],
    ['both halves, the wrong way round', '\udc00\ud800', '\ufffd\ufffd'],
    ['non-characters of any plane', 'a\ufdd0\ufffe\u{1ffff}b', 'ab'],
    ['zero-width and tag characters', 'ns\u200b1\ufeff\u{e0041}', 'ns1'],
  ])('%s', (_, dirty, wanted) => {
    expect(clean(dirty)).toBe(wanted)
  })

  it('says how much of a 10 MB line it left out, in the reader’s language', () => {
    const line = 'x'.repeat(10_000_000)
    expect(clean(line)).toBe(`${'x'.repeat(2000)}… (9998000 more characters left out)`)
    expect(clean(line, { lang: 'zh-TW', limit: 5 })).toBe('xxxxx…（另有 9999995 個字元未顯示）')
  })

  it('keeps a value of exactly the limit and never cuts a character in two', () => {
    expect(clean('12345', { limit: 5 })).toBe('12345')
    expect(clean('1234😀', { limit: 5 })).toBe('1234… (2 more characters left out)')
  })

  it('puts titles, places and commands on one line', () => {
    expect(cleanLine(' ip link \n  show\r\n')).toBe('ip link show')
    // Chinese has no space between sentences.
    expect(cleanLine('先看這裡。\n在 controller 上執行：\n  ip link\nshow')).toBe(
      '先看這裡。在 controller 上執行：ip link show',
    )
  })
})
