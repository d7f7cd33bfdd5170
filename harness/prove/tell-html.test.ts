import { describe, expect, it } from 'vitest'
import { claims, proof, reported } from './sample.test-data.ts'
import { htmlProof } from './tell-html.ts'

describe('a proof as a page', () => {
  const page = htmlProof({ ...reported, proofs: [proof] }, 'zh-TW')

  it('is in its language, and needs nothing from elsewhere', () => {
    expect(page).toContain('<html lang="zh-TW">')
    expect(page).not.toMatch(/\b(src|href)=|@import|url\(/)
  })

  it('has a section for each kind of labs, and what these answer differently', () => {
    const both = htmlProof(reported, 'en')
    expect(both.match(/<h2 id="[^"]*">[^<]*/g)).toEqual([
      '<h2 id="proof-1">day-99 · A lesson · embedded',
      '<h2 id="proof-2">day-99 · A lesson · qemu',
    ])
    expect(both).toContain('untouched · switch · saw: embedded &quot;a&quot;, qemu &quot;b&quot;')
    expect(both).toContain('not available: embedded@sid: no mirror')
  })

  it('has a caption, a header for each row and column, and words beside the signs', () => {
    expect(page).toContain('<caption>day-99：故障（列）和項目（欄）')
    expect(page.match(/<th scope="col"/g)).toHaveLength(1 + claims.length)
    expect(page.match(/<th scope="row"/g)).toHaveLength(3 + 1)
    expect(page).toContain('<span aria-hidden="true">✘</span><span class="heard">最先不成立</span>')
  })

  it('shows what a fault says as text, never as markup', () => {
    expect(page).toContain('錯誤 &lt;harmless&gt;')
    expect(page).not.toContain('<harmless>')
  })
})
