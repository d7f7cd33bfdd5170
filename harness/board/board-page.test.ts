/// <reference lib="dom" />
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type axe from 'axe-core'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LANGS } from '../core/text.ts'
import { boardHtml } from './board-html.ts'
import { noBrowser, type OpenedPage, openBrowser } from './browser.testing.ts'
import { bigClass, exampleClass, NOW } from './class.test-data.ts'
import { hostileClass } from './hostile.test-data.ts'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe finds, with its best practices: rule and element. */
async function findings(page: Page): Promise<string[]> {
  // Not a script of the page: its policy stays in force.
  await page.evaluate(axeSource)
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run(document, { resultTypes: ['violations'] }),
  )
  return violations.flatMap(({ id, nodes }) => nodes.map(node => `${id}: ${node.html.slice(0, 200)}`))
}

const names = (page: Page) =>
  page.$$eval('#board tbody tr', rows =>
    rows
      .filter(row => (row as HTMLElement).offsetHeight > 0)
      .map(row => row.querySelector('th > a')!.textContent),
  )
const html = (lang: (typeof LANGS)[number] = 'en') => boardHtml(exampleClass(), { now: NOW, lang })

const why = noBrowser()
describe.skipIf(why)(`the board in a browser${why ? ` (${why})` : ''}`, () => {
  let browser: Awaited<ReturnType<typeof openBrowser>>
  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser?.close())

  describe.each(['light', 'dark'] as const)('in %s', colorScheme => {
    it.each(LANGS)('has no finding of axe in %s', async lang => {
      const { page, complaints } = await browser.open(html(lang), { colorScheme })
      for (const part of await page.$$('details')) await part.evaluate(one => one.setAttribute('open', ''))
      expect(await findings(page)).toEqual([])
      expect(complaints).toEqual([])
      await page.context().close()
    })
  })

  describe('used', () => {
    let opened: OpenedPage
    beforeAll(async () => {
      opened = await browser.open(html())
    })

    it('changes all its words with one press, without loading anything', async () => {
      const { page, complaints } = opened
      await page.click('[data-lang="zh-TW"]')
      expect(await page.title()).toBe('用 localnet port 把虛擬網路接上實體網路 · 全班總表')
      expect(await page.getAttribute('html', 'lang')).toBe('zh-TW')
      const words = await page.innerText('body')
      expect(words).toContain('需要再講解的地方')
      expect(words).not.toMatch(/\b(?:students?|points?|ungraded|fails|holds)\b/)
      await page.click('[data-lang="en"]')
      expect(await page.innerText('body')).not.toMatch(/學生|分數|項目/)
      expect(complaints).toEqual([])
    })

    it('sorts by name, points, first broken link and time, and says which', async () => {
      const { page } = opened
      const by = async (name: string) => {
        await page.click(`#board thead button:has-text("${name}")`)
        return (await names(page)).map(one => one!.replace('Student ', ''))
      }
      expect((await by('Points')).slice(0, 4)).toEqual(['Five', 'Seven', 'Eight', 'Nine'])
      expect((await by('Points')).slice(0, 3)).toEqual(['One', 'Two', 'Six'])
      expect(await page.getAttribute('#board th.points', 'aria-sort')).toBe('descending')
      expect((await by('First broken link')).slice(0, 4)).toEqual(['Nine', '陳小明', 'Four', 'Ten'])
      expect((await by('Time')).at(0)).toBe('Eight')
      expect((await by('Student')).slice(0, 3)).toEqual(['Eight', 'Five', 'Four'])
      expect(await page.$$eval('#board [aria-sort]', heads => heads.length)).toBe(1)
    })

    it('shows who is looked for, and says how many', async () => {
      const { page } = opened
      await page.fill('#find', 'ovn-bridge-mappings')
      expect(await names(page)).toEqual(['Student Four', 'Student Ten'])
      expect(await page.innerText('#shown')).toBe('2 of 10 shown')
      await page.fill('#find', '')
      await page.selectOption('#kind', 'ungraded')
      expect(await names(page)).toEqual(['Student Eight', 'Student Five', 'Student Seven'])
      await page.selectOption('#kind', 'shared')
      expect(await names(page)).toEqual(['Student Six', 'Student Two'])
      await page.selectOption('#kind', '')
      await page.fill('#find', 'S03')
      expect(await names(page)).toEqual(['陳小明'])
      await page.fill('#find', '')
      expect(await page.innerText('.tiles li:last-child')).toMatch(
        /^2\s+with the machine or commands of another$/,
      )
    })

    it('leads from a name to what that student has to mend', async () => {
      const { page } = opened
      await page.click('#board >> text=Student Four')
      const part = page.locator('details:has(> summary:has-text("Student Four"))')
      await expect.poll(() => part.getAttribute('open')).not.toBeNull()
      await expect
        .poll(() => page.evaluate(() => document.activeElement?.textContent))
        .toContain('Student Four')
      const told = await part.innerText()
      expect(told).toContain('ovn-bridge-mappings = "flat0: br-eth2", but eth2 is in br-eth2')
      expect(told).toContain('Hint\nAll the letters are right; look for spaces between them.')
    })
  })

  it('is reached by keyboard alone: skip link, language, order, filter, table, students; focus is seen', async () => {
    const { page } = await browser.open(html())
    const visited: string[] = []
    for (let presses = 0; presses < 100; presses++) {
      await page.keyboard.press('Tab')
      const at = await page.evaluate(() => {
        const { activeElement: element } = document
        if (!element || element === document.body) return undefined
        const { outlineStyle, outlineWidth } = getComputedStyle(element)
        const box = element.getBoundingClientRect()
        const isSeen = outlineStyle !== 'none' && outlineWidth !== '0px' && box.width > 1 && box.right > 0
        const role = element.getAttribute('role') ?? element.tagName.toLowerCase()
        return { name: `${role} ${element.id || (element.textContent ?? '').trim().slice(0, 20)}`, isSeen }
      })
      if (!at) break
      expect(at).toMatchObject({ isSeen: true })
      visited.push(at.name)
    }
    expect(visited[0]).toMatch(/^a Skip to the table/)
    expect(visited).toEqual(
      expect.arrayContaining(['button 中文', 'button English', 'input find', 'select kind', 'a Student One']),
    )
    expect(visited.filter(name => name.startsWith('region'))).toHaveLength(1)
    expect(visited.filter(name => name.startsWith('summary'))).toHaveLength(7 + 1 + 10)
    await page.locator('.skip').focus()
    await page.keyboard.press('Enter')
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('board-part')
    await page.locator('#board thead button >> nth=1').focus()
    await page.keyboard.press('Enter')
    expect((await names(page))[0]).toBe('Student Five')
    await page.context().close()
  })

  it('on paper: landscape, everything told, signs without colours, no controls', async () => {
    const { page } = await browser.open(html('zh-TW'), { colorScheme: 'dark' })
    await page.emulateMedia({ media: 'print' })
    const seen = (selector: string) =>
      page.$$eval(selector, all => all.filter(one => one.checkVisibility()).length)
    expect(await seen('.controls, .languages, .skip')).toBe(0)
    expect(await seen('.reason dd')).toBeGreaterThan(10)
    const looks = (selector: string) =>
      page.$eval(selector, one => {
        const { display, color, position } = getComputedStyle(one)
        return { display, color, position }
      })
    expect(await looks('#board thead')).toMatchObject({ display: 'table-header-group' })
    expect(await looks('#board td.fails')).toMatchObject({ color: 'rgb(0, 0, 0)' })
    expect(await looks('#board th.student')).toMatchObject({ position: 'static' })
    expect(await page.innerText('#board td.fails')).toContain('✘')
    const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1')
    const [, width, height] = /\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/.exec(pdf)!
    expect([Number(width), Number(height)].map(Math.round)).toEqual([842, 595])
    await page.context().close()
  })

  it('fits a telephone: the page does not scroll sideways, the table does', async () => {
    const { page } = await browser.open(html(), { viewport: { width: 400, height: 800 } })
    const widths = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth])
    expect(widths[0]).toBeLessThanOrEqual(widths[1]!)
    await page.$eval('.wide', one => one.scrollTo(600, 200))
    const name = await page.$eval('#board tbody tr:nth-child(8) th', one => one.getBoundingClientRect().left)
    expect(name).toBeGreaterThanOrEqual(0)
    expect(name).toBeLessThan(40)
    await page.context().close()
  })

  it('fits a telephone with names that have no blanks, and keeps large numbers apart from the words beside them', async () => {
    const { page } = await browser.open(boardHtml(hostileClass(), { now: NOW }), {
      viewport: { width: 400, height: 800 },
    })
    for (const part of await page.$$('details')) await part.evaluate(one => one.setAttribute('open', ''))
    const widths = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth])
    expect(widths[0]).toBeLessThanOrEqual(widths[1]!)
    await page.context().close()
    const { page: large } = await browser.open(boardHtml(bigClass(1000), { now: NOW }))
    const isApart = await large.$$eval('.share', all =>
      all.map(one => one.clientWidth > 0 && one.scrollWidth <= one.clientWidth),
    )
    expect(isApart).not.toContain(false)
    expect(isApart).toContain(true)
    await large.context().close()
  })

  it('shows its language and all of the class where scripts are off', async () => {
    const { page } = await browser.open(html('zh-TW'), { javaScriptEnabled: false })
    const words = await page.innerText('body')
    expect(words).toContain('需要再講解的地方')
    expect(words).toContain('陳小明')
    expect(words).not.toContain('What to explain again')
    expect(await page.isVisible('#find')).toBe(false)
    await page.context().close()
  })

  it('with 200 students works as with ten', async () => {
    const { page, complaints } = await browser.open(boardHtml(bigClass(200), { now: NOW }))
    expect(await names(page)).toHaveLength(200)
    await page.click('[data-lang="zh-TW"]')
    await page.fill('#find', 'Student 19')
    expect(await names(page)).toHaveLength(10)
    expect(await page.innerText('#shown')).toBe('200 人中顯示 10 人')
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('runs nothing that a name, a place or a machine says', async () => {
    const { page, complaints } = await browser.open(boardHtml(hostileClass(), { now: NOW }))
    await page.click('[data-lang="zh-TW"]')
    for (const part of await page.$$('details')) await part.evaluate(one => one.setAttribute('open', ''))
    await page.click('#board thead button >> nth=0')
    await page.click('#board tbody a >> nth=0')
    expect(await page.$$eval('script', all => all.map(one => one.type))).toEqual(['application/json', ''])
    expect(await page.$$('img, iframe, object, svg:not(.bar), [onload], [onerror], [style]')).toEqual([])
    expect(complaints).toEqual([])
    expect(await page.innerText('body')).toContain('<script>alert(1)</script>')
    expect(await findings(page)).toEqual([])
    await page.context().close()
  })
})
