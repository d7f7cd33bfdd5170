/// <reference lib="dom" />
import { createHash } from 'node:crypto'
import type { CDPSession, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startSshd, type TestSshd, whyNoSshd } from '../ssh/sshd.testing.ts'
import { noBrowser } from '../testing/chromium.ts'
import { paced } from '../testing/paced.ts'
import { chromiumWithPage, StudioPage } from './browser.testing.ts'
import { testStudio } from './studio.testing.ts'

const waitFor = { timeout: paced(30_000) }
const why = noBrowser() ?? whyNoSshd()

describe.skipIf(why)(`a shell in the browser, over a real sshd${why ? ` (${why})` : ''}`, () => {
  const chromium = chromiumWithPage()
  let sshd: TestSshd
  let studio: Awaited<ReturnType<typeof testStudio>>
  let student: StudioPage
  let page: Page
  let devtools: CDPSession
  beforeAll(async () => {
    sshd = await startSshd()
    const nodes = { controller: sshd.address }
    studio = await testStudio({ inventory: { name: 'one', nodes }, pageFolder: chromium.pageFolder })
    const permissions = ['clipboard-read', 'clipboard-write']
    student = await StudioPage.open(chromium.browser, studio.address(), { permissions })
    page = student.page
    devtools = await page.context().newCDPSession(page)
  })
  afterAll(async () => {
    await student?.close()
    await Promise.all([studio?.end(), sshd?.stop()])
  })
  beforeEach(async () => {
    await page.selectOption('.new select', { label: 'controller' })
    await student.waitForPrompt()
    // Whatever the shell of this computer shows as its prompt.
    await type("PS1='ready# '; clear\n")
    await expect.poll(student.lines.bind(student), waitFor).toEqual(['ready#'])
  })
  afterEach(async () => {
    await page.click('.foot > button')
    await expect.poll(() => page.locator('#shells .xterm').count(), waitFor).toBe(0)
    expect(student.complaints).toEqual([])
  })

  const type = async (words: string) => {
    await page.locator('#shells .xterm').click()
    await page.keyboard.type(words)
  }
  const screen = async () => (await student.lines()).join('\n')
  const compose = (text: string) =>
    devtools.send('Input.imeSetComposition', {
      ...{ text, selectionStart: text.length, selectionEnd: text.length },
    })
  const paste = async (words: string) => {
    await page.evaluate(all => navigator.clipboard.writeText(all), words)
    await page.locator('#shells .xterm').click()
    await page.keyboard.press('Control+Shift+V')
  }
  const composing = () => page.locator('.composition-view')

  it.each([['', false] as const, [', for a screen reader', true] as const])(
    'shows Chinese while it is composed, and types it once it is chosen%s',
    async (_, isForReader) => {
      if (isForReader) await page.click('.switches > button')
      await type('echo ')
      for (const sounds of ['ㄓ', 'ㄓㄨ', 'ㄓㄨㄥ']) await compose(sounds)
      expect(await composing().innerText()).toBe('ㄓㄨㄥ')
      expect((await composing().boundingBox())?.width).toBeGreaterThan(20)
      await devtools.send('Input.insertText', { text: '中' })
      await expect.poll(() => composing().isVisible()).toBe(false)
      await compose('ㄨ')
      // Thought better of.
      await compose('')
      await type('-$((40+2))\n')
      await expect.poll(screen, waitFor).toContain('\n中-42')
      if (!isForReader) return
      await expect.poll(() => page.innerText('.xterm-accessibility-tree')).toContain('中-42')
      expect(await page.textContent('.xterm-accessibility .live-region')).toContain('中-42')
      expect(await student.findings()).toEqual([])
      await page.click('.switches > button')
    },
  )

  it('does not widen the page by what is composed at its edge', async () => {
    await type('x'.repeat(70))
    await compose('ㄓㄨㄥ'.repeat(20))
    await expect.poll(() => composing().isVisible()).toBe(true)
    const [wide, room] = await page.$eval('.terminal[data-shell]', ({ scrollWidth, clientWidth }) => [
      scrollWidth,
      clientWidth,
    ])
    expect(wide).toBe(room)
  })

  it('pastes lines behind the prompt, where Enter runs them, and copies what is selected', async () => {
    await paste('echo 一-$((1+1))\necho two-$((2+2))\n')
    await expect.poll(screen, waitFor).toContain('echo two-$((2+2))')
    expect(await screen()).not.toContain('一-2')
    await page.keyboard.press('Enter')
    await expect.poll(screen, waitFor).toContain('一-2\ntwo-4')
    const row = page.locator('#shells .xterm-rows > div', { hasText: 'two-4' }).last()
    const { x, y } = (await row.boundingBox())!
    await page.mouse.dblclick(x + 10, y + 8)
    await page.keyboard.press('Control+Shift+C')
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe('two-4')
  })

  it('runs nothing of a paste that would end itself', async () => {
    await paste('echo a\x1b[201~; echo sly-$((1+1))\r\x03\recho b')
    await expect.poll(screen, waitFor).toMatch(/echo b$/)
    expect(await screen()).not.toContain('sly-2')
  })

  it('takes a paste that is longer than a message', async () => {
    await type('stty -icanon -echo; head -c 2400000 | md5sum; stty sane\n')
    // Behind the moment in which the terminal stops showing what is typed.
    await page.waitForTimeout(500)
    const pasted = '😀中x'.repeat(300_000)
    await paste(pasted)
    await expect
      .poll(screen, { timeout: paced(60_000) })
      .toContain(createHash('md5').update(pasted).digest('hex'))
    expect(await page.innerText('.notices')).toBe('')
  })

  it('shows its last row whole', async () => {
    await type('seq 1 200\n')
    await expect.poll(screen, waitFor).toMatch(/200\nready#$/)
    const [row, place] = await Promise.all([
      page.locator('#shells .xterm-rows > div').last().boundingBox(),
      page.locator('.terminal[data-shell]').boundingBox(),
    ])
    expect(row!.y + row!.height).toBeLessThanOrEqual(place!.y + place!.height)
  })

  it('draws 10 MB to their end, and Ctrl-C ends what would go on', async () => {
    await type('yes 中文 | head -c 10000000 | fold; echo done-$((5*5))\n')
    await expect.poll(screen, { timeout: paced(120_000) }).toContain('done-25')
    await type('yes\n')
    await expect.poll(screen, waitFor).toMatch(/y\ny\ny$/)
    await page.keyboard.press('Control+c')
    await expect.poll(screen, waitFor).toMatch(/ready#$/)
  })

  it('says that Enter runs what a button has typed, until a key is pressed', async () => {
    await student.turnTo(2)
    await page.click('.commands button.type')
    await expect.poll(screen, waitFor).toMatch(/ready# create-ns ns1/)
    await expect.poll(() => page.innerText('.foot [role=status]')).toBe('Press Enter to run it.')
    await page.keyboard.press('Control+c')
    await expect.poll(() => page.innerText('.foot [role=status]')).toBe('')
  })

  it('begins below what was printed when it was lost, and says that it is another shell', async () => {
    await type('seq 1 5\n')
    await expect.poll(screen, waitFor).toMatch(/\n5\nready# ?$/)
    // Whoever is killed takes along what it has not passed on.
    await type('kill -9 $PPID\n')
    await expect.poll(screen, waitFor).toMatch(/^ready#.*\n1\n2\n3\n4\n5\nready#.*\n.*# ?$/s)
    expect(await page.innerText('.foot')).toContain('This is a new shell')
    await type('id -u\n')
    await expect.poll(screen, waitFor).toMatch(/5\n.*id -u\n0\n/s)
    expect(await page.innerText('.foot')).not.toContain('This is a new shell')
  })

  it('is as it was after the page has slept', async () => {
    await devtools.send('Page.setWebLifecycleState', { state: 'frozen' })
    studio.cut()
    await devtools.send('Page.setWebLifecycleState', { state: 'active' })
    await type('echo awake-$((3+3))\n')
    await expect.poll(screen, waitFor).toContain('awake-6')
  })

  it('is reached anew when the connection died without a word', async () => {
    await page.evaluate(() => {
      const { send } = WebSocket.prototype
      WebSocket.prototype.send = () => {}
      document.dispatchEvent(new Event('visibilitychange'))
      // What replaces it is another one.
      setTimeout(() => Object.assign(WebSocket.prototype, { send }), 4_000)
    })
    await expect.poll(() => page.innerText('.notices'), waitFor).toContain('connection to the studio is lost')
    await expect.poll(() => page.innerText('.notices'), waitFor).toBe('')
    await type('echo again-$((4+4))\n')
    await expect.poll(screen, waitFor).toContain('again-8')
  })
})
