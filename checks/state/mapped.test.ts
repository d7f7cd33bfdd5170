import { describe, expect, it } from 'vitest'
import { renamed } from '../testing/names.ts'
import { unmet } from '../testing/outcome.ts'
import { both, type Edit, named, solvedEvidence, solvedLab, unplug } from '../testing/solved-lab.ts'
import { mapsLocalnet } from './mapped.ts'

const KEY = 'ovn-bridge-mappings'
const maps = (...edits: Edit[]) => mapsLocalnet(solvedLab(...edits), both, 'controller', 'eth2')

const withMappings =
  (value?: string): Edit =>
  ({ ovs }) => {
    const [row] = ovs.controller.Open_vSwitch
    const { [KEY]: _, ...others } = row.external_ids
    row.external_ids = value === undefined ? others : { ...others, [KEY]: value }
  }

/** A mapping for one chassis only: `external_ids:ovn-bridge-mappings-SYSTEM_ID` (ovn-controller(8)). */
const forChassis =
  (value: string, systemId?: string): Edit =>
  ({ ovs }) => {
    const { external_ids: ids } = ovs.controller.Open_vSwitch[0]
    ids[`${KEY}-${systemId ?? ids['system-id']}`] = value
  }

/** OVN has made no patch port yet. */
const unpatched: Edit = ({ ovs }) => unplug(ovs.controller, 'patch-ls0-localnet-to-br-int')

