import { describe, expect, it } from 'vitest'
import { renamed } from '../testing/names.ts'
import { unmet } from '../testing/outcome.ts'
import { bindingOf, both, type Edit, type Evidence, named, solvedLab } from '../testing/solved-lab.ts'
import { localnetCarriedSouth, portsCarriedSouth } from './carried-south.ts'

const without =
  (...ports: string[]): Edit =>
  ({ southbound }) => {
    southbound.Port_Binding = southbound.Port_Binding.filter(row => !ports.includes(row.logical_port))
  }

const stopNorthd: Edit = ({ kernel }) => {
  kernel.controller.daemons = kernel.controller.daemons.filter(daemon => daemon !== 'ovn-northd')
}

/** A port whose MAC address OVN chooses: what ovn-northd writes of it is that it is to. */
const dynamic: Edit = evidence => {
  const port = named(evidence.northbound.Logical_Switch_Port, 'ls0-ns1')
  port.dynamic_addresses = port.addresses
  port.addresses = ['dynamic']
  bindingOf(evidence, 'ls0-ns1').mac = ['dynamic']
}

/** ovn-northd of an old release: no column `up`. */
const noUp: Edit = ({ southbound }) => {
  for (const row of southbound.Port_Binding) row.up = []
}

const changeNetwork =
  (name: string): Edit =>
  (evidence: Evidence) => {
    named(evidence.northbound.Logical_Switch_Port, 'ls0-localnet').options.network_name = name
  }

describe('portsCarriedSouth', () => {
  it.each<[string, Edit]>([
    ['as solved', () => {}],
    ['other names', renamed],
    ['an old release', noUp],
    ['northd stopped since', stopNorthd],
    ['a MAC address of OVN’s choice', dynamic],
  ])('holds: %s', async (_, edit) => {
    await expect(portsCarriedSouth(solvedLab(edit), both)).resolves.toBeUndefined()
  })

  it('names the rows there are, and whether northd runs', async () => {
    expect(await unmet(portsCarriedSouth(solvedLab(without('ls0-ns2')), both))).toEqual({
      expected: {
        en: 'Port_Binding rows for ls0-ns1 and ls0-ns2',
        'zh-TW': '有 ls0-ns1 和 ls0-ns2 的 Port_Binding 資料列',
      },
      saw: {
        en: 'Port_Bindings: ls0-localnet and ls0-ns1; ovn-northd runs on controller',
        'zh-TW': '現有的 Port_Binding：ls0-localnet 和 ls0-ns1；controller 上的 ovn-northd 正在執行',
      },
      where: 'OVN_Southbound · Port_Binding · logical_port',
      tryThis: 'sudo ovn-sbctl show',
    })
  })

  it.each<[string, Edit, string, string]>([
    [
      'of a switch the port has left',
      evidence => {
        const datapaths = evidence.southbound.Datapath_Binding
        datapaths[0]!.external_ids['logical-switch'] = 'another'
      },
      'datapath',
      'the row of ls0-ns1 belongs to another switch, but the port is on ls0 now',
    ],
    [
      'with the MAC the port had',
      evidence => {
        bindingOf(evidence, 'ls0-ns1').mac = ['0a:00:00:00:00:01 192.168.10.100']
      },
      'mac',
      expect.stringMatching(
        /^the row of ls0-ns1 has "0a:00:00:00:00:01 192.168.10.100", but the port "([0-9a-f]{2}:){5}/,
      ),
    ],
    [
      'with a tag that the port does not have',
      evidence => {
        bindingOf(evidence, 'ls0-ns1').tag = [55]
      },
      'tag',
      'the row of ls0-ns1 has tag = 55, but the port (none)',
    ],
  ])('does not take a row %s for a new one', async (_, edit, column, saw) => {
    expect(await unmet(portsCarriedSouth(solvedLab(edit), both))).toMatchObject({
      where: `OVN_Southbound · Port_Binding · ${column}`,
      saw: { en: saw },
    })
  })

  it('names the switches that hold one port', async () => {
    const twice: Edit = evidence => {
      const { Logical_Switch, Logical_Switch_Port } = evidence.northbound
      const ports = [named(Logical_Switch_Port, 'ls0-ns1')._uuid]
      Logical_Switch.push({ ...Logical_Switch[0]!, _uuid: 'aaa', name: 'aaa', ports })
      evidence.southbound.Datapath_Binding[0]!.external_ids['logical-switch'] = 'aaa'
    }
    expect(await unmet(portsCarriedSouth(solvedLab(twice), both))).toMatchObject({
      where: 'OVN_Northbound · Logical_Switch · ports',
      saw: { en: expect.stringMatching(/^ls0-ns1 is among the ports of aaa and ls0,/) },
    })
  })

  it('says that northd does not run', async () => {
    const lab = solvedLab(without('ls0-ns1', 'ls0-ns2', 'ls0-localnet'), stopNorthd)
    expect((await unmet(portsCarriedSouth(lab, both))).saw).toEqual({
      en: 'Port_Bindings: none; ovn-northd does not run on controller',
      'zh-TW': '現有的 Port_Binding：無；controller 上沒有執行 ovn-northd',
    })
  })

  it('does not hold where there is no such switch', async () => {
    const lab = solvedLab(({ northbound }) => {
      northbound.Logical_Switch = []
    })
    expect((await unmet(portsCarriedSouth(lab, both))).expected.en).toBe('Port_Binding rows for none')
  })
})

