import { describe, expect, it } from 'vitest'
import { day06, onTerminal } from './on-terminal.testing.ts'
import { begun, failing, scripted } from './scripted.testing.ts'
import { pressed } from './state.ts'

const ids = (stage: string) => day06.stages.find(({ id }) => id === stage)!.claims.map(({ id }) => id)
const all = (stage: string) => Object.fromEntries(ids(stage).map(id => [id, 'holds' as const]))

describe('a watched lesson on a terminal', () => {
  it('shows the first stage that is not done, what is wrong there, and which keys there are', async () => {
    const { lab, screen } = onTerminal()
    lab.judge({
      ...all('machines'),
      ...all('namespaces'),
      'port-ns1': failing(),
      'port-ns2': failing(),
      'one-switch': 'waits',
    })
    const shown = await screen()
    expect(shown).toContain('3 Create the logical switch and its ports')
    expect(shown).toMatch(/▸ ✘ fails .*\n(.*\n)? +Expected {2}a port of the switch/)
    expect(shown).toContain('Where     controller · OVN_Northbound')
    expect(shown).toMatch(/ {2}h hint 0\/3 .* q quit *$/)
    expect(shown).not.toContain('First step')
  })

  it('says a long command whole, in two lines', async () => {
    const { lab, screen } = onTerminal()
    lab.judge({ ...all('machines'), 'ns1-address': 'fails', 'ns2-address': 'fails' })
    lab.judge(
      { 'ns1-address': 'holds' },
      'ovs-vsctl add-port br-int veth-ns1-br -- set Interface veth-ns1-br external_ids:iface-id=ls0-ns1',
    )
    expect(await screen()).toMatch(/ovs-vsctl add-port [^…]*\n[^…]*iface-id=ls0-ns1 *\n {2}→ /)
  })

  it('says what changed and what follows from it, and turns to the next stage', async () => {
    const { lab, screen } = onTerminal()
    lab.judge({ ...all('machines'), 'ns1-address': 'fails', 'ns2-address': 'fails' })
    lab.judge({ 'ns1-address': 'holds' }, 'interface veth-ns1 added')
    expect(await screen()).toMatch(
      /controller: interface veth-ns1 added *\n {2}→ “Namespace ns1 .*[\s\S]*” holds now/,
    )
    lab.judge(
      { 'ns2-address': 'holds', 'port-ns1': 'fails', 'port-ns2': 'fails' },
      'interface veth-ns2 added',
    )
    const shown = await screen()
    expect(shown).toMatch(/veth-ns2 added *\n {2}→ “[\s\S]*” holds now, 2 claims\s+fail now/)
    expect(shown).toContain('3 Create the logical switch')
  })

  it('shows no verdict of before a change, where the one after it takes its time', async () => {
    const { lab, screen } = onTerminal()
    lab.judge({ ...all('machines'), 'ns1-address': 'holds', 'ns2-address': 'fails' })
    const judging = (...stale: string[]) =>
      lab.tell({ kind: 'judging', claims: new Set(ids('namespaces')), stale: new Set(stale) })
    judging('ns1-address')
    expect(await screen()).toContain('✔ holds    Namespace ns1')
    await expect.poll(screen).toContain('~ looking  Namespace ns1')
    expect(await screen()).toContain('✘ fails    Namespace ns2')
    // What is only looked at once more keeps its verdict.
    judging()
    expect(await screen()).toContain('✔ holds    Namespace ns1')
  })

  it('writes only lines that changed', async () => {
    const { lab, written, lines } = onTerminal()
    lab.judge({ ...all('machines'), 'ns1-address': 'fails', 'ns2-address': 'fails' })
    await lines()
    const before = written.length
    lab.judge({ 'ns1-address': 'fails', 'ns2-address': 'fails' })
    await lines()
    expect(written.slice(before)).toEqual([])
    lab.judge({ 'ns2-address': 'holds' })
    await lines()
    const rows = [
      ...written
        .slice(before)
        .join('')
        .matchAll(/\u001b\[(\d+);1H/g),
    ].length
    expect(rows).toBeGreaterThan(0)
    expect(rows).toBeLessThan(8)
    expect(written.slice(before).join('')).not.toContain('\u001b[2J')
  })

  it('opens a hint step by step, and says so', async () => {
    const { lab, press, screen, opened } = onTerminal()
    lab.judge({ ...all('machines'), 'ns1-address': failing() })
    await screen()
    press('h')
    expect(await screen()).toMatch(/Hint {6}First step[\s\S]*h hint 1\/3/)
    press('hhhh')
    expect(await screen()).toMatch(/First step\n +Second step\n +Third step[\s\S]*h hint 3\/3/)
    expect(opened.map(([, steps]) => steps)).toEqual([1, 2, 3])
  })

  it('turns pages, stages, claims and the language, looks again, and ends', async () => {
    const { lab, press, screen, ended } = onTerminal()
    lab.judge({ ...all('machines'), 'ns1-address': failing(), 'ns2-address': failing() })
    press('n')
    expect(await screen()).toContain('3 Create the logical switch')
    press('pp')
    expect(await screen()).toMatch(/1 .*\n {2}✔ holds/)
    press('n')
    press('\u001b[B')
    expect(await screen()).toMatch(/▸ ✘ fails {4}Namespace ns2/)
    press('l')
    expect(await screen()).toMatch(/▸ ✘ 不成立[\s\S]*a 全部/)
    press('la')
    expect(await screen()).toMatch(/more below/)
    press('ａ')
    expect(await screen()).not.toMatch(/more below/)
    press('r')
    expect(lab.looks).toBe(1)
    press('q')
    expect(await ended).toMatchObject({ how: 'quit' })
  })

  it('lets the arrow keys choose any claim where all are shown', async () => {
    const { lab, press, screen } = onTerminal()
    lab.judge({ ...all('machines'), 'ns1-address': failing() })
    press('a')
    expect(await screen()).toMatch(/▸ ✘ fails {4}Namespace ns1/)
    press('\u001b[A')
    expect(await screen()).toMatch(/▸ ✔ holds {4}hypervisor is a registered chassis/)
    for (let presses = 0; presses < 3; presses++) press('\u001b[B')
    expect(await screen()).toMatch(/▸ \S \w+ +A logical switch port has the MAC address of ns1/)
    press('a')
    expect(await screen()).toMatch(/3 Create the logical switch[^▸]*▸/)
    press('n')
    expect(await screen()).toMatch(/4 Add the localnet port/)
  })

  it.each([
    [80, 24],
    [40, 12],
    [40, 10],
    [200, 60],
  ])('fits on %i columns and %i rows in both languages, whatever a machine said', async (columns, rows) => {
    const { lab, press, lines, terminal } = onTerminal({ columns, rows })
    lab.judge({
      ...all('machines'),
      'ns1-address': { ...failing(60), where: '\u001b[2J\u0007網路'.repeat(30) },
    })
    lab.tell({
      kind: 'node',
      state: { node: 'hypervisor', isOpen: false, reason: { en: 'x '.repeat(90), 'zh-TW': '不'.repeat(90) } },
    })
    for (const key of ['', 'h', 'a', 'al', 'h', '\u001b[6~', '\u001b[5~']) {
      press(key)
      const shown = await lines()
      expect(terminal.buffer.active.baseY).toBe(0)
      expect(shown[0]).toMatch(/Connect|localnet/)
      expect(shown.at(-1)).toMatch(/q (quit|離開)/)
    }
  })

  it('has room for a claim on the smallest window, and says of a smaller one that it is', async () => {
    const { lab, terminal, events, screen, press } = onTerminal({ columns: 40, rows: 10 })
    lab.judge({ ...all('machines'), 'ns1-address': failing(), 'ns2-address': 'holds' })
    lab.judge({ 'ns2-address': 'fails' }, 'interface veth-ns2 removed')
    expect(await screen()).toMatch(
      /▸ ✘ fails {4}Namespace ns1[\s\S]*more below[\s\S]*→[\s\S]* {2}h {2}a .*q quit *$/,
    )
    terminal.resize(30, 8)
    events.onRedraw()
    expect(await screen()).toMatch(/^This window is too small\s+\(30×8\)\.[\s\S]*40×10[\s\S]*--plain/)
    press('l')
    expect(await screen()).toMatch(/^這個視窗太小（30×8）/)
  })

  it('turns by what is on the screen, and not beyond its ends', async () => {
    const { lab, press, screen } = onTerminal()
    lab.judge({ ...all('machines'), 'ns1-address': failing() })
    press('a')
    const first = await screen()
    expect(first).toContain('PgUp/PgDn page')
    for (let presses = 0; presses < 20; presses++) {
      press(' ')
      await screen()
    }
    const last = await screen()
    expect(last).not.toContain('more below')
    press('b')
    expect(await screen()).not.toBe(last)
    for (let presses = 0; presses < 20; presses++) {
      press('b')
      await screen()
    }
    expect(await screen()).not.toContain('more above')
  })

  it('is drawn anew in another size', async () => {
    const { lab, terminal, events, screen } = onTerminal()
    lab.judge({ ...all('machines'), 'ns1-address': failing() })
    await screen()
    terminal.resize(50, 20)
    events.onRedraw()
    const shown = await screen()
    expect(shown).toContain('Connect a virtual network')
    expect(shown).toMatch(/q quit *$/)
  })

  it('says that the lesson is complete, and of Ctrl-C that it was interrupted', async () => {
    const { lab, press, screen, ended } = onTerminal()
    lab.judge(
      Object.fromEntries(
        day06.stages
          .filter(one => !one.extra)
          .flatMap(({ id }) => ids(id))
          .map(id => [id, 'holds' as const]),
      ),
    )
    expect(await screen()).toContain('✔ Complete · extra: 0 of')
    press('\u0003')
    expect((await ended).how).toBe('interrupted')
  })
})

it('a key that has nothing to do changes nothing', () => {
  const state = begun(scripted(day06).live)
  for (const key of ['x', '1', '\u001b']) expect(pressed(state, key)).toEqual({ state })
})
