import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { embeddedInventory } from '../embedded/embedded-inventory.ts'
import { sh } from '../embedded/lab.testing.ts'
import { noLabReason, type RealLab, realLab } from '../testing/real-lab.ts'
import { openPage, type TestPage } from './page.testing.ts'
import { testStudio } from './studio.testing.ts'

const LAB = 'studio'

describe.skipIf(noLabReason)(`shells of the studio on a real lab${noLabReason}`, () => {
  let lab: RealLab
  let studio: Awaited<ReturnType<typeof testStudio>>
  let page: TestPage
  beforeAll(async () => {
    lab = await realLab(LAB)
  })
  afterAll(() => lab?.down())
  beforeEach(async () => {
    studio = await testStudio({ inventory: (await embeddedInventory(LAB))! })
    page = await openPage(studio.address())
  })
  afterEach(() => studio.end())

  /** Opens a shell, and waits for its prompt. */
  const open = async (place: { node: string; netns?: string }, on = page): Promise<number> => {
    const before = on.shells.map(({ id }) => id)
    on.do({ do: 'open-shell', ...place })
    await expect
      .poll(() => on.shells.find(({ id, state }) => !before.includes(id) && state === 'open'))
      .toBeDefined()
    const { id } = on.shells.find(shell => !before.includes(shell.id))!
    on.do({ do: 'show-shell', shell: id })
    await expect.poll(() => on.text(id)).toContain('# ')
    return id
  }
  const type = (shell: number, data: string, on = page) => on.do({ do: 'type', shell, data })
  const reads = (shell: number, words: string, on = page) =>
    expect.poll(() => on.text(shell)).toContain(words)

  it('are root’s, in UTF-8 and in colour, and as large as the page has room', async () => {
    const shell = await open({ node: 'controller' })
    page.do({ do: 'size', shell, cols: 101, rows: 33 })
    type(shell, 'id -un; stty size; echo $TERM; echo 中文$((6*7))字\r')
    await reads(shell, '中文42字')
    expect(page.text(shell)).toMatch(/root\r\n33 101\r\nxterm-256color\r\n/)
  })

  it('type what a button says, and run it when Enter is pressed', async () => {
    const shell = await open({ node: 'hypervisor' })
    page.do({ do: 'type-command', shell, command: 'echo one-$((1+1))\necho two-$((2+2))\n', runs: false })
    await reads(shell, 'echo two-$((2+2))')
    await pause(500)
    expect(page.text(shell)).not.toContain('one-2')
    type(shell, '\r')
    await reads(shell, 'two-4')
    expect(page.text(shell)).toContain('one-2')
    // A program that reads line by line would run them as they come: they are not typed at all.
    type(shell, 'cat\r')
    await pause(500)
    page.do({ do: 'type-command', shell, command: 'never\nat once', runs: false })
    await expect.poll(() => page.last('sorry')?.words.en).toContain('several lines')
    expect(page.text(shell)).not.toContain('never')
  })

  it('open where a command is typed and none is there, and type it at the prompt', async () => {
    page.do({ do: 'open-shell', node: 'controller', command: 'hostname; echo so-$((3*3))', runs: true })
    await expect.poll(() => page.last('opened')).toBeDefined()
    const { shell } = page.last('opened')!
    page.do({ do: 'show-shell', shell })
    await reads(shell, 'so-9')
  })

  it('may be in a namespace', async () => {
    await sh(LAB, 'controller', 'ip netns add apart')
    const shell = await open({ node: 'controller', netns: 'apart' })
    type(shell, 'ip -o link | wc -l; ip netns identify\r')
    await reads(shell, '1\r\napart')
    expect(page.shells.find(({ id }) => id === shell)?.title).toBe('controller · apart')
    await sh(LAB, 'controller', 'ip netns del apart')
  })

  it('are many', async () => {
    const shells: number[] = []
    for (let count = 0; count < 11; count++) shells.push(await open({ node: 'controller' }))
    for (const shell of shells) type(shell, `echo mine-$((${shell}+1000))\r`)
    for (const shell of shells) await reads(shell, `mine-${shell + 1000}`)
    expect(page.shells.at(-1)?.title).toBe('controller (11)')
  })

  it('print 100 MB without losing what can be seen, while other shells answer', async () => {
    const [loud, quiet] = [await open({ node: 'controller' }), await open({ node: 'controller' })]
    const sleeper = await openPage(studio.address())
    sleeper.do({ do: 'show-shell', shell: loud })
    await reads(loud, '# ', sleeper)
    sleeper.isAwake = false
    type(loud, "head -c 100000000 /dev/zero | tr '\\0' x | fold -w 99; echo done-$((5*5))\r")
    await pause(1_000)
    type(quiet, 'echo meanwhile-$((4+4))\r')
    await reads(quiet, 'meanwhile-8')
    expect(page.text(loud)).not.toContain('done-25')
    const mostHeld = process.memoryUsage().rss
    await expect.poll(() => page.text(loud), { timeout: 120_000 }).toContain('done-25')
    expect(page.bytes).toBeGreaterThan(100_000_000)
    // Who slept was not waited for, got little, and sees the end when it wakes.
    expect(sleeper.bytes).toBeLessThan(20_000_000)
    const before = sleeper.last('screen')!.generation
    sleeper.do({ do: 'drawn', shell: loud, generation: before, bytes: 1 })
    await reads(loud, 'done-25', sleeper)
    expect(process.memoryUsage().rss - mostHeld).toBeLessThan(200 * 2 ** 20)
    sleeper.close()
  })

  it('stop when the page does not draw, and go on when it does', async () => {
    const shell = await open({ node: 'controller' })
    page.isAwake = false
    type(shell, 'yes | head -c 5000000; echo end-$((1+1))\r')
    await expect.poll(() => page.bytes).toBeGreaterThan(400_000)
    await pause(300)
    expect(page.bytes).toBeLessThan(1_500_000)
    page.isAwake = true
    page.do({ do: 'show-shell', shell })
    await reads(shell, 'end-2')
  })

  it('outlive a page: the next one sees what was on the screen', async () => {
    const shell = await open({ node: 'hypervisor' })
    type(shell, 'printf "\\033[31mred-$((2*4))\\033[0m\\n"\r')
    await reads(shell, 'red-8')
    page.close()
    const next = await openPage(studio.address())
    await expect.poll(() => next.shells.map(({ id }) => id)).toEqual([shell])
    next.do({ do: 'show-shell', shell })
    await reads(shell, '\x1b[31mred-8', next)
    type(shell, 'echo on-$((3+4))\r', next)
    await reads(shell, 'on-7', next)
  })

  it('answer a program’s question about the terminal once, with two pages open', async () => {
    const shell = await open({ node: 'controller' })
    const other = await openPage(studio.address())
    other.do({ do: 'show-shell', shell })
    await reads(shell, '# ', other)
    type(
      shell,
      'printf "\\033[6n"; read -rsd R a; read -rst 1 -n 1 b; echo "got $(echo "$a" | tail -c 5) and $b."\r',
    )
    await expect.poll(() => page.text(shell)).toMatch(/got .*\d;1 and \./)
  })

  it('are opened again after the node was switched off and on', async () => {
    const shell = await open({ node: 'hypervisor' })
    type(shell, 'echo before-$((8*8))\r')
    await reads(shell, 'before-64')
    type(shell, 'reboot\r')
    await expect.poll(() => page.shells[0]?.reason?.en).toMatch(/hypervisor/)
    await expect.poll(() => page.shells[0]?.state, { timeout: 120_000 }).toBe('open')
    type(shell, 'echo after-$((9*9))\r')
    await reads(shell, 'after-81')
    expect(page.text(shell)).toContain('before-64')
  })

  it('leave nothing on the nodes when the studio is closed', async () => {
    const shell = await open({ node: 'controller' })
    type(shell, 'sleep 4711 & sleep 4712\r')
    await reads(shell, '[1]')
    const left = async () => {
      const { stdout } = await sh(
        LAB,
        'controller',
        'ps -eo args | grep -E "^(bash -l|/bin/bash -l|/usr/bin/bash -l|sleep 471)"',
      )
      return stdout.trim().split('\n').filter(Boolean).sort()
    }
    await expect.poll(left).toEqual([expect.stringMatching(/bash -l$/), 'sleep 4711', 'sleep 4712'])
    await studio.close()
    await expect.poll(left).toEqual([])
  })

  describe('and a guest', () => {
    let guest: TestPage
    beforeEach(async () => {
      guest = await openPage(studio.shareAddress!)
    })

    it('sees everything, and types only where and as long as the student lets them', async () => {
      const shell = await open({ node: 'controller' })
      guest.do({ do: 'show-shell', shell })
      await reads(shell, '# ', guest)
      type(shell, 'echo sly-$((1+1))\r', guest)
      guest.do({ do: 'open-shell', node: 'controller' })
      guest.do({ do: 'type-command', shell, command: 'echo sly-$((1+1))', runs: true })
      guest.do({ do: 'close-shell', shell })
      guest.do({ do: 'ask-to-type', shell, name: 'Ms Lin' })
      await expect.poll(() => page.last('guest-asks')).toMatchObject({ name: 'Ms Lin', shell })
      page.do({ do: 'answer', ask: page.last('guest-asks')!.ask, yes: false })
      await expect.poll(() => guest.last('answered')?.yes).toBe(false)
      type(shell, 'echo sly-$((1+1))\r', guest)
      guest.do({ do: 'ask-to-type', shell, name: 'Ms Lin' })
      await expect.poll(() => page.heard.filter(({ say }) => say === 'guest-asks')).toHaveLength(2)
      page.do({ do: 'answer', ask: page.last('guest-asks')!.ask, yes: true })
      await expect.poll(() => page.shells[0]?.typing).toBe('Ms Lin')
      type(shell, 'echo welcome-$((2+2))\r', guest)
      await reads(shell, 'welcome-4')
      expect(page.text(shell)).not.toContain('sly-')
      page.do({ do: 'stop-guest', shell })
      await expect.poll(() => page.shells[0]?.typing).toBeUndefined()
      type(shell, 'echo late-$((2+2))\r', guest)
      type(shell, 'echo mine-$((3+3))\r')
      await reads(shell, 'mine-6', guest)
      expect(page.text(shell)).not.toContain('late-')
      expect(page.shells).toHaveLength(1)
    })

    it('loses the permission with the page', async () => {
      const shell = await open({ node: 'controller' })
      guest.do({ do: 'ask-to-type', shell, name: '<b>Lin</b>' })
      await expect.poll(() => page.last('guest-asks')).toBeDefined()
      page.do({ do: 'answer', ask: page.last('guest-asks')!.ask, yes: true })
      await expect.poll(() => page.shells[0]?.typing).toBe('<b>Lin</b>')
      guest.close()
      await expect.poll(() => page.shells[0]?.typing).toBeUndefined()
    })
  })
})
