import { describe, expect, it } from 'vitest'
import { renamed } from '../testing/names.ts'
import { unmet } from '../testing/outcome.ts'
import { both, type Edit, type Evidence, named, solvedLab } from '../testing/solved-lab.ts'
import { sharedSwitch, shareOneSwitch } from './one-switch.ts'

/** Another switch, which holds the ports of these names: moved, or its own with the same addresses. */
function addSwitch({ northbound }: Evidence, name: string, ports: string[], { copies = false } = {}): void {
  const { Logical_Switch: switches, Logical_Switch_Port: rows } = northbound
  const held = ports.map(port => {
    const row = named(rows, port)
    if (!copies) return row._uuid
    const _uuid = `${row._uuid}-${name}`
    rows.push({ ...row, _uuid, name: `${name}-${port}` })
    return _uuid
  })
  for (const other of switches) other.ports = other.ports.filter(uuid => !held.includes(uuid))
  switches.unshift({ ...switches[0]!, _uuid: name, name, ports: held })
}

const onTwoSwitches: Edit = evidence => addSwitch(evidence, 'ls1', ['ls0-ns2'])

describe('shareOneSwitch', () => {
  it.each<[string, Edit]>([
    ['as solved', () => {}],
    ['other names', renamed],
    ['a switch of an earlier day', evidence => addSwitch(evidence, 'day02', ['ls0-ns1'], { copies: true })],
  ])('holds: %s', async (_, edit) => {
    await expect(shareOneSwitch(solvedLab(edit), both)).resolves.toBeUndefined()
  })

  it('says which switch each is on where there are two', async () => {
    expect(await unmet(shareOneSwitch(solvedLab(onTwoSwitches), both))).toEqual({
      expected: {
        en: 'one Logical_Switch that has the ports of ns1 and ns2',
        'zh-TW': 'ns1 和 ns2 的 port 在同一個 Logical_Switch 上',
      },
      saw: {
        en: 'the switch of each: ns1: ls0 and ns2: ls1',
        'zh-TW': '各自所在的 switch：ns1: ls0 和 ns2: ls1',
      },
      where: 'OVN_Northbound · Logical_Switch · ports',
      tryThis: 'sudo ovn-nbctl show',
    })
  })

  it('tells two of one name apart', async () => {
    const lab = solvedLab(evidence => {
      onTwoSwitches(evidence)
      for (const row of evidence.northbound.Logical_Switch) row.name = 'ls0'
    })
    expect((await unmet(shareOneSwitch(lab, both))).saw.en).toMatch(
      /^the switch of each: ns1: ls0 \([0-9a-f]{8}…\) and ns2: ls0 \(ls1…\)$/,
    )
  })

  it('says that one is on none', async () => {
    const lab = solvedLab(({ northbound }) => {
      const [ls0] = northbound.Logical_Switch
      const { _uuid } = named(northbound.Logical_Switch_Port, 'ls0-ns1')
      ls0!.ports = ls0!.ports.filter(uuid => uuid !== _uuid)
    })
    expect((await unmet(shareOneSwitch(lab, both))).saw.en).toBe(
      'the switch of each: ns1: (none) and ns2: ls0',
    )
  })
})

describe('sharedSwitch', () => {
  it('prefers the switch with a localnet port to one of an earlier day with the same addresses', async () => {
    const lab = solvedLab(evidence => addSwitch(evidence, 'day04', ['ls0-ns1', 'ls0-ns2'], { copies: true }))
    const shared = await sharedSwitch(lab, both)
    expect(shared?.logicalSwitch.name).toBe('ls0')
    expect(shared?.ports.map(port => port.name)).toEqual(['ls0-ns1', 'ls0-ns2'])
  })

  it('prefers the switch whose ports the interfaces name to one that was made before, with all it had', async () => {
    const everything = ['ls0-ns1', 'ls0-ns2', 'ls0-localnet']
    const lab = solvedLab(evidence => addSwitch(evidence, 'old', everything, { copies: true }))
    expect((await sharedSwitch(lab, both))?.logicalSwitch.name).toBe('ls0')
  })

  it('is undefined where the two are apart', async () => {
    expect(await sharedSwitch(solvedLab(onTwoSwitches), both)).toBeUndefined()
  })
})
