/// <reference lib="dom" />
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { KeptFrames } from '../capture/kept-frames.ts'
import { studioCheckpoints } from '../cli/studio-checkpoints.ts'
import { LANGS } from '../core/text.ts'
import { embeddedInventory } from '../embedded/embedded-inventory.ts'
import { loadProofs } from '../judge/load-proofs.ts'
import type { LiveLesson } from '../live/live.ts'
import { openLive } from '../live/open-live.ts'
import { noBrowser } from '../testing/chromium.ts'
import { paced } from '../testing/paced.ts'
import { otherTurn } from '../testing/part.ts'
import { noLabReason, type RealLab, realLab } from '../testing/real-lab.ts'
import { chromiumWithPage, StudioPage } from './browser.testing.ts'
import { openStudio, type Studio } from './studio.ts'

const LAB = 'studio-walk'
const why = noLabReason || otherTurn(1) || (noBrowser() && ` (skipped: ${noBrowser()})`)

describe.skipIf(why)(`day 06 in the studio, in a browser${why ?? ''}`, () => {
  let lab: RealLab
  const chromium = chromiumWithPage()
  let live: LiveLesson
  let studio: Studio
  const home = mkdtempSync(join(tmpdir(), 'studio-home-'))
  beforeAll(async () => {
    vi.stubEnv('XDG_STATE_HOME', home)
    lab = await realLab(LAB)
  })
  afterAll(async () => {
    await lab?.down()
    vi.unstubAllEnvs()
    rmSync(home, { recursive: true })
  })
  afterEach(() => Promise.all([studio?.close(), live?.close()]))

  const open = async () => {
    const inventory = (await embeddedInventory(LAB))!
    const { lesson } = lab
    const kept = new KeptFrames()
    const checkpoints = studioCheckpoints(lesson.id, { lab: LAB, lang: 'en' })
    live = openLive({ lesson, proofs: await loadProofs(lesson), lab: inventory, kept })
    const listen = { host: '127.0.0.1', port: 0 }
    studio = await openStudio({
      ...{
        lesson,
        lang: 'en',
        inventory,
        live: Promise.resolve(live),
        listen,
        isShared: true,
        pageFolder: chromium.pageFolder,
        kept,
        checkpoints,
      },
    })
  }
  const waitFor = { timeout: paced(60_000) }

  it.each(LANGS)('is walked from untouched to complete by the shells alone, in %s', async lang => {
    await lab.undo()
    await open()
    const student = await StudioPage.open(chromium.browser, studio.address())
    const { page } = student
    await page.click(`.languages [lang="${lang}"]`)
    const text = (selector: string) => page.innerText(selector)
    const steps = page.locator('.step')
    await expect.poll(() => text('.whole')).toMatch(lang === 'en' ? /^3 of 30 hold/ : /^30 項中有 3 項成立/)

    // A claim that fails says what was expected and seen; its hints come one by one.
    await student.turnTo(2)
    const claim = page.locator('[data-claim="ns1-address"], .claim.fails').first()
    await expect
      .poll(() => claim.innerText())
      .toMatch(lang === 'en' ? /Expected[\s\S]*Saw/ : /預期[\s\S]*看到/)
    expect(await claim.locator('.hints li').count()).toBe(0)
    await claim.locator('.hints button').click()
    await expect.poll(() => claim.locator('.hints li').count()).toBe(1)
    // The map outlines what is missing.
    await page.click('#view-map')
    await expect.poll(() => page.locator('.picture .missing').count(), waitFor).toBeGreaterThan(3)
    await page.click('#view-claims')

    await student.turnTo(0)
    await student.typeChapter()
    const stages = lab.lesson.stages.filter(({ extra }) => !extra)
    for (const [index] of stages.entries()) {
      await student.turnTo(index + 1)
      await student.typeChapter()
      await expect
        .poll(() => steps.nth(index + 1).getAttribute('class'), { ...waitFor, message: stages[index]!.id })
        .toContain('done')
    }
    await expect
      .poll(() => text('.whole'), waitFor)
      .toBe(lang === 'en' ? 'This lesson is complete.' : '這一課完成了。')
    expect(await text('.changes')).toMatch(lang === 'en' ? /holds? now/ : /現在成立/)
    await page.click('#view-map')
    await expect.poll(() => page.locator('.picture .missing').count(), waitFor).toBe(0)

    // A packet is followed over it.
    await page.fill('.probe input', '192.168.10.1')
    await page.click('.probe button')
    await expect.poll(() => text('.trail'), waitFor).toMatch(lang === 'en' ? /answers ns1/ : /有回應 ns1/)

    await expect.poll(() => page.locator('.picture .heard').count()).toBeGreaterThan(2)
    // A thing opens its rows and what was counted there; so does what joins it to another one.
    await page.locator('.picture [data-element^="outer:"]').first().click()
    await expect.poll(() => text('.details .counters'), waitFor).toMatch(/rx_packets\s+[1-9]/)
    await page
      .locator('.details .edges button')
      .filter({ hasText: /veth pair|一對 veth/ })
      .first()
      .click()
    await expect.poll(() => page.locator('.details .counters').count()).toBeGreaterThan(1)
    expect(await student.findings()).toEqual([])
    await page.locator('.map-choice button >> nth=1').click()
    await expect.poll(() => page.locator('.map-list li').count()).toBeGreaterThan(20)
    expect(await student.findings()).toEqual([])
    await page.locator('.map-choice button >> nth=0').click()
    await page.locator('.details .bar button').last().click()
    // Its packets are listed, opened and saved.
    await page.click('#view-packets')
    const packets = page.locator('.packets details')
    await expect.poll(() => packets.count()).toBeGreaterThan(4)
    await packets.filter({ hasText: 'ICMP echo request' }).first().locator('summary').click()
    expect(await page.locator('.packets dl:visible').innerText()).toContain('total length')
    const saved = await page.request.get(new URL('/save/packets.pcapng', page.url()).href)
    expect((await saved.body()).readUInt32BE(0)).toBe(0x0a0d0d0a)
    await page.click('#view-map')

    // The other language says the same, and nothing is lost by it.
    const other = LANGS.find(one => one !== lang)!
    const before = await student.lines()
    await page.click(`.languages [lang="${other}"]`)
    await expect.poll(() => page.getAttribute('html', 'lang')).toBe(other)
    // Longer words may have taken a row from the shell.
    await expect.poll(async () => (await student.lines()).slice(-5)).toEqual(before.slice(-5))
    expect(await text('.trail')).toMatch(other === 'en' ? /answers ns1/ : /有回應 ns1/)
    // What became of it before a change is no news of the lab as it is now.
    await lab.shell('controller', 'ip link add walk type veth peer name walk2 && ip link del walk')
    const old = other === 'en' ? /changed since then/ : /之後實驗環境有變更/
    await expect.poll(() => text('.trail'), waitFor).toMatch(old)
    expect(await page.locator('.picture .heard').count()).toBe(0)
    expect(student.complaints).toEqual([])
    await student.close()
  })

  it('comes back to a checkpoint, after a question', async () => {
    await lab.undo()
    await lab.solve('namespaces')
    await open()
    const student = await StudioPage.open(chromium.browser, studio.address())
    const { page } = student
    await student.turnTo(2)
    await expect.poll(() => page.locator('.claim.holds').count(), waitFor).toBe(2)
    await page.click('.checkpoints summary')
    await page.click('.checkpoints .menu > button')
    await expect.poll(() => page.locator('.checkpoints li').count(), waitFor).toBe(1)
    await expect.poll(() => page.innerText('.checkpoints summary'), waitFor).toBe('Checkpoints')
    await page.click('.checkpoints summary')
    await lab.undo()
    await expect.poll(() => page.locator('.claim.fails').count(), waitFor).toBe(2)
    await page.click('.checkpoints li button')
    const ask = page.getByRole('alertdialog')
    expect(await ask.innerText()).toContain('It is saved first. Go on?')
    expect(await page.locator('.claim.holds').count()).toBe(0)
    expect(await student.findings()).toEqual([])
    await ask.getByRole('button', { name: 'Yes' }).click()
    await expect.poll(() => page.locator('.claim.holds').count(), waitFor).toBe(2)
    await expect
      .poll(() => page.innerText('.notice.good'), waitFor)
      .toContain(`Lab "${LAB}" is again what it was`)
    await lab.undo()
    await student.close()
  })

  it('shows a node that is switched off, and goes on when it is back', async () => {
    await open()
    const student = await StudioPage.open(chromium.browser, studio.address())
    const { page } = student
    await student.turnTo(1)
    await page.selectOption('.new select', { label: 'hypervisor' })
    await student.waitForPrompt()
    await page.keyboard.type('reboot\n')
    await expect
      .poll(() => page.locator('.notice').allInnerTexts(), waitFor)
      .toEqual([expect.stringMatching(/hypervisor/)])
    await expect.poll(() => page.locator('.claim.unknown').count(), waitFor).toBeGreaterThan(0)
    expect(await page.locator('.claim.fails').count()).toBe(0)
    await expect.poll(() => page.locator('.notice').count(), { timeout: paced(120_000) }).toBe(0)
    await expect.poll(() => page.locator('.claim.holds').count(), { timeout: paced(120_000) }).toBe(3)
    await student.waitForPrompt()
    expect((await student.lines()).join('\n')).toContain('reboot')
    await student.close()
  })

  it('lets a guest see all, and type only after the student’s yes', async () => {
    await open()
    const student = await StudioPage.open(chromium.browser, studio.address())
    const guest = await StudioPage.open(chromium.browser, studio.shareAddress!)
    await student.page.selectOption('.new select', { label: 'controller' })
    await student.waitForPrompt()
    await student.page.keyboard.type('echo seen-$((40+2))\n')
    await expect.poll(async () => (await guest.lines()).join()).toContain('seen-42')
    await expect.poll(() => student.page.innerText('.about')).toContain('1 person is looking on')
    expect(await guest.page.locator('.type, .run, .new, .again button').count()).toBe(0)
    expect(await guest.page.innerText('.typing')).toContain('You only see this shell.')
    await guest.page.locator('#shells .xterm').click()
    await guest.page.keyboard.type('echo not-yet\n')
    await guest.page.fill('.typing input', 'Ms <b>Lin</b>')
    await guest.page.click('.typing button')
    const ask = student.page.getByRole('alertdialog')
    expect(await ask.innerText()).toContain('Ms <b>Lin</b> asks to type into controller.')
    expect(await student.findings()).toEqual([])
    await ask.getByRole('button', { name: 'Yes' }).click()
    await expect.poll(() => guest.page.innerText('.typing')).toContain('You may type here.')
    expect(await student.page.innerText('.typing')).toContain('Ms <b>Lin</b> may type here.')
    await guest.page.locator('#shells .xterm').click()
    await guest.page.keyboard.type('echo by-guest-$((1+1))\n')
    await expect.poll(async () => (await student.lines()).join()).toContain('by-guest-2')
    expect((await student.lines()).join()).not.toContain('not-yet')
    expect(await guest.findings()).toEqual([])
    await student.page.click('.typing button')
    await expect.poll(() => guest.page.innerText('.typing')).toContain('You may no longer type here.')
    expect([...student.complaints, ...guest.complaints]).toEqual([])
    await Promise.all([student.close(), guest.close()])
  })
})
