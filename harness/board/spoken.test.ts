/// <reference lib="dom" />
import { build } from 'esbuild'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { boardHtml } from './board-html.ts'
import { noBrowser, openBrowser } from './browser.testing.ts'
import { exampleClass, NOW } from './class.test-data.ts'

/** The part of @guidepup/virtual-screen-reader that is used in a page. */
interface Reader {
  start(options: { container: Element }): Promise<void>
  next(): Promise<void>
  lastSpokenPhrase(): Promise<string>
  spokenPhraseLog(): Promise<string[]>
  stop(): Promise<void>
}

/** The screen reader, for a page to run. */
async function readerScript(): Promise<string> {
  const contents = "export { virtual } from '@guidepup/virtual-screen-reader/browser.js'"
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'reader',
  })
  return `${outputFiles[0]!.text}; globalThis.reader = reader.virtual`
}

/** All it says from the beginning of an element to its end. */
const said = (page: Page, selector: string): Promise<string[]> =>
  page.evaluate(async query => {
    const { reader } = globalThis as unknown as { reader: Reader }
    const container = document.querySelector(query)!
    await reader.start({ container })
    for (let left = 2_000; left > 0; left--) {
      await reader.next()
      if (/^end of (row|rowgroup|list|banner|group)$|^end of row,/.test(await reader.lastSpokenPhrase()))
        break
    }
    const log = await reader.spokenPhraseLog()
    await reader.stop()
    return log
  }, selector)

const why = noBrowser()
describe.skipIf(why)(`what a screen reader says of the board${why ? ` (${why})` : ''}`, () => {
  let browser: Awaited<ReturnType<typeof openBrowser>>
  let page: Page
  beforeAll(async () => {
    browser = await openBrowser()
    page = (await browser.open(boardHtml(exampleClass(), { now: NOW }))).page
    await page.evaluate(await readerScript())
  })
  afterAll(() => browser?.close())

  /** What is said of each cell in the row of a student, without the words around it. */
  const cellsOf = async (name: string): Promise<string[]> => {
    const at = exampleClass().students.findIndex(student => student.name === name)
    const all = await said(page, `#board tbody tr:nth-child(${at + 1})`)
    return all.flatMap(phrase => (phrase.startsWith('cell, ') ? [phrase.slice('cell, '.length)] : []))
  }

  const ns2 = 'Namespace ns2 on hypervisor has 192.168.10.200/24 on an interface that is up'
  const mapping =
    'On hypervisor, ovn-bridge-mappings maps the network of the localnet port to the bridge of eth2'
  const patch =
    "On hypervisor, OVN has connected br-int and the bridge of eth2 with a pair of patch ports, each the other's peer"

  it.each([
    ['holds', 'Student One', `Student One, ${ns2}: holds, 3 of 3 points`],
    ['holds, given', 'Student One', 'Student One, ovn-northd runs on controller: holds, worth no points'],
    ['fails', 'Student Four', `Student Four, ${mapping}: fails, 0 of 5 points`],
    ['waits', 'Student Four', `Student Four, ${patch}: waits for “${mapping}”, 0 of 5 points`],
    ['unknown', 'Student Seven', `Student Seven, ${ns2}: unknown, ungraded, worth 3 points`],
    ['not believed', 'Student Five', `Student Five, ${ns2}: not believed, ungraded, worth 3 points`],
    [
      'points of a stage',
      'Student Four',
      'Student Four, points of stage 6, “Create the bridge to the physical network on each node”: 13 of 18 points',
    ],
    [
      'ungraded stage',
      'Student Seven',
      'Student Seven, points of stage 2, “Create a namespace on each node”: ungraded, worth 6 points',
    ],
    ['points', 'Student Four', 'Student Four: fails, 69 of 100 points'],
    ['ungraded points', 'Student Seven', 'Student Seven: unknown, ungraded'],
    ['points of nobody believed', 'Student Five', 'Student Five: not believed, ungraded'],
    ['late points', 'Student Six', 'Student Six: holds, 90 of 100 points, late: 10 points deducted'],
    ['time', 'Student Eight', 'Student Eight: 10.0 seconds'],
    [
      'first broken link',
      'Student Four',
      `Student Four: First broken link: “${mapping}”, at hypervisor · Open_vSwitch · Open_vSwitch · external_ids:ovn-bridge-mappings.`,
    ],
    ['no broken link', 'Student One', 'Student One: no broken link'],
    [
      'unreached',
      'Student Eight',
      'Student Eight: Not reached: ssh: connect to 203.0.113.8 port 22: no route to host',
    ],
    [
      'partly unknown',
      'Student Seven',
      'Student Seven: no broken link was seen, but not everything could be inspected',
    ],
    [
      'untrusted',
      'Student Five',
      'Student Five: These machines are not believed: the counters of eth2 on hypervisor did not move while a ping was seen there',
    ],
    [
      'same machine, programs not examined',
      'Student Two',
      'Student Two: same machine as Student Six; the programs of hypervisor could not be examined',
    ],
    [
      'same machine, late',
      'Student Six',
      'Student Six: same machine as Student Two; late: 10 points deducted; lateness counts from 2026-11-25 09:00 UTC, when it could not be inspected',
    ],
    ['attempts', 'Student Four', 'Student Four: attempt 2 of 3'],
    ['no remarks', 'Student One', 'Student One: no remarks'],
  ])('%s', async (_, name, sentence) => {
    expect(await cellsOf(name)).toContain(sentence)
  })

  it('every cell is a sentence about its student, and none is only a sign', async () => {
    for (const name of ['Student Two', 'Student Five', 'Student Eight']) {
      const cells = await cellsOf(name)
      expect(cells).toHaveLength(1 + 30 + 9 + 3)
      for (const cell of cells) expect(cell).toMatch(new RegExp(`^${name}(, .+)?: .{4,}`))
      expect(cells.join()).not.toMatch(/[✔✘⋯]|cheat/i)
    }
  })

  it('a mistake of the class: how many, what, where, who', async () => {
    const clusters = (await said(page, '.clusters > li')).join('\n')
    expect(clusters).toContain('2 of 10 students')
    expect(clusters).toContain(
      'heading, ovn-bridge-mappings = "flat0: br-eth2", but eth2 is in br-eth2; there is no bridge " br-eth2", level 3',
    )
    expect(clusters).toContain('link, Student Ten')
  })

  it('the same in Chinese, after one press', async () => {
    await page.click('[data-lang="zh-TW"]')
    expect(await said(page, 'header')).toContain('button, 中文, pressed')
    const seven = await cellsOf('Student Seven')
    expect(seven).toContain(
      'Student Seven，hypervisor 上的 namespace ns2 有位址 192.168.10.200/24，而且該介面已啟用：無法查看，未評分，這項共 3 分',
    )
    expect(await cellsOf('Student Six')).toContain('Student Six: 成立，100 分中得 90 分，遲交：扣 10 分')
    expect(seven.join()).not.toMatch(/: unknown|ungraded|points/)
    await page.click('[data-lang="en"]')
    expect(await cellsOf('Student One')).toContain(`Student One, ${ns2}: holds, 3 of 3 points`)
  })
})
