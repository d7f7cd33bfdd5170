/// <reference lib="dom" />
import type { Page } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LANGS } from '../core/text.ts'
import { noBrowser } from '../testing/chromium.ts'
import { chromiumWithPage, StudioPage } from './browser.testing.ts'
import { testStudio, toldLesson } from './studio.testing.ts'

/** Where the drawing is, where it is looked at, and how large it is drawn. */
const shown = (page: Page) =>
  page.evaluate(() => {
    const picture = document.querySelector('.picture')!
    const svg = picture.querySelector('svg')!
    const { x, y, width, height } = svg.viewBox.baseVal
    const matrix = svg.getScreenCTM()!
    const { a: scale, e: left, f: top } = matrix.translate(x, y)
    const seen = picture.getBoundingClientRect()
    return {
      scale,
      ...{ left: left - seen.left, top: top - seen.top },
      ...{ right: seen.right - left - scale * width, bottom: seen.bottom - top - scale * height },
      ...{ scrollLeft: picture.scrollLeft, scrollTop: picture.scrollTop },
    }
  })

const why = noBrowser()
describe.skipIf(why)(`the size of the map’s drawing${why ? ` (${why})` : ''}`, () => {
  const chromium = chromiumWithPage()
  let studio: Awaited<ReturnType<typeof testStudio>>
  let student: StudioPage
  let page: Page
  const open = async (width = 1280) => {
    student = await StudioPage.open(chromium.browser, studio.address(), { viewport: { width, height: 800 } })
    page = student.page
    await page.click('#view-map')
    await page.waitForSelector('.picture [data-element]')
  }
  beforeEach(async () => {
    const live = await toldLesson('day-07', 'solved')
    studio = await testStudio({
      lesson: live.lesson,
      live: Promise.resolve(live),
      pageFolder: chromium.pageFolder,
    })
  })
  afterEach(async () => {
    expect(student.complaints).toEqual([])
    await student.close()
    await studio.end()
  })

  it.each([820, 1280, 1920])('is all of it, enlarged in a window of %s pixels', async width => {
    await open(width)
    await page.click('.enlarge')
    const least = async () => {
      const { left, top, right, bottom } = await shown(page)
      return Math.min(left, top, right, bottom)
    }
    await expect.poll(least).toBeGreaterThanOrEqual(0)
    expect(await page.getAttribute('.zoom [aria-pressed]', 'aria-pressed')).toBe('true')
    await page.click('.enlarge')
    await expect.poll(async () => (await shown(page)).scale).toBeGreaterThanOrEqual(0.93)
  })

  it('is changed by keys, which move it, too', async () => {
    await open()
    await page.focus('.picture')
    await page.keyboard.press('0')
    await page.waitForSelector('.picture.whole')
    const whole = await shown(page)
    for (let presses = 0; presses < 6; presses++) await page.keyboard.press('+')
    const large = await shown(page)
    expect(large.scale / whole.scale / 1.25 ** 6).toBeCloseTo(1, 1)
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowDown')
    await expect.poll(async () => (await shown(page)).scrollLeft).toBeGreaterThan(large.scrollLeft)
    await expect.poll(async () => (await shown(page)).scrollTop).toBeGreaterThan(large.scrollTop)
    await page.keyboard.press('-')
    expect((await shown(page)).scale / large.scale).toBeCloseTo(0.8, 1)
    await page.keyboard.press('0')
    expect((await shown(page)).scale).toBeCloseTo(whole.scale)
    for (let presses = 0; presses < 20; presses++) await page.keyboard.press('-')
    expect((await shown(page)).scale).toBeCloseTo(0.25)
    // Keys of the browser and of what one writes into stay theirs.
    await page.fill('.probe input', '')
    await page.locator('.probe input').press('0')
    expect(await page.inputValue('.probe input')).toBe('0')
    expect((await shown(page)).scale).toBeCloseTo(0.25)
  })

  it('is changed by a wheel with Ctrl, around what the pointer is at', async () => {
    await open()
    const before = await shown(page)
    const thing = page.locator('.picture [data-element^="outer:"]').first()
    await thing.scrollIntoViewIfNeeded()
    const at = (await thing.boundingBox())!
    const [x, y] = [at.x + at.width / 2, at.y + at.height / 2]
    await page.mouse.move(x, y)
    await page.keyboard.down('Control')
    const under = () =>
      page.evaluate(
        ([left, top]) =>
          document.elementFromPoint(left!, top!)?.closest('[data-element]')?.getAttribute('data-element'),
        [x, y],
      )
    const was = await under()
    for (let turns = 0; turns < 3; turns++) await page.mouse.wheel(0, -100)
    await page.keyboard.up('Control')
    await expect.poll(async () => (await shown(page)).scale).toBeGreaterThan(1.5 * before.scale)
    expect(await under()).toBe(was)
  })

  it('is moved by a mouse that is held, which opens nothing; a click does', async () => {
    await open()
    for (let clicks = 0; clicks < 4; clicks++) await page.click('.zoom button >> nth=1')
    const before = await shown(page)
    const box = (await page.locator('.picture').boundingBox())!
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x - 60, y - 50, { steps: 4 })
    await page.mouse.up()
    const after = await shown(page)
    expect([after.scrollLeft - before.scrollLeft, after.scrollTop - before.scrollTop]).toEqual([60, 50])
    expect(await page.locator('.details').count()).toBe(0)
    await page.locator('.picture [data-element^="outer:"]').first().click()
    expect(await page.locator('.details').count()).toBe(1)
  })

  it.each(LANGS)('has buttons with names, and no finding of axe, in %s', async lang => {
    await open()
    await page.click(`.languages [lang="${lang}"]`)
    const [smaller, larger, all] = lang === 'en' ? ['Smaller', 'Larger', 'Fit'] : ['縮小', '放大', '整張圖']
    const button = (name: string) => page.getByRole('button', { name, exact: true })
    await button(all!).click()
    const whole = await shown(page)
    await button(larger!).click()
    expect((await shown(page)).scale).toBeGreaterThan(whole.scale)
    await button(smaller!).click()
    expect((await shown(page)).scale).toBeCloseTo(whole.scale)
    expect(await student.findings()).toEqual([])
  })
})