describe('localnetCarriedSouth', () => {
  it.each<[string, Edit]>([
    ['as solved', () => {}],
    ['other names', renamed],
    ['an old release', noUp],
  ])('holds: %s', async (_, edit) => {
    await expect(localnetCarriedSouth(solvedLab(edit), both)).resolves.toBeUndefined()
  })

  it('does not take the row of another switch for it', async () => {
    const lab = solvedLab(({ southbound }) => {
      for (const row of southbound.Datapath_Binding) row.nb_uuid = ['another']
    })
    expect(await unmet(localnetCarriedSouth(lab, both))).toMatchObject({
      where: 'OVN_Southbound · Port_Binding · datapath',
      saw: { en: 'the row of ls0-localnet belongs to another switch, but the port is on ls0 now' },
    })
  })

  it('says that there is no such row', async () => {
    const lab = solvedLab(without('ls0-localnet'), stopNorthd)
    expect(await unmet(localnetCarriedSouth(lab, both))).toEqual({
      expected: {
        en: 'a Port_Binding for ls0-localnet of type localnet with network_name "flat0"',
        'zh-TW': 'ls0-localnet 的 Port_Binding，type 為 localnet，network_name 為 "flat0"',
      },
      saw: {
        en: 'no such row; ovn-northd does not run on controller',
        'zh-TW': '沒有這筆資料列；controller 上沒有執行 ovn-northd',
      },
      where: 'OVN_Southbound · Port_Binding · logical_port',
      tryThis: 'sudo ovn-sbctl find Port_Binding logical_port=ls0-localnet',
    })
  })

  it.each<[string, Edit, string]>([
    [
      'the network northd has not heard of yet',
      changeNetwork('lan'),
      'type "localnet", network_name "flat0"',
    ],
    [
      'another type',
      evidence => {
        bindingOf(evidence, 'ls0-localnet').type = ''
      },
      'type "", network_name "flat0"',
    ],
    [
      'no network',
      evidence => {
        bindingOf(evidence, 'ls0-localnet').options = {}
      },
      'type "localnet", network_name (none)',
    ],
  ])('shows the row as it is: %s', async (_, edit, saw) => {
    expect((await unmet(localnetCarriedSouth(solvedLab(edit), both))).saw).toEqual({
      en: `${saw}; ovn-northd runs on controller`,
      'zh-TW': `${saw}；controller 上的 ovn-northd 正在執行`,
    })
  })

  it('does not hold without a localnet port, and says nothing of "undefined"', async () => {
    const lab = solvedLab(({ northbound }) => {
      named(northbound.Logical_Switch_Port, 'ls0-localnet').type = ''
    })
    expect(await unmet(localnetCarriedSouth(lab, both))).toMatchObject({
      expected: {
        en: 'a Port_Binding for (none) of type localnet with network_name (none)',
        'zh-TW': '(none) 的 Port_Binding，type 為 localnet，network_name 為 (none)',
      },
      tryThis: 'sudo ovn-sbctl find Port_Binding type=localnet',
    })
  })
})
