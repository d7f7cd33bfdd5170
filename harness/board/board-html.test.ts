import { describe, expect, it } from 'vitest'
import { boardHtml } from './board-html.ts'
import { bigClass, exampleClass, NOW } from './class.test-data.ts'
import { hostileClass } from './hostile.test-data.ts'
import { sha256 } from './html.ts'

const page = boardHtml(exampleClass(), { now: NOW })

describe('the page of a class', () => {
  it('needs nothing else: it allows its own style and script by their content, and names no address', () => {
    const [, policy] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)!
    const [, style] = /<style>(.*?)<\/style>/s.exec(page)!
    const [, script] = /<script>(.*?)<\/script>/s.exec(page)!
    expect(policy).toBe(
      `default-src 'none'; style-src ${sha256(style!)}; script-src ${sha256(script!)}; base-uri 'none'; form-action 'none'`,
    )
    expect(page).not.toMatch(/(?:src|href|action)="(?!#)|@import|url\(|style="| on\w+="/)
  })

  it('opens in the language asked for and holds both', () => {
    const zh = boardHtml(exampleClass(), { now: NOW, lang: 'zh-TW' })
    expect(zh).toContain('<html lang="zh-TW"')
    for (const words of ['What to explain again', '需要再講解的地方']) {
      expect(page).toContain(words)
      expect(zh).toContain(words)
    }
  })

  it('is a table with heads of rows, columns and stages, and a caption', () => {
    expect(page.match(/<th scope="row"/g)).toHaveLength(10)
    expect(page.match(/<th scope="colgroup"/g)).toHaveLength(9)
    expect(page.match(/<th scope="col"/g)).toHaveLength(5 + 30 + 9)
    expect(page).toMatch(/<caption id="board-caption">/)
  })

  it('with 200 students and 30 claims is below 3 MB', () => {
    expect(Buffer.byteLength(boardHtml(bigClass(200), { now: NOW }))).toBeLessThan(3_000_000)
  })

  it('holds nothing hidden or endless that a machine said', () => {
    const hostile = boardHtml(hostileClass(), { now: NOW })
    expect(hostile).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/)
    expect(hostile).not.toContain('x'.repeat(700))
    expect(hostile.match(/<script/g)).toHaveLength(2)
  })
})