describe('mapsLocalnet', () => {
  it.each<[string, Edit[]]>([
    ['as solved', []],
    ['other names', [renamed]],
    ['one of several', [withMappings('lan:br-a,flat0:br-eth2,wan:br-b')]],
    ['a comma at the end', [withMappings('flat0:br-eth2,')]],
    ['for this chassis alone', [withMappings(), forChassis('flat0:br-eth2')]],
    ['for this chassis, in place of one for all', [withMappings('flat0:br-x'), forChassis('flat0:br-eth2')]],
    ['beside one for another chassis', [forChassis('flat0:br-x', 'somebody-else')]],
    ['before another for the same network', [withMappings('flat0:br-eth2,flat0:br-eth1'), unpatched]],
    ['after another, but OVN’s patch port stayed', [withMappings('flat0:br-eth1,flat0:br-eth2')]],
    ['after one with a bridge that is not there', [withMappings('flat0:br-x,flat0:br-eth2')]],
  ])('holds: %s', async (_, edits) => {
    await expect(maps(...edits)).resolves.toBeUndefined()
  })

  it('holds on the other node', async () => {
    await expect(mapsLocalnet(solvedLab(), both, 'hypervisor', 'eth2')).resolves.toBeUndefined()
  })

  const otherNetwork = [
    'but ls0-localnet needs network "flat0"',
    '但 ls0-localnet 要的是網路 "flat0"',
  ] as const
  const noSuchBridge = (name: string) =>
    [
      `${otherBridge[0]}; there is no bridge "${name}"`,
      `${otherBridge[1]}；沒有名稱是 "${name}" 的 bridge`,
    ] as const
  const otherBridge = ['but eth2 is in br-eth2', '但 eth2 在 br-eth2 裡'] as const
  const asSolved = {
    en: 'network "flat0" mapped to br-eth2, the bridge of eth2',
    'zh-TW': '網路 "flat0" 對應到 br-eth2，也就是 eth2 所在的 bridge',
  }

  it.each<[string, Edit, string, readonly [string, string]]>([
    ['nothing is mapped', withMappings(), '(none)', otherNetwork],
    ['the mapping is empty', withMappings(''), '""', otherNetwork],
    ['another network is mapped', withMappings('flat1:br-eth2'), '"flat1:br-eth2"', otherNetwork],
    ['it is mapped to another bridge', withMappings('flat0:br-int'), '"flat0:br-int"', otherBridge],
    [
      'it is mapped to the link',
      withMappings('flat0:eth2'),
      '"flat0:eth2"',
      [
        `${otherBridge[0]}; eth2 is no bridge but a port of br-eth2`,
        `${otherBridge[1]}；eth2 不是 bridge，而是 br-eth2 的 port`,
      ],
    ],
    [
      'it is mapped to a VLAN of the bridge, which ovs-vsctl shows as a bridge',
      edits => {
        withMappings('flat0:br-vlan10')(edits)
        const port = named(edits.ovs.controller.Port, 'br-eth2')
        port.name = 'br-vlan10'
        port.tag = [10]
      },
      '"flat0:br-vlan10"',
      [
        `${otherBridge[0]}; br-vlan10 is no bridge but a port of br-eth2, of VLAN 10`,
        `${otherBridge[1]}；br-vlan10 不是 bridge，而是 br-eth2 的 port，屬於 VLAN 10`,
      ],
    ],
    ['the two are the wrong way round', withMappings('br-eth2:flat0'), '"br-eth2:flat0"', otherNetwork],
    [
      'there is a blank, which OVN takes for a part of the name',
      withMappings('flat0: br-eth2'),
      '"flat0: br-eth2"',
      noSuchBridge(' br-eth2'),
    ],
    [
      'a pair before it is none, where OVN stops',
      withMappings('oops,flat0:br-eth2'),
      '"oops,flat0:br-eth2"',
      otherNetwork,
    ],
  ])('does not hold where %s', async (_, edit, value, [but, butInChinese]) => {
    expect(await unmet(maps(edit))).toEqual({
      expected: asSolved,
      saw: {
        en: `ovn-bridge-mappings = ${value}, ${but}`,
        'zh-TW': `ovn-bridge-mappings = ${value}，${butInChinese}`,
      },
      where: 'controller · Open_vSwitch · Open_vSwitch · external_ids:ovn-bridge-mappings',
      tryThis: 'sudo ovs-vsctl get Open_vSwitch . external_ids   # on controller',
    })
  })

  it('does not hold where this chassis has another mapping of its own, and names that key', async () => {
    const systemId = solvedEvidence().ovs.controller.Open_vSwitch[0].external_ids['system-id']
    const key = `ovn-bridge-mappings-${systemId}`
    expect(await unmet(maps(forChassis('flat0:br-x')))).toEqual({
      expected: asSolved,
      saw: {
        en: `${key} = "flat0:br-x", ${noSuchBridge('br-x')[0]}`,
        'zh-TW': `${key} = "flat0:br-x"，${noSuchBridge('br-x')[1]}`,
      },
      where: `controller · Open_vSwitch · Open_vSwitch · external_ids:${key}`,
      tryThis: 'sudo ovs-vsctl get Open_vSwitch . external_ids   # on controller',
    })
  })

  it.each<[string, Edit, string, string]>([
    [
      'in the column other_config',
      ({ ovs }) => {
        const [openVSwitch] = ovs.controller.Open_vSwitch
        openVSwitch.other_config['ovn-bridge-mappings'] = openVSwitch.external_ids['ovn-bridge-mappings']!
        delete openVSwitch.external_ids['ovn-bridge-mappings']
      },
      'other_config:ovn-bridge-mappings',
      'other_config:ovn-bridge-mappings = "flat0:br-eth2", but OVN reads external_ids',
    ],
    [
      'under a misspelt key',
      ({ ovs }) => {
        const { external_ids } = ovs.controller.Open_vSwitch[0]
        external_ids['ovn-bridge-mapping'] = external_ids['ovn-bridge-mappings']!
        delete external_ids['ovn-bridge-mappings']
      },
      'external_ids:ovn-bridge-mapping',
      'external_ids:ovn-bridge-mapping = "flat0:br-eth2", but the key OVN reads is ovn-bridge-mappings',
    ],
  ])('names the place where the mapping was written instead: %s', async (_, edit, where, saw) => {
    expect(await unmet(maps(edit))).toMatchObject({
      where: `controller · Open_vSwitch · Open_vSwitch · ${where}`,
      saw: { en: saw },
    })
  })

  it('does not hold without a localnet port, or a bridge, even where a mapping says the word', async () => {
    const noPort: Edit = ({ northbound }) => {
      named(northbound.Logical_Switch_Port, 'ls0-localnet').type = ''
    }
    const noBridge: Edit = ({ ovs }) => unplug(ovs.controller, 'eth2')
    expect((await unmet(maps(noPort, noBridge, withMappings('undefined:undefined')))).expected).toEqual({
      en: 'network (none) mapped to (none), the bridge of eth2',
      'zh-TW': '網路 (none) 對應到 (none)，也就是 eth2 所在的 bridge',
    })
  })

  it('says which one ovn-controller takes where a network is mapped twice', async () => {
    const value = 'flat0:br-eth1,flat0:br-eth2'
    expect((await unmet(maps(withMappings(value), unpatched))).saw).toEqual({
      en: `${KEY} = "${value}", of which ovn-controller takes br-eth1, but eth2 is in br-eth2`,
      'zh-TW': `${KEY} = "${value}"，其中 ovn-controller 用的是 br-eth1，但 eth2 在 br-eth2 裡`,
    })
  })

  it.each<[string, string, string]>([
    ['to the bridge of the link', 'to-ex', 'patch ports lead from there to br-eth2, which the mapping could'],
    ['nowhere', 'to-x', 'the peer of its patch port to-eth2 is "to-ex", which no bridge has'],
  ])('says where patch ports lead from a bridge without a physical interface: %s', async (_, name, words) => {
    const patched: Edit = evidence => {
      const { Bridge, Port, Interface } = evidence.ovs.controller
      withMappings('flat0:br-ex')(evidence)
      for (const [at, own, peer] of [
        ['br-ex', 'to-eth2', 'to-ex'],
        ['br-eth2', name, 'to-eth2'],
      ] as const) {
        const [port, iface] = [named(Port, 'br-eth2'), named(Interface, 'br-eth2')]
        const uuid = (kind: string) => `00000000-0000-4000-8000-${kind}${Port.length}`.padEnd(36, '0')
        Interface.push({ ...iface, _uuid: uuid('1'), name: own, type: 'patch', options: { peer } })
        Port.push({ ...port, _uuid: uuid('2'), name: own, external_ids: {}, interfaces: [uuid('1')] })
        const found = Bridge.find(bridge => bridge.name === at)
        if (found) found.ports.push(Port.at(-1)!._uuid)
        else
          Bridge.push({
            ...named(Bridge, 'br-eth2'),
            _uuid: uuid('3'),
            name: at,
            ports: [Port.at(-1)!._uuid],
          })
      }
    }
    expect((await unmet(maps(patched))).saw.en).toContain(words)
  })
})
