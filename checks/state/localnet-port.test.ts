import { describe, expect, it } from 'vitest'
import { renamed } from '../testing/names.ts'
import { unmet } from '../testing/outcome.ts'
import { both, type Edit, type Evidence, named, solvedLab } from '../testing/solved-lab.ts'
import { acceptsUnknown, hasLocalnetPort } from './localnet-port.ts'

const localnet = ({ northbound }: Evidence) => named(northbound.Logical_Switch_Port, 'ls0-localnet')

/** The localnet port is on a switch of its own. */
const onAnotherSwitch: Edit = evidence => {
  const [ls0] = evidence.northbound.Logical_Switch
  const { _uuid } = localnet(evidence)
  ls0!.ports = ls0!.ports.filter(uuid => uuid !== _uuid)
  evidence.northbound.Logical_Switch.push({ ...ls0!, _uuid: 'ls1', name: 'ls1', ports: [_uuid] })
}

const leadingTo =
  (network: string): Edit =>
  evidence => {
    const copy = {
      ...localnet(evidence),
      _uuid: 'second',
      name: 'second',
      options: { network_name: network },
    }
    evidence.northbound.Logical_Switch_Port.push(copy)
    evidence.northbound.Logical_Switch[0]!.ports.unshift('second')
  }
const second = leadingTo('wan')
/** controller maps the second network as well. */
const mapped: Edit = evidence => {
  second(evidence)
  evidence.ovs.controller.Open_vSwitch[0].external_ids['ovn-bridge-mappings'] += ',wan:br-wan'
}

const told = (saw: { en: string; 'zh-TW': string }, column: string) => ({
  expected: {
    en: 'one port of type localnet with options:network_name on switch ls0',
    'zh-TW': 'switch ls0 上有一個 type 為 localnet 的 port，並設定了 options:network_name',
  },
  saw,
  where: `OVN_Northbound · ${column}`,
  tryThis: 'sudo ovn-nbctl --columns=name,type,options list Logical_Switch_Port',
})
const VIFS = ['ls0-ns1 (type "", network_name (none))', 'ls0-ns2 (type "", network_name (none))'] as const

describe('hasLocalnetPort', () => {
  it.each<[string, Edit]>([
    ['as solved', () => {}],
    ['other names', renamed],
    [
      'another localnet port on another switch',
      evidence => {
        second(evidence)
        const { Logical_Switch: switches } = evidence.northbound
        switches[0]!.ports.shift()
        switches.unshift({ ...switches[0]!, _uuid: 'ls1', name: 'ls1', ports: ['second'] })
      },
    ],
    ['a second one for a network that no node is on', second],
  ])('holds: %s', async (_, edit) => {
    await expect(hasLocalnetPort(solvedLab(edit), both)).resolves.toBeUndefined()
  })

  it.each<[string, Edit, string, string]>([
    [
      'its type was forgotten',
      evidence => {
        localnet(evidence).type = ''
      },
      'ls0-localnet (type "", network_name "flat0")',
      'Logical_Switch_Port · type',
    ],
    [
      'its type has a typing error',
      evidence => {
        localnet(evidence).type = 'localport'
      },
      'ls0-localnet (type "localport", network_name "flat0")',
      'Logical_Switch_Port · type',
    ],
    [
      'it names no network',
      evidence => {
        localnet(evidence).options = {}
      },
      'ls0-localnet (type "localnet", network_name (none))',
      'Logical_Switch_Port · options:network_name',
    ],
    [
      'the network has an empty name',
      evidence => {
        localnet(evidence).options = { network_name: '' }
      },
      'ls0-localnet (type "localnet", network_name "")',
      'Logical_Switch_Port · options:network_name',
    ],
  ])('does not hold where %s', async (_, edit, seen, column) => {
    expect(await unmet(hasLocalnetPort(solvedLab(edit), both))).toEqual(
      told(
        {
          en: `ports of ls0: ${seen}, ${VIFS[0]} and ${VIFS[1]}`,
          'zh-TW': `ls0 上的 port：${seen}、${VIFS[0]} 和 ${VIFS[1]}`,
        },
        column,
      ),
    )
  })

  it('does not hold where it is on another switch', async () => {
    expect(await unmet(hasLocalnetPort(solvedLab(onAnotherSwitch), both))).toEqual(
      told(
        {
          en: `ports of ls0: ${VIFS[0]} and ${VIFS[1]}; ls0-localnet is on ls1`,
          'zh-TW': `ls0 上的 port：${VIFS[0]} 和 ${VIFS[1]}；ls0-localnet 在 ls1 上`,
        },
        'Logical_Switch · ports',
      ),
    )
  })

  it('tells a switch of the same name by its UUID', async () => {
    const namesake: Edit = evidence => {
      onAnotherSwitch(evidence)
      named(evidence.northbound.Logical_Switch, 'ls1').name = 'ls0'
    }
    const { saw } = await unmet(hasLocalnetPort(solvedLab(namesake), both))
    expect(saw.en).toMatch(/; ls0-localnet is on another switch that is named ls0 too, \S+$/)
  })

  it.each<[string, Edit]>([
    ['for one network', leadingTo('flat0')],
    ['for two networks that a node maps', mapped],
  ])('does not hold where there are two %s', async (_, edit) => {
    expect(await unmet(hasLocalnetPort(solvedLab(edit), both))).toMatchObject({
      saw: { en: expect.stringMatching(/^ports of ls0: .*\bsecond \(type "localnet"/) },
      where: 'OVN_Northbound · Logical_Switch · ports',
    })
  })
})

describe('acceptsUnknown', () => {
  it.each<[string, Edit]>([
    ['as solved', () => {}],
    ['other names', renamed],
    [
      'among other addresses',
      evidence => {
        localnet(evidence).addresses = ['0a:00:00:00:00:01 192.168.10.1', 'unknown']
      },
    ],
  ])('holds: %s', async (_, edit) => {
    await expect(acceptsUnknown(solvedLab(edit), both)).resolves.toBeUndefined()
  })

  it.each([
    [[], { en: 'addresses: none', 'zh-TW': 'addresses：無' }],
    [
      ['0a:00:00:00:00:01', 'Unknown'],
      {
        en: 'addresses: "0a:00:00:00:00:01" and "Unknown"',
        'zh-TW': 'addresses："0a:00:00:00:00:01" 和 "Unknown"',
      },
    ],
  ])('does not hold with addresses %j', async (addresses, saw) => {
    const lab = solvedLab(evidence => {
      localnet(evidence).addresses = addresses
    })
    expect(await unmet(acceptsUnknown(lab, both))).toEqual({
      expected: {
        en: 'addresses of ls0-localnet contain "unknown"',
        'zh-TW': 'ls0-localnet 的 addresses 包含 "unknown"',
      },
      saw,
      where: 'OVN_Northbound · Logical_Switch_Port · addresses',
      tryThis: 'sudo ovn-nbctl lsp-get-addresses ls0-localnet',
    })
  })

  it('speaks of no name where there is no such port', async () => {
    expect(await unmet(acceptsUnknown(solvedLab(onAnotherSwitch), both))).toMatchObject({
      expected: {
        en: 'addresses of the localnet port contain "unknown"',
        'zh-TW': 'localnet port 的 addresses 包含 "unknown"',
      },
      tryThis: 'sudo ovn-nbctl lsp-get-addresses',
    })
  })
})
