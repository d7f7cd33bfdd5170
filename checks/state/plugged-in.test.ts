import { describe, expect, it } from 'vitest'
import { otherIntegrationBridge, renamed } from '../testing/names.ts'
import { unmet } from '../testing/outcome.ts'
import {
  both,
  type Edit,
  type Evidence,
  innerLink,
  named,
  ns1,
  ns2,
  solvedLab,
  unplug,
} from '../testing/solved-lab.ts'
import { pluggedIn } from './plugged-in.ts'

const interfaceOf = ({ ovs }: Evidence) => named(ovs.controller.Interface, 'veth-ns1-br')

const withIfaceId =
  (id?: string): Edit =>
  evidence => {
    const { 'iface-id': _, ...others } = interfaceOf(evidence).external_ids
    interfaceOf(evidence).external_ids = id === undefined ? others : { ...others, 'iface-id': id }
  }

/** `ovs-vsctl add-port br-int NAME -- set Interface NAME type=internal`, moved into the namespace: no veth at all. */
const internalPort =
  (name: string): Edit =>
  evidence => {
    const { kernel, ovs } = evidence
    Object.assign(interfaceOf(evidence), { name, type: 'internal' })
    named(ovs.controller.Port, 'veth-ns1-br').name = name
    kernel.controller.links = kernel.controller.links.filter(link => link.name !== 'veth-ns1-br')
    const { peerIndex: _, ...inner } = innerLink(evidence, ns1)
    kernel.controller.netns.ns1 = [{ ...inner, name, kind: 'openvswitch' }]
    named(kernel.controller.datapath, 'veth-ns1-br').name = name
  }

/** The address is not on the end of the veth pair but on a bridge in the namespace that has it. */
const bridgedInside: Edit = evidence => {
  const inner = innerLink(evidence, ns1)
  const { peerIndex: _, ...bridge } = { ...inner, name: 'br0', index: 9, kind: 'bridge' }
  Object.assign(inner, { addresses: [], master: 'br0' })
  evidence.kernel.controller.netns.ns1!.push(bridge)
}

/** The address is on a VLAN of the end of the veth pair. */
const vlanInside: Edit = evidence => {
  const inner = innerLink(evidence, ns1)
  const { peerIndex: _, peerNetnsId: __, ...rest } = inner
  const vlan = { ...rest, name: 'eth0.7', index: 9, kind: 'vlan', lowerIndex: inner.index }
  inner.addresses = []
  evidence.kernel.controller.netns.ns1!.push(vlan)
}

/** An interface with the same label that Open vSwitch could not make. */
const deadTwin: Edit = evidence => {
  const { Bridge, Port, Interface } = evidence.ovs.controller
  const dead = { _uuid: 'tap-old', name: 'tap-old', ofport: [-1], error: ['No such device'] }
  const twin = { ...interfaceOf(evidence), ...dead }
  Interface.push(twin)
  Port.push({ ...named(Port, 'veth-ns1-br'), _uuid: 'port-old', name: 'tap-old', interfaces: ['tap-old'] })
  named(Bridge, 'br-int').ports.push('port-old')
}

/** A port whose name sorts before the right one has the same MAC. */
const elderPort: Edit = ({ northbound }) => {
  const { Logical_Switch_Port: ports, Logical_Switch: switches } = northbound
  ports.unshift({ ...named(ports, 'ls0-ns1'), _uuid: 'elder', name: 'ls0-a-old' })
  named(switches, 'ls0').ports.unshift('elder')
}

const moveTo =
  (name: string): Edit =>
  ({ ovs }) => {
    unplug(ovs.controller, 'veth-ns1-br')
    named(ovs.controller.Bridge, name).ports.push(named(ovs.controller.Port, 'veth-ns1-br')._uuid)
  }

