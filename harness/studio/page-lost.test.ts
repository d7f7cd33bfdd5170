/// <reference lib="dom" />

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { noBrowser } from '../testing/chromium.ts'
import { paced } from '../testing/paced.ts'
import { chromiumWithPage, StudioPage } from './browser.testing.ts'
import { testStudio, toldLesson } from './studio.testing.ts'

const why = noBrowser()
describe.skipIf(why)(`the studio’s page without the studio${why ? ` (${why})` : ''}`, () => {
  const chromium = chromiumWithPage()
  let studio: Awaited<ReturnType<typeof testStudio>>
  beforeEach(async () => {
    studio = await testStudio({ live: toldLesson(), pageFolder: chromium.pageFolder })
  })
  afterEach(() => studio.end())

  it('goes on where it was when the connection was lost', async () => {
    const student = await StudioPage.open(chromium.browser, studio.address())
    const { page } = student
    await student.turnTo(4)
    await page.context().setOffline(true)
    studio.cut()
    await expect.poll(() => page.innerText('.notices')).toContain('connection to the studio is lost')
    await page.context().setOffline(false)
    await expect.poll(() => page.innerText('.notices')).toBe('')
    expect(await page.getAttribute('.step >> nth=4', 'aria-current')).toBe('step')
    await student.close()
  })

  it('says so when the studio has stopped without a word, and from when it is what it shows', async () => {
    const student = await StudioPage.open(chromium.browser, studio.address())
    const { page } = student
    let isStopped = false
    await page.routeWebSocket(/\/live/, socket => {
      const there = socket.connectToServer()
      socket.onMessage(message => void (isStopped || there.send(message)))
      there.onMessage(message => void (isStopped || socket.send(message)))
    })
    // Only a connection that is made from now on is routed.
    studio.cut()
    await expect.poll(() => page.innerText('.notices')).toContain('connection to the studio is lost')
    await expect.poll(() => page.innerText('.notices')).toBe('')
    isStopped = true
    await expect
      .poll(() => page.innerText('.notices'), { timeout: paced(20_000) })
      .toMatch(/connection to the studio is lost.*What this page shows is from \d\d:\d\d:\d\d\./)
    expect(await page.locator('main.unheard').count()).toBe(1)
    isStopped = false
    await expect.poll(() => page.innerText('.notices'), { timeout: paced(20_000) }).toBe('')
    await student.close()
  })
})
