import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { launchChromium } from '../testing/chromium.ts'
import { paced } from '../testing/paced.ts'

export { noBrowser } from '../testing/chromium.ts'

/** A page as somebody opens it from a file, and what its console and dialogs said. */
export interface OpenedPage {
  page: Page
  complaints: string[]
}

/** A real browser for the tests of a file; `close` ends it and removes its files. */
export async function openBrowser(): Promise<{
  open(html: string, options?: BrowserContextOptions): Promise<OpenedPage>
  close(): Promise<void>
}> {
  const folder = mkdtempSync(join(tmpdir(), 'board-'))
  const browser = await launchChromium()
  let pages = 0
  return {
    async open(html, options = {}) {
      const file = join(folder, `${++pages}.html`)
      writeFileSync(file, html)
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })
      context.setDefaultTimeout(paced(30_000))
      const page = await context.newPage()
      const complaints: string[] = []
      page.on('console', message => complaints.push(message.text()))
      page.on('pageerror', error => complaints.push(error.message))
      page.on('dialog', dialog => {
        complaints.push(`dialog: ${dialog.message()}`)
        void dialog.dismiss()
      })
      page.on('request', request => {
        if (request.url() !== pathToFileURL(file).href) complaints.push(`request: ${request.url()}`)
      })
      await page.goto(pathToFileURL(file).href)
      return { page, complaints }
    },
    async close() {
      await browser.close()
      rmSync(folder, { recursive: true })
    },
  }
}
