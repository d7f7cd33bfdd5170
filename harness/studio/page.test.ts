/// <reference lib="dom" />

import { build } from 'esbuild'
import type { Page } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LANGS, same, text } from '../core/text.ts'
import type { Judgement } from '../core/verdict.ts'
import type { LiveEvent } from '../live/live.ts'
import { RECORDINGS } from '../map/recorded.testing.ts'
import { noBrowser } from '../testing/chromium.ts'
import { chromiumWithPage, StudioPage } from './browser.testing.ts'
import { testStudio, toldLesson } from './studio.testing.ts'

/** What is recorded of each lesson when it is done. */
const SOLVED = RECORDINGS.filter(({ state }) => state === 'solved' || state === 'mapping')

const HOSTILE = '<img src=x onerror=alert(1)> \x1b]0;owned\x07 "ls0"'

/** What the lesson comes to when its second stage fails. */
function firstVerdicts(claims: { id: string; given?: boolean }[]): Map<string, Judgement> {
  const failing: Judgement = {
    verdict: 'fails',
    expected: text('192.168.10.100/24 in ns1', 'ns1 有 192.168.10.100/24'),
    saw: text(`no namespace ns1; namespaces here: ${HOSTILE}`, `沒有 ns1；有 ${HOSTILE}`),
    where: `controller · netns ${HOSTILE}`,
    try: 'ip netns list   # on controller',
    hops: [
      { id: 'a', node: 'controller', kind: 'link', title: same('veth-ns1-br'), verdict: 'ok', heardMs: 0.4 },
      {
        id: 'b',
        node: 'controller',
        kind: 'bridge',
        title: same('br-int'),
        verdict: 'broken',
        saw: text('dropped', '被丟棄'),
      },
    ],
    durationMs: 1,
  }
  return new Map(
    claims.map(({ id, given }, index) => [
      id,
      given
        ? { verdict: 'holds', durationMs: 1 }
        : index === 3
          ? failing
          : { verdict: 'waits', saw: text('an earlier claim', '前面的項目'), durationMs: 0 },
    ]),
  )
}

/** All that a screen reader says of a part of the page. */
async function spoken(page: Page, selector: string): Promise<string[]> {
  const contents = "export { virtual } from '@guidepup/virtual-screen-reader/browser.js'"
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    ...{ bundle: true, write: false, format: 'iife', globalName: 'reader' },
  })
  await page.evaluate(`${outputFiles[0]!.text}; globalThis.reader = reader.virtual`)
  return page.evaluate(async query => {
    const { reader } = globalThis as unknown as {
      reader: {
        start(options: { container: Element }): Promise<void>
        next(): Promise<void>
        lastSpokenPhrase(): Promise<string>
        spokenPhraseLog(): Promise<string[]>
        stop(): Promise<void>
      }
    }
    await reader.start({ container: document.querySelector(query)! })
    const first = await reader.lastSpokenPhrase()
    for (let left = 300; left > 0; left--) {
      await reader.next()
      if ((await reader.lastSpokenPhrase()) === first) break
    }
    const log = await reader.spokenPhraseLog()
    await reader.stop()
    return log
  }, selector)
}

