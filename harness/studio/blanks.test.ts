import { describe, expect, it } from 'vitest'
import { noBrowser } from '../testing/chromium.ts'
import { chromiumWithPage, StudioPage } from './browser.testing.ts'
import { testStudio, toldLesson } from './studio.testing.ts'

const why = noBrowser()
describe.skipIf(why)(`commands of the lesson’s text${why ? ` (${why})` : ''}`, () => {
  const chromium = chromiumWithPage()

  it('are typed, but not run, where something is still to be written into them', async () => {
    const live = await toldLesson('day-02', 'solved')
    const { lesson } = live
    const studio = await testStudio({ lesson, live: Promise.resolve(live), pageFolder: chromium.pageFolder })
    const student = await StudioPage.open(chromium.browser, studio.address())
    const { page } = student
    await page.click('.languages [lang="zh-TW"]')
    await student.turnTo(lesson.stages.length)
    const trace = page.locator('figure.commands').filter({ hasText: 'ovn-trace' })
    expect(await trace.locator('.type').count()).toBe(1)
    expect(await trace.locator('.run').count()).toBe(0)
    expect(await trace.locator('.note').innerText()).toBe(
      '按 Enter 之前，先把 MAC-OF-NS2、MAC-OF-NS1 換成實際的值。',
    )
    const ping = page.locator('figure.commands').filter({ hasText: 'ping' }).first()
    expect(await ping.locator('.run').count()).toBe(1)
    await student.close()
    await studio.end()
  })
})
