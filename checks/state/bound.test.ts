import { describe, expect, it } from 'vitest'
import { renamed } from '../testing/names.ts'
import { unmet } from '../testing/outcome.ts'
import { bindingOf, both, type Edit, named, ns1, ns2, solvedLab } from '../testing/solved-lab.ts'
import { boundToItsChassis } from './bound.ts'

const withoutController: Edit = ({ kernel }) => {
  const { controller } = kernel
  controller.daemons = controller.daemons.filter(daemon => daemon !== 'ovn-controller')
}

const unbound: Edit = evidence => {
  bindingOf(evidence, 'ls0-ns1').chassis = []
}

const about = {
  expected: {
    en: 'ls0-ns1 bound to the chassis controller',
    'zh-TW': 'ls0-ns1 綁定在 controller 這個 chassis 上',
  },
  where: 'OVN_Southbound · Port_Binding · chassis',
  tryThis: 'sudo ovn-sbctl show',
}

const twinOn =
  (node: 'controller' | 'hypervisor', ofport: number): Edit =>
  ({ ovs }) => {
    const { Bridge, Port, Interface } = ovs[node]
    const external_ids = { 'iface-id': 'ls0-ns1' }
    Interface.push({ ...Interface[0]!, _uuid: 'twin', name: 'tap-old', ofport: [ofport], external_ids })
    Port.push({ ...Port[0]!, _uuid: 'twin-port', name: 'tap-old', interfaces: ['twin'] })
    named(Bridge, 'br-int').ports.push('twin-port')
  }

const asksFor =
  (chassis: string, strategy?: string): Edit =>
  ({ northbound }) => {
    const { options } = named(northbound.Logical_Switch_Port, 'ls0-ns1')
    options['requested-chassis'] = chassis
    if (strategy) options['activation-strategy'] = strategy
  }

