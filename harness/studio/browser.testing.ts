/// <reference lib="dom" />
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type axe from 'axe-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, expect } from 'vitest'
import { checkout } from '../core/checkout.ts'
import { launchChromium } from '../testing/chromium.ts'
import { paced } from '../testing/paced.ts'

/** The page as it is built; returns its folder, which whoever asked removes. */
export async function builtPage(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'studio-page-'))
  const { buildPage } = (await import(join(checkout, 'harness/build.mjs'))) as {
    buildPage(checkout: string, outdir: string): Promise<unknown>
  }
  await buildPage(checkout, folder)
  return folder
}

/** Chromium, and the page as it is built, for all tests of a group: there from its first test on, gone after its last. */
export function chromiumWithPage(): { browser: Browser; pageFolder: string } {
  const both = {} as { browser: Browser; pageFolder: string }
  beforeAll(async () => {
    ;[both.browser, both.pageFolder] = await Promise.all([launchChromium(), builtPage()])
  })
  afterAll(async () => {
    await both.browser?.close()
    rmSync(both.pageFolder, { recursive: true })
  })
  return both
}

/** What somebody does with the studio in a browser. */
export class StudioPage {
  readonly page: Page
  /** What its console, its policy and failed requests said. */
  readonly complaints: string[]

  private constructor(page: Page, complaints: string[]) {
    this.page = page
    this.complaints = complaints
  }

  static async open(browser: Browser, address: string, options: BrowserContextOptions = {}) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })
    context.setDefaultTimeout(paced(30_000))
    const page = await context.newPage()
    const complaints: string[] = []
    page.on('console', message => complaints.push(message.text()))
    page.on('pageerror', error => complaints.push(error.message))
    const { origin } = new URL(address)
    page.on('request', request => {
      if (!request.url().startsWith(origin) && !request.url().startsWith('data:'))
        complaints.push(`request: ${request.url()}`)
    })
    await page.goto(address)
    await page.waitForSelector('.studio')
    return new StudioPage(page, complaints)
  }

  /** Turns to a chapter: 0 is the introduction. */
  async turnTo(chapter: number): Promise<void> {
    await this.page.locator('.step').nth(chapter).click()
  }

  /** The lines on the shell's screen that is shown, without empty ones. */
  async lines(): Promise<string[]> {
    const rows = await this.page.$$eval('#shells .xterm-rows > div', all =>
      all.map(row => row.textContent ?? ''),
    )
    return rows.map(row => row.replaceAll('\u00a0', ' ').trimEnd()).filter(Boolean)
  }

  async waitForPrompt(): Promise<void> {
    await expect.poll(async () => (await this.lines()).at(-1), { timeout: paced(60_000) }).toMatch(/# ?$/)
  }

  /** Types every block of the chapter by its button, and runs it by Enter, as a reader does. */
  async typeChapter(): Promise<void> {
    const blocks = await this.page.locator('figure.commands:has(.pair)').all()
    for (const block of blocks) {
      const [note = ''] = await block.locator('.note').allInnerTexts()
      const words = (await block.locator('code').innerText()).trimEnd()
      for (const button of await block.locator('button.type').all()) {
        await button.click()
        const last = words.split('\n').at(-1)!
        const node = (await button.innerText()).split(' ').at(-1)!
        // Behind the prompt of that node: the same command may stand on the screen that is still shown.
        await expect
          .poll(async () => (await this.lines()).join('').split(`root@${node}:`).slice(1).at(-1), {
            timeout: paced(30_000),
          })
          .toContain(last.slice(0, 40))
        // Not waitForFunction: it would need eval, which the page's policy forbids.
        await expect
          .poll(() => this.page.evaluate(() => document.activeElement?.className))
          .toContain('xterm-helper-textarea')
        await this.page.keyboard.press('Enter')
        if (/Ctrl-C/.test(note)) {
          await this.page.waitForTimeout(1_000)
          await this.page.keyboard.press('Control+c')
        }
        if (!/shell/.test(note)) await this.waitForPrompt()
      }
    }
  }

  /** What axe finds, with its best practices: rule and element. */
  async findings(): Promise<string[]> {
    const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
    // Not a script of the page: its policy stays in force.
    await this.page.evaluate(source)
    const { violations } = await this.page.evaluate(() =>
      (globalThis as unknown as { axe: typeof axe }).axe.run(document, { resultTypes: ['violations'] }),
    )
    return violations.flatMap(({ id, nodes }) => nodes.map(node => `${id}: ${node.html.slice(0, 200)}`))
  }

  close = () => this.page.context().close()
}
