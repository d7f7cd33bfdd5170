/// <reference lib="dom" />
import type { Page } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { KeptFrames } from '../capture/kept-frames.ts'
import type { Judgement } from '../core/verdict.ts'
import { noBrowser } from '../testing/chromium.ts'
import { paced } from '../testing/paced.ts'
import { chromiumWithPage, StudioPage } from './browser.testing.ts'
import { testStudio, toldLesson } from './studio.testing.ts'

/** An echo request of 192.168.10.200 to 192.168.10.100. */
const ECHO = Buffer.from(
  '66802c126393ba7c4e3055840800450000540000400040' + '01a463c0a80ac8c0a80a640800f7ff12340003',
  'hex',
)
/** How many enhanced packet blocks a pcapng file has (draft-ietf-opsawg-pcapng §4.3). */
function packetsIn(file: Buffer): number {
  let count = 0
  for (let at = 0; at < file.length; at += file.readUInt32LE(at + 4)) if (file.readUInt32LE(at) === 6) count++
  return count
}

const waitFor = { timeout: paced(30_000) }
const why = noBrowser()

describe.skipIf(why)(`work in the studio’s page${why ? ` (${why})` : ''}`, () => {
  const chromium = chromiumWithPage()
  let studio: Awaited<ReturnType<typeof testStudio>>
  let live: Awaited<ReturnType<typeof toldLesson>>
  let kept: KeptFrames
  /** What was asked of the lab. */
  let asked: string[]
  beforeEach(async () => {
    live = await toldLesson()
    kept = new KeptFrames()
    asked = []
    const done = async (what: string) => {
      asked.push(what)
      return { words: `ran <b>${what}</b>`, isDone: !what.includes('wire') }
    }
    studio = await testStudio({
      ...{ live: Promise.resolve(live), pageFolder: chromium.pageFolder, kept },
      checkpoints: {
        list: () => [{ name: 'day-06-one', savedAt: '2026-11-27T08:00:00Z' }],
        save: lang => done(`save ${lang}`),
        restore: (name, lang) => done(`restore ${name} ${lang}`),
        solve: (stage, lang) => done(`solve ${stage} ${lang}`),
      },
    })
  })
  afterEach(() => studio.end())

  /** Everything of the first stages holds, and nothing else. */
  const tellDone = (stages: number) => {
    const claims = live.lesson.stages.flatMap((stage, index) =>
      stage.claims.map(({ id }): [string, Judgement] => [
        id,
        { verdict: index < stages ? 'holds' : 'fails', durationMs: 1 },
      ]),
    )
    live.tell({ kind: 'judged', claims: new Map(claims), flips: [], causes: [], atMs: Date.now() })
  }
  const title = (page: Page) => page.innerText('#chapter-title')

  it('asks before it solves a stage, and is the student’s alone', async () => {
    tellDone(1)
    const student = await StudioPage.open(chromium.browser, studio.address())
    const guest = await StudioPage.open(chromium.browser, studio.shareAddress!)
    const { page } = student
    for (const one of [student, guest]) await one.turnTo(3)
    expect(await guest.page.locator('.solve').count()).toBe(0)
    await page.click('button.solve')
    const question = page.getByRole('alertdialog')
    expect(await question.innerText()).toMatch(/up to stage 3.* saved first\. Go on\?/s)
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Yes, solve it')
    expect(await student.findings()).toEqual([])
    await question.getByRole('button', { name: 'No' }).click()
    expect(await page.locator('.ask').count()).toBe(0)
    expect(asked).toEqual([])
    await page.click('button.solve')
    await question.getByRole('button', { name: 'Yes' }).click()
    await expect.poll(() => page.innerText('.notice.good')).toContain('ran <b>solve switch en</b>')
    expect(asked).toEqual(['solve switch en'])
    expect(await guest.page.locator('.notice').count()).toBe(0)
    expect(await student.findings()).toEqual([])
    // What did not work is no good news.
    await student.turnTo(9)
    await page.click('button.solve')
    await question.getByRole('button', { name: 'Yes' }).click()
    await expect.poll(() => page.innerText('.notice.bad')).toContain('solve wire en')
    expect([...student.complaints, ...guest.complaints]).toEqual([])
    await Promise.all([student.close(), guest.close()])
  })

  it('restores a checkpoint by keys alone, after a question that has the focus', async () => {
    const student = await StudioPage.open(chromium.browser, studio.address())
    const { page } = student
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '')
    await page.locator('.checkpoints summary').focus()
    for (const key of ['Enter', 'Tab', 'Tab', 'Enter']) await page.keyboard.press(key)
    await expect.poll(focused).toBe('Yes, replace it')
    expect(await student.findings()).toEqual([])
    expect(asked).toEqual([])
    await page.keyboard.press('Enter')
    await expect.poll(() => page.innerText('.notice.good')).toContain('ran <b>restore day-06-one en</b>')
    // The menu would cover what is told of it.
    expect(await page.locator('.checkpoints .menu').isVisible()).toBe(false)
    expect(await focused()).toBe('Checkpoints')
    await student.close()
  })

  it('begins at the first stage that is not done, and where one was when one comes back', async () => {
    tellDone(3)
    const student = await StudioPage.open(chromium.browser, studio.address())
    const { page } = student
    await expect.poll(() => title(page)).toBe('4. The localnet port')
    await student.turnTo(0)
    expect(await page.locator('.claims li .verdict').allInnerTexts()).toContain('3 of 3 hold')
    await page.click('.turn-to >> text=Bind the interfaces')
    expect(await title(page)).toMatch(/^5\. /)
    await page.reload()
    await expect.poll(() => title(page)).toMatch(/^5\. /)
    await student.close()
  })

  it('begins with the introduction where nothing was built', async () => {
    tellDone(1)
    const student = await StudioPage.open(chromium.browser, studio.address())
    await expect.poll(() => student.page.innerText('.whole')).toContain('3 of 30')
    expect(await title(student.page)).toBe('Introduction')
    await student.close()
  })

  it('gives the shells more or less room by keys and by dragging', async () => {
    const student = await StudioPage.open(chromium.browser, studio.address())
    const { page } = student
    const divider = page.getByRole('separator')
    const heightOf = async () => (await page.locator('.shells').boundingBox())!.height
    const before = await heightOf()
    await divider.focus()
    await page.keyboard.press('ArrowDown')
    expect(await divider.getAttribute('aria-valuenow')).toBe('52')
    const smaller = await heightOf()
    expect(smaller).toBeLessThan(before - 20)
    const { x, y } = (await divider.boundingBox())!
    await page.mouse.move(x + 50, y + 3)
    await page.mouse.down()
    await page.mouse.move(x + 50, y - 200)
    await page.mouse.up()
    expect(await heightOf()).toBeGreaterThan(smaller + 150)
    const put = await heightOf()
    await page.reload()
    await expect.poll(heightOf).toBe(put)
    await divider.dblclick()
    await expect.poll(heightOf).toBe(before)
    // The map's usual room is another one where the window becomes wide.
    await page.setViewportSize({ width: 900, height: 800 })
    await page.click('#view-map')
    await expect.poll(() => divider.getAttribute('aria-valuenow')).toBe('34')
    await page.setViewportSize({ width: 1280, height: 800 })
    await expect.poll(() => divider.getAttribute('aria-valuenow'), { timeout: 5_000 }).toBe('62')
    await student.close()
  })

  it('lists the first of many packets, and says where the others are', async () => {
    const experiment = kept.begin()
    for (let count = 0; count < 5_000; count++)
      experiment.take(
        { node: 'controller', link: `eth${count % 2}` },
        { linkType: 1, timeNs: BigInt(count) * 1_000n, originalLength: 98, bytes: ECHO },
      )
    const student = await StudioPage.open(chromium.browser, studio.address())
    const { page } = student
    await page.click('#view-packets')
    await expect.poll(() => page.locator('.packets details').count(), waitFor).toBe(200)
    expect(await page.innerText('.probe')).toContain(
      'The first 200 are listed; the file has 4096. 904 more were captured and not kept.',
    )
    const saved = await (await page.request.get(new URL('/save/packets.pcapng', page.url()).href)).body()
    expect(packetsIn(saved)).toBe(4_096)
    await page.click('.packets summary >> nth=199')
    expect(await page.locator('.packets dl:visible').innerText()).toContain('192.168.10.200')
    expect(await student.findings()).toEqual([])
    await student.close()
  })
})