describe('boundToItsChassis', () => {
  it.each([ns1, ns2])('holds on the solved lab for $netns', async endpoint => {
    await expect(boundToItsChassis(solvedLab(), endpoint, both)).resolves.toBeUndefined()
  })

  it.each<[string, Edit]>([
    ['other names', renamed],
    [
      'an old release, without the column up',
      ({ southbound }) => {
        for (const row of southbound.Port_Binding) row.up = []
      },
    ],
    ['a twin on the other node that Open vSwitch could not make', twinOn('hypervisor', -1)],
    ['a twin on the same node that Open vSwitch could not make', twinOn('controller', -1)],
    ['it asks for its node first, and another one', asksFor('controller,hypervisor', 'rarp')],
    [
      'a host name of the learner’s own',
      ({ southbound }) => {
        for (const row of southbound.Chassis) row.hostname = `${row.hostname}.lab.example`
      },
    ],
  ])('holds: %s', async (_, edit) => {
    await expect(boundToItsChassis(solvedLab(edit), ns1, both)).resolves.toBeUndefined()
  })

  it('says that the port is bound to no chassis, and whether ovn-controller runs', async () => {
    expect(await unmet(boundToItsChassis(solvedLab(unbound, withoutController), ns1, both))).toEqual({
      ...about,
      saw: {
        en: 'ls0-ns1 → (no chassis); ovn-controller does not run on controller',
        'zh-TW': 'ls0-ns1 → (no chassis)；controller 上沒有執行 ovn-controller',
      },
    })
  })

  it('names the chassis that has it where it is the other one', async () => {
    const lab = solvedLab(evidence => {
      bindingOf(evidence, 'ls0-ns1').chassis = bindingOf(evidence, 'ls0-ns2').chassis
    })
    expect(await unmet(boundToItsChassis(lab, ns1, both))).toEqual({
      ...about,
      saw: {
        en: 'ls0-ns1 → hypervisor; ovn-controller runs on controller',
        'zh-TW': 'ls0-ns1 → hypervisor；controller 上的 ovn-controller 正在執行',
      },
    })
  })

  it.each<[string, Edit[], string, string]>([
    [
      'another interface that claims it',
      [twinOn('hypervisor', 5)],
      'hypervisor · Open_vSwitch · Interface · external_ids:iface-id',
      'tap-old on hypervisor has iface-id "ls0-ns1" too, but it does not lead to ns1 on controller',
    ],
    [
      'one on the same node that could not be made, for which OVN let go of it',
      [unbound, twinOn('controller', -1)],
      'controller · Open_vSwitch · Interface · external_ids:iface-id',
      'tap-old on controller has iface-id "ls0-ns1" too, but it does not lead to ns1 on controller',
    ],
    [
      'an ovn-controller that missed a change',
      [unbound],
      'controller · ovn-controller',
      'veth-ns1-br is in br-int with iface-id "ls0-ns1", and ovn-controller of controller is connected, but it does not claim ls0-ns1',
    ],
    [
      'a southbound database that takes nothing from clients without a certificate',
      [
        unbound,
        ({ southbound }) =>
          void Object.assign(southbound, { Connection: [{ target: 'ptcp:6642', role: 'ovn-controller' }] }),
      ],
      'OVN_Southbound · Connection · role',
      'the southbound database takes no changes by ptcp:6642: its row of Connection has role = ovn-controller',
    ],
    [
      'an ovn-controller that was paused',
      [
        unbound,
        ({ diagnostics }) => {
          diagnostics.push({
            request: { look: 'daemon', node: 'controller', daemon: 'ovn-controller' },
            evidence: { southbound: 'connected', status: 'paused' },
          })
        },
      ],
      'controller · ovn-controller',
      'ovn-controller of controller was paused (debug/pause), so it does nothing; ls0-ns1 → (no chassis)',
    ],
    [
      'a chassis that it asks for first',
      [unbound, asksFor('hypervisor,controller', 'rarp')],
      'OVN_Northbound · Logical_Switch_Port · options:requested-chassis',
      'ls0-ns1 has requested-chassis "hypervisor,controller" (activation-strategy "rarp": any but the first waits for such a packet), but its interface is on controller',
    ],
    [
      'a bridge that speaks another OpenFlow',
      [
        unbound,
        ({ ovs }) => {
          named(ovs.controller.Bridge, 'br-int').protocols = ['OpenFlow10', 'OpenFlow13']
        },
      ],
      'controller · Open_vSwitch · Bridge · protocols',
      'protocols of br-int = "OpenFlow10,OpenFlow13", but ovn-controller uses only OpenFlow15',
    ],
    [
      'an ovn-controller that was told to wait before it makes flows',
      [
        evidence => {
          bindingOf(evidence, 'ls0-ns1').up = [false]
          const { external_ids } = evidence.ovs.controller.Open_vSwitch[0]
          external_ids['ovn-ofctrl-wait-before-clear'] = '600000'
          evidence.diagnostics.push({
            request: { look: 'daemon', node: 'controller', daemon: 'ovn-controller' },
            evidence: { southbound: 'connected', status: 'running', runsSeconds: 9 },
          })
        },
      ],
      'controller · Open_vSwitch · Open_vSwitch · external_ids:ovn-ofctrl-wait-before-clear',
      'ovn-ofctrl-wait-before-clear = "600000": for 600 s after its start, of which 9 have passed, ovn-controller creates no flows; ls0-ns1 → controller, up=false',
    ],
    [
      'a chassis that has not said that the port works',
      [
        evidence => {
          bindingOf(evidence, 'ls0-ns1').up = [false]
        },
      ],
      'OVN_Southbound · Port_Binding · up',
      'ls0-ns1 → controller, up=false; ovn-controller runs on controller',
    ],
  ])('names %s', async (_, edits, where, saw) => {
    const told = await unmet(boundToItsChassis(solvedLab(...edits), ns1, both))
    expect({ where: told.where, saw: told.saw.en }).toEqual({ where, saw })
  })

  it('says that the node is no chassis', async () => {
    const lab = solvedLab(({ southbound }) => {
      southbound.Chassis = southbound.Chassis.filter(row => row.hostname !== 'hypervisor')
    })
    expect(await unmet(boundToItsChassis(lab, ns2, both))).toMatchObject({
      saw: {
        en: 'hypervisor is not registered as a chassis; ovn-controller runs on hypervisor',
        'zh-TW': 'hypervisor 沒有註冊為 chassis；hypervisor 上的 ovn-controller 正在執行',
      },
    })
  })

  it('does not take a chassis for this node because it has no system-id either', async () => {
    const lab = solvedLab(({ ovs }) => {
      delete ovs.controller.Open_vSwitch[0].external_ids['system-id']
    })
    expect((await unmet(boundToItsChassis(lab, ns1, both))).saw.en).toBe(
      'controller is not registered as a chassis; ovn-controller runs on controller',
    )
  })

  it('does not hold where the bound port is for another MAC', async () => {
    const lab = solvedLab(({ northbound }) => {
      named(northbound.Logical_Switch_Port, 'ls0-ns1').addresses = ['0a:00:00:00:00:01']
    })
    expect((await unmet(boundToItsChassis(lab, ns1, both))).saw.en).toBe(
      'none; ovn-controller runs on controller',
    )
  })

  it.each<[string, Edit, string, string]>([
    [
      'is nested in another port',
      ({ northbound }) => {
        named(northbound.Logical_Switch_Port, 'ls0-ns1').parent_name = ['ls0-ns2']
      },
      'parent_name',
      'ls0-ns1 is nested in ls0-ns2 (parent_name), so it goes where that port is',
    ],
    [
      'waits for another version of its interface',
      ({ northbound }) => {
        named(northbound.Logical_Switch_Port, 'ls0-ns1').options['iface-id-ver'] = '42'
      },
      'options:iface-id-ver',
      'ls0-ns1 has iface-id-ver "42", but its interface veth-ns1-br has (none)',
    ],
  ])('names the column where the port %s', async (_, edit, column, saw) => {
    expect(await unmet(boundToItsChassis(solvedLab(unbound, edit), ns1, both))).toMatchObject({
      where: `OVN_Northbound · Logical_Switch_Port · ${column}`,
      saw: { en: saw },
    })
  })
})
