import { describe, expect, it } from 'vitest'
import { chassisSetting, integrationBridgeName, plugs } from '../../harness/look/integration-bridge.ts'
import { otherIntegrationBridge } from '../testing/names.ts'
import { type Edit, named, solvedLab, unplug } from '../testing/solved-lab.ts'

const ovsOf = (...edits: Edit[]) => solvedLab(...edits).ovs('controller')

describe('integrationBridgeName', () => {
  it.each<[string, Edit, string]>([
    ['nothing is said', () => {}, 'br-int'],
    ['the database names another', otherIntegrationBridge('br-ovn'), 'br-ovn'],
    [
      'the database names another for this chassis',
      otherIntegrationBridge('br-ovn', { perChassis: true }),
      'br-ovn',
    ],
  ])('where %s', async (_, edit, name) => {
    expect(integrationBridgeName(await ovsOf(edit))).toBe(name)
  })
})

describe('chassisSetting', () => {
  it('of this very chassis comes before the general one, that of another is not seen', async () => {
    const ovs = await ovsOf(({ ovs: { controller } }) => {
      controller.Open_vSwitch[0].external_ids = { 'system-id': 'me', key: 'all', 'key-you': 'you' }
    })
    expect(chassisSetting(ovs, 'key')).toBe('all')
    ovs.openVSwitch.external_ids['key-me'] = 'me'
    expect(chassisSetting(ovs, 'key')).toBe('me')
    expect(chassisSetting(ovs, 'other')).toBeUndefined()
  })
})

describe('plugs', () => {
  it('are the interfaces in bridges, each with its port and bridge', async () => {
    const found = plugs(await ovsOf()).find(({ iface }) => iface.name === 'eth2')
    expect([found?.bridge.name, found?.port.name]).toEqual(['br-eth2', 'eth2'])
  })

  it('finds each member of a bond', async () => {
    const ovs = await ovsOf(({ ovs: { controller } }) => {
      unplug(controller, 'eth1')
      named(controller.Port, 'eth2').interfaces.push(named(controller.Interface, 'eth1')._uuid)
    })
    const members = plugs(ovs).filter(({ port }) => port.name === 'eth2')
    expect(members.map(({ iface }) => iface.name)).toEqual(['eth1', 'eth2'])
  })

  it('leaves out what is in no bridge', async () => {
    const ovs = await ovsOf(({ ovs: { controller } }) => unplug(controller, 'eth2'))
    expect(plugs(ovs).filter(({ iface }) => iface.name === 'eth2')).toEqual([])
  })

  it('finds nothing in a database that was never initialised', () => {
    expect(
      plugs({
        openVSwitch: {} as never,
        bridges: [],
        ports: [],
        interfaces: [],
        mirrors: [],
        flowTables: [],
      }),
    ).toEqual([])
  })
})
