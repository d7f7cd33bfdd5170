import { describe, expect, it } from 'vitest'
import { padEnd, padStart, widthOf, wrap, wrapParts } from './columns.ts'

describe('wrap', () => {
  it('breaks English at spaces only, never inside br-eth2 or an address', () => {
    expect(wrap('bridge br-eth2 has 192.168.10.100/24 on it', 14, 'en')).toEqual([
      'bridge br-eth2',
      'has',
      '192.168.10.100',
      '/24 on it',
    ])
    expect(wrap('see patch-br-int-to-ls0-localnet there', 30, 'en')).toEqual([
      'see',
      'patch-br-int-to-ls0-localnet',
      'there',
    ])
  })

  it('breaks Chinese between words, and counts two columns for a character', () => {
    const lines = wrap('交換器有一個指明實體網路名稱的連接埠', 12, 'zh-TW')
    expect(lines.join('')).toBe('交換器有一個指明實體網路名稱的連接埠')
    expect(lines.map(widthOf).every(columns => columns <= 12)).toBe(true)
    expect(lines[0]).toBe('交換器有一個')
  })

  it('begins no line with a closing mark and ends none with an opening one', () => {
    expect(wrap('網路介面，設定', 8, 'zh-TW')).toEqual(['網路', '介面，', '設定'])
    expect(wrap('網路介面「設定」', 10, 'zh-TW')).toEqual(['網路介面', '「設定」'])
  })

  it('keeps a command in backticks whole where it fits on a line', () => {
    expect(wrap('look at `ovs-vsctl show` again', 18, 'en')).toEqual(['look at', '`ovs-vsctl show`', 'again'])
    expect(wrap('請執行`ovs-vsctl show`再看', 18, 'zh-TW')).toEqual(['請執行', '`ovs-vsctl show`', '再看'])
  })

  it('cuts what has no place to break at whole characters', () => {
    expect(wrap('abcdefgh', 3, 'en')).toEqual(['abc', 'def', 'gh'])
    expect(wrap('👩‍💻👩‍💻👩‍💻', 4, 'en')).toEqual(['👩‍💻👩‍💻', '👩‍💻'])
  })

  it('keeps existing line breaks, and one line of nothing', () => {
    expect(wrap('a\n\nb', 10, 'en')).toEqual(['a', '', 'b'])
    expect(wrap('', 10, 'en')).toEqual([''])
  })
})

describe('padding', () => {
  it('counts columns, not characters', () => {
    expect(padEnd('成立', 6)).toBe('成立  ')
    expect(padStart('2/2', 5)).toBe('  2/2')
    expect(padEnd('too long', 3)).toBe('too long')
  })
})

describe('wrapParts', () => {
  const standing = 'day-06 · 30 項中有 12 項成立 · 100 分中得 34 分 · 延伸：20 分中得 0 分'

  it('breaks a line of parts between them, where plain folding breaks the last one in its middle', () => {
    expect(wrap(standing, 64, 'zh-TW')[1]).not.toMatch(/^延伸/)
    expect(wrapParts(standing, 64, 'zh-TW')).toEqual([
      'day-06 · 30 項中有 12 項成立 · 100 分中得 34 分',
      '延伸：20 分中得 0 分',
    ])
  })

  it('folds a part that fits into no line, and goes on behind it', () => {
    expect(wrapParts('one two three · four', 8, 'en')).toEqual(['one two', 'three', 'four'])
    expect(wrapParts('', 8, 'en')).toEqual([''])
  })
})