const why = noBrowser()
describe.skipIf(why)(`the studio’s page${why ? ` (${why})` : ''}`, () => {
  const chromium = chromiumWithPage()
  let studio: Awaited<ReturnType<typeof testStudio>>
  let live: Awaited<ReturnType<typeof toldLesson>>
  beforeEach(async () => {
    live = await toldLesson()
    studio = await testStudio({ live: Promise.resolve(live), pageFolder: chromium.pageFolder })
    const claims = live.lesson.stages.flatMap(stage => stage.claims)
    tellVerdicts(firstVerdicts(claims))
  })
  afterEach(() => studio.end())

  const tellVerdicts = (claims: Map<string, Judgement>, about: Partial<LiveEvent> = {}) =>
    live.tell({ kind: 'judged', claims, flips: [], causes: [], atMs: Date.now(), ...about } as LiveEvent)

  it.each(LANGS.flatMap(lang => [[lang, 'light'] as const, [lang, 'dark'] as const]))(
    'has no finding of axe in %s, %s, wherever one turns',
    async (lang, colorScheme) => {
      const student = await StudioPage.open(chromium.browser, studio.address(), { colorScheme })
      const { page } = student
      await page.click(`.languages [lang="${lang}"]`)
      for (const chapter of [0, 2, 6]) {
        await student.turnTo(chapter)
        expect(await student.findings()).toEqual([])
      }
      await page.click('.choice button >> nth=1')
      await page.locator('.hops summary').first().click()
      expect(await student.findings()).toEqual([])
      for (const pane of ['map', 'packets']) {
        await page.click(`#view-${pane}`)
        expect(await student.findings()).toEqual([])
      }
      expect(student.complaints).toEqual([])
      await student.close()
    },
  )

  it.each(SOLVED)('has no finding of axe on the map of $day, drawn or as a list', async ({ day, state }) => {
    const solved = await toldLesson(day, state)
    const own = await testStudio({
      lesson: solved.lesson,
      live: Promise.resolve(solved),
      pageFolder: chromium.pageFolder,
    })
    const student = await StudioPage.open(chromium.browser, own.address())
    const { page } = student
    await page.click('#view-map')
    await page.waitForSelector('.picture [data-element]')
    expect(await student.findings()).toEqual([])
    await page.click('.map-choice button >> nth=1')
    expect(await student.findings()).toEqual([])
    await student.close()
    await own.end()
  })

  it('shows what machines and learners call things as it is, and runs none of it', async () => {
    const student = await StudioPage.open(chromium.browser, studio.address())
    await student.turnTo(2)
    const claim = await student.page.locator('.claim.fails').innerText()
    expect(claim).toContain('no namespace ns1; namespaces here: <img src=x onerror=alert(1)>  "ls0"')
    expect(await student.page.locator('img').count()).toBe(0)
    expect(student.complaints).toEqual([])
    await student.close()
  })

  it('says a claim, its way, and each flip once in plain words', async () => {
    const student = await StudioPage.open(chromium.browser, studio.address())
    const { page } = student
    await student.turnTo(2)
    await page.locator('.hops summary').click()
    const said = (await spoken(page, '.claim.fails')).join(' | ')
    expect(said).toMatch(/Namespace ns1 on controller has 192\.168\.10\.100\/24.* \| fails/)
    expect(said).toMatch(/Expected \| .*192\.168\.10\.100\/24 in ns1.*Saw/)
    expect(said).toMatch(/controller · veth-ns1-br.*captured after 0\.4 ms/)
    const [id] = live.lesson.stages[1]!.claims.map(claim => claim.id)
    tellVerdicts(new Map([[id!, { verdict: 'holds', durationMs: 1 }]]), {
      flips: [{ claim: id!, from: 'fails', to: 'holds' }],
      causes: [
        {
          node: 'controller',
          source: 'kernel',
          words: text('namespace ns1 added', '新增 namespace ns1'),
          atMs: 0,
        },
      ],
    })
    await expect
      .poll(() => page.innerText('#announcer'))
      .toMatch(/^“Namespace ns1 on controller .*” holds now\. controller: namespace ns1 added$/)
    expect(await page.getAttribute('#announcer', 'aria-live')).toBe('polite')
    await student.close()
  })

  it('is used by keyboard alone, and every stop is seen', async () => {
    const student = await StudioPage.open(chromium.browser, studio.address())
    const { page } = student
    const visited: string[] = []
    for (let presses = 0; presses < 60; presses++) {
      await page.keyboard.press('Tab')
      const at = await page.evaluate(() => {
        const element = document.activeElement
        if (!element || element === document.body) return undefined
        const { outlineStyle, outlineWidth } = getComputedStyle(element)
        const isSeen = outlineStyle !== 'none' && outlineWidth !== '0px'
        return { name: element.getAttribute('aria-label') ?? element.textContent ?? '', isSeen }
      })
      if (!at) break
      expect(at, at.name).toMatchObject({ isSeen: true })
      visited.push(at.name)
    }
    expect(visited[0]).toBe('Skip to the shells')
    expect(visited).toEqual(
      expect.arrayContaining(['中文', 'Run in controller', 'Claims', 'Check all again']),
    )
    // F6 goes from part to part.
    const parts: unknown[] = []
    for (let presses = 0; presses < 4; presses++) {
      await page.keyboard.press('F6')
      parts.push(await page.evaluate(() => document.activeElement?.getAttribute('data-part')))
    }
    expect(new Set(parts)).toEqual(new Set(['top', 'lesson', 'views', 'shells']))
    await student.close()
  })

  it.each([400, 820, 1280])(
    'has a map whose words are read at once in a window of %s pixels',
    async width => {
      const student = await StudioPage.open(chromium.browser, studio.address(), {
        viewport: { width, height: 800 },
      })
      const { page } = student
      await page.click('#view-map')
      await page.waitForSelector('.picture [data-element]')
      const sizes = await page.$$eval('.picture text', all => {
        const svg = document.querySelector<SVGSVGElement>('.picture svg')!
        const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width
        return all.map(one => Number.parseFloat(getComputedStyle(one).fontSize) * scale)
      })
      expect(Math.min(...sizes)).toBeGreaterThan(10)
      // And what the stage on the screen is about is seen.
      await student.turnTo(2)
      const isSeen = () =>
        page.evaluate(() => {
          const [picture, thing] = ['.picture', '.picture .marked'].map(one =>
            document.querySelector(one)!.getBoundingClientRect(),
          )
          return thing!.top >= picture!.top && thing!.bottom <= picture!.bottom
        })
      await expect.poll(isSeen).toBe(true)
      await student.close()
    },
  )

  it.each([400, 820, 1280, 1920])('fits a window of %s pixels', async width => {
    const student = await StudioPage.open(chromium.browser, studio.address(), {
      viewport: { width, height: 800 },
    })
    await student.turnTo(6)
    const [content, window] = await student.page.evaluate(() => [
      document.documentElement.scrollWidth,
      innerWidth,
    ])
    expect(content).toBeLessThanOrEqual(window!)
    await student.close()
  })
})