const expected = {
  en: 'veth-ns1-br in br-int with external_ids:iface-id "ls0-ns1"',
  'zh-TW': 'veth-ns1-br 在 br-int 裡，而且 external_ids:iface-id 是 "ls0-ns1"',
}
const label = {
  where: 'controller · Open_vSwitch · Interface · external_ids:iface-id',
  tryThis: 'sudo ovs-vsctl --columns=name,external_ids list Interface   # on controller',
}
const place = {
  where: 'controller · Open_vSwitch · Bridge · ports',
  tryThis: 'sudo ovs-vsctl show   # on controller',
}

describe('pluggedIn', () => {
  it.each([ns1, ns2])('holds on the solved lab for $netns', async endpoint => {
    await expect(pluggedIn(solvedLab(), endpoint, both)).resolves.toBeUndefined()
  })

  it.each<[string, Edit]>([
    ['other names', renamed],
    ['an internal port of OVS moved into the namespace', internalPort('vm1')],
    ['the address on a bridge inside', bridgedInside],
    ['the address on a VLAN inside', vlanInside],
    ['a twin that Open vSwitch could not make', deadTwin],
    ['another port with the same MAC', elderPort],
    ['another integration bridge', otherIntegrationBridge('br-ovn')],
    ['another integration bridge for this chassis', otherIntegrationBridge('br-ovn', { perChassis: true })],
    [
      'other keys in external_ids',
      evidence => {
        interfaceOf(evidence).external_ids['attached-mac'] = '0a:00:00:00:00:01'
      },
    ],
  ])('holds: %s', async (_, edit) => {
    await expect(pluggedIn(solvedLab(edit), ns1, both)).resolves.toBeUndefined()
  })

  it('says that the link is in no bridge', async () => {
    const lab = solvedLab(({ ovs }) => unplug(ovs.controller, 'veth-ns1-br'))
    expect(await unmet(pluggedIn(lab, ns1, both))).toEqual({
      expected,
      saw: { en: 'veth-ns1-br is in no bridge', 'zh-TW': 'veth-ns1-br 不在任何 bridge 裡' },
      ...place,
    })
  })

  it.each<[string, Edit, string, object]>([
    ['no iface-id', withIfaceId(), 'veth-ns1-br @ br-int, iface-id (none)', label],
    [
      'an iface-id with a typing error',
      withIfaceId('ls0_ns1'),
      'veth-ns1-br @ br-int, iface-id "ls0_ns1"',
      label,
    ],
    ['the port of the other', withIfaceId('ls0-ns2'), 'veth-ns1-br @ br-int, iface-id "ls0-ns2"', label],
    ['another bridge', moveTo('br-eth2'), 'veth-ns1-br @ br-eth2, iface-id "ls0-ns1"', place],
  ])('shows how it is plugged in: %s', async (_, edit, saw, asked) => {
    expect(await unmet(pluggedIn(solvedLab(edit), ns1, both))).toEqual({
      expected,
      saw: { en: saw, 'zh-TW': saw },
      ...asked,
    })
  })

  it('does not take a port with the same MAC on a switch that does not hold both', async () => {
    const lab = solvedLab(({ northbound }) => {
      const old = { ...named(northbound.Logical_Switch_Port, 'ls0-ns1'), _uuid: 'old', name: 'old0-ns1' }
      northbound.Logical_Switch_Port.push(old)
      northbound.Logical_Switch.push({
        ...named(northbound.Logical_Switch, 'ls0'),
        name: 'old0',
        ports: ['old'],
      })
    }, withIfaceId('old0-ns1'))
    expect(await unmet(pluggedIn(lab, ns1, both))).toMatchObject({
      expected,
      saw: { en: 'veth-ns1-br @ br-int, iface-id "old0-ns1"' },
    })
  })

  it('names the setting where OVN was told to use another bridge', async () => {
    const lab = solvedLab(({ ovs }) => {
      ovs.controller.Open_vSwitch[0].external_ids['ovn-bridge'] = 'br-ovn'
    })
    expect(await unmet(pluggedIn(lab, ns1, both))).toMatchObject({
      where: 'controller · Open_vSwitch · Open_vSwitch · external_ids:ovn-bridge',
    })
  })

  it('does not hold where the iface-id is on an interface that leads elsewhere', async () => {
    const lab = solvedLab(withIfaceId(), ({ ovs }) => {
      named(ovs.controller.Interface, 'br-int').external_ids['iface-id'] = 'ls0-ns1'
    })
    expect((await unmet(pluggedIn(lab, ns1, both))).saw).toEqual({
      en: 'br-int @ br-int, iface-id "ls0-ns1" and veth-ns1-br @ br-int, iface-id (none)',
      'zh-TW': 'br-int @ br-int, iface-id "ls0-ns1" 和 veth-ns1-br @ br-int, iface-id (none)',
    })
  })

  it('does not hold where another interface of the bridge has the same iface-id', async () => {
    const lab = solvedLab(({ ovs }) => {
      named(ovs.controller.Interface, 'br-int').external_ids['iface-id'] = 'ls0-ns1'
    })
    expect(await unmet(pluggedIn(lab, ns1, both))).toEqual({
      expected,
      saw: {
        en: 'br-int @ br-int, iface-id "ls0-ns1" and veth-ns1-br @ br-int, iface-id "ls0-ns1"',
        'zh-TW': 'br-int @ br-int, iface-id "ls0-ns1" 和 veth-ns1-br @ br-int, iface-id "ls0-ns1"',
      },
      ...label,
    })
  })

  it('does not take an internal port for the end of a veth of the same name', async () => {
    const lab = solvedLab(evidence => {
      Object.assign(interfaceOf(evidence), { name: 'eth0', type: 'internal' })
    })
    await unmet(pluggedIn(lab, ns1, both))
  })

  it('does not hold where the switch port is for another MAC', async () => {
    const lab = solvedLab(({ northbound }) => {
      named(northbound.Logical_Switch_Port, 'ls0-ns1').addresses = ['0a:00:00:00:00:01']
    })
    expect((await unmet(pluggedIn(lab, ns1, both))).expected).toEqual({
      en: 'veth-ns1-br in br-int with external_ids:iface-id none',
      'zh-TW': 'veth-ns1-br 在 br-int 裡，而且 external_ids:iface-id 是 無',
    })
  })

  it('names the namespace that the link was moved into', async () => {
    const lab = solvedLab(({ kernel: { controller } }) => {
      const outer = named(controller.links, 'veth-ns1-br')
      controller.links = controller.links.filter(link => link !== outer)
      controller.netns.other = [outer]
    })
    expect(await unmet(pluggedIn(lab, ns1, both))).toMatchObject({
      saw: { en: 'no interface veth-ns1-br on this node itself, but one in its namespace other' },
      where: 'controller · netns other',
    })
  })

  it('names the namespace where nothing is in it', async () => {
    const lab = solvedLab(({ kernel }) => {
      kernel.controller.netns = {}
    })
    expect((await unmet(pluggedIn(lab, ns1, both))).saw.en).toBe('ns1 is in no bridge')
  })

  it('does not hold where the internal port is still on the node', async () => {
    const decoy: Edit = ({ kernel }) => {
      const [link] = kernel.controller.netns.ns1!
      kernel.controller.links.push({ ...link!, addresses: [] })
    }
    expect((await unmet(pluggedIn(solvedLab(internalPort('vm1'), decoy), ns1, both))).where).toBe(place.where)
  })

  it('does not hold by the word of the database alone', async () => {
    const lab = solvedLab(({ kernel, ovs }) => {
      named(kernel.controller.links, 'veth-ns1-br').master = 'lbr'
      named(ovs.controller.Bridge, 'br-int').datapath_type = ''
    })
    expect(await unmet(pluggedIn(lab, ns1, both))).toMatchObject({
      expected,
      where: 'controller · veth-ns1-br',
      saw: { en: 'veth-ns1-br belongs to br-int of Open vSwitch, but the Linux bridge lbr holds it' },
    })
  })
})
