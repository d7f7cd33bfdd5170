import { describe, expect, it } from 'vitest'
import { bridgeHolds } from '../state/bridge-holds.ts'
import { blind, unmet } from '../testing/outcome.ts'
import { type Edit, type Evidence, innerLink, named, ns1, solvedLab } from '../testing/solved-lab.ts'

const holds = (...edits: Edit[]) => bridgeHolds(solvedLab(...edits), 'controller', 'eth2')

describe('that a bridge holds a link', () => {
  const link = ({ kernel }: Evidence) => named(kernel.controller.links, 'eth2')
  const row = ({ ovs }: Evidence) => named(ovs.controller.Interface, 'eth2')
  const silent: Edit = ({ kernel }) => {
    delete kernel.controller.datapath
  }

  it.each<[string, Edit[]]>([
    ['ovs-vswitchd does not answer, but the kernel says that a bridge takes frames', [silent]],
    [
      'the kernel’s own datapath',
      [
        silent,
        evidence => {
          link(evidence).master = 'ovs-system'
          named(evidence.ovs.controller.Bridge, 'br-eth2').datapath_type = ''
        },
      ],
    ],
    [
      'the userspace datapath, which takes frames before a Linux bridge does',
      [
        evidence => {
          link(evidence).master = 'lbr'
        },
      ],
    ],
    [
      'a veth whose other end is outside of the node, where a link inside has that very number',
      [
        evidence => {
          const { kernel } = evidence
          innerLink(evidence, ns1).index = link(evidence).peerIndex!
          named(kernel.controller.links, 'br-eth1').index = link(evidence).peerIndex!
        },
      ],
    ],
    [
      'ovs-vswitchd receives from it, though nobody made it promiscuous',
      [
        evidence => {
          link(evidence).promiscuity = 0
          evidence.kernel.controller.received = [link(evidence).index]
        },
      ],
    ],
  ])('holds: %s', async (_, edits) => {
    await expect(holds(...edits)).resolves.toBeUndefined()
  })

  it.each<[string, Edit, string, string]>([
    [
      'the kernel’s own datapath could have it, and a Linux bridge does',
      evidence => {
        link(evidence).master = 'lbr'
        named(evidence.ovs.controller.Bridge, 'br-eth2').datapath_type = ''
      },
      'controller · eth2',
      'eth2 belongs to br-eth2 of Open vSwitch, but the Linux bridge lbr holds it',
    ],
    [
      'its row says that Open vSwitch makes it itself',
      evidence => void Object.assign(row(evidence), { type: 'internal', error: ['no such device'] }),
      'controller · Open_vSwitch · Interface · type',
      'the type of eth2 is internal, so Open vSwitch does not use the interface of that name which is there, but would make one itself: no such device',
    ],
    [
      'its row is for a driver that this Open vSwitch lacks',
      evidence => void Object.assign(row(evidence), { type: 'dpdk', error: ['not supported'] }),
      'controller · Open_vSwitch · Interface · type',
      'the type of eth2 is dpdk, so Open vSwitch does not use the interface of that name which is there, but would make one itself: not supported',
    ],
    [
      'ovs-vswitchd is in a network namespace without it',
      evidence => {
        row(evidence).error = ['no such device']
        evidence.kernel.controller.elsewhere = ['ovs-vswitchd']
      },
      'controller · ovs-vswitchd',
      'ovs-vswitchd of controller runs in another network namespace, where it has none of the interfaces of the node; Open vSwitch cannot use eth2: no such device',
    ],
    [
      'ovs-vswitchd has it in another bridge',
      ({ kernel }) => {
        named(kernel.controller.datapath, 'eth2').bridge = 'br-x'
      },
      'controller · ovs-vswitchd',
      'the database says that eth2 is in br-eth2, and ovs-vswitchd that it has it in br-x',
    ],
    [
      'ovs-vswitchd has no such port',
      ({ kernel }) => {
        kernel.controller.datapath = kernel.controller.datapath!.filter(({ name }) => name !== 'eth2')
      },
      'controller · ovs-vswitchd',
      'the database says that eth2 is in br-eth2, and ovs-vswitchd that it has no such port',
    ],
    [
      'the bridge is of a datapath that is not there',
      ({ kernel, ovs }) => {
        kernel.controller.datapath = kernel.controller.datapath!.filter(({ bridge }) => bridge !== 'br-eth2')
        named(ovs.controller.Bridge, 'br-eth2').datapath_type = 'system'
      },
      'controller · Open_vSwitch · Bridge · datapath_type',
      'datapath_type of br-eth2 = "system", and ovs-vswitchd has no such datapath here, so it has no br-eth2',
    ],
    [
      'it has no port number',
      evidence => {
        row(evidence).ofport = [-1]
      },
      'controller · Open_vSwitch · Interface · ofport',
      'eth2 has no port number in br-eth2 (ofport -1)',
    ],
    [
      'it is another link of the same name',
      evidence => {
        link(evidence).index += 100
      },
      'controller · eth2',
      'eth2 is not the interface that was put into br-eth2: no bridge receives its frames',
    ],
    [
      'no bridge takes frames from it',
      evidence => {
        link(evidence).promiscuity = 0
      },
      'controller · eth2',
      'eth2 is not the interface that was put into br-eth2: no bridge receives its frames',
    ],
    [
      'ovs-vswitchd receives nothing from it',
      evidence => {
        evidence.kernel.controller.received = [link(evidence).index + 1]
      },
      'controller · eth2',
      'Open vSwitch no longer receives what comes in by eth2, since the interface left this machine’s namespace after it was put into br-eth2, or was recreated',
    ],
    [
      'it leads into a namespace of the node',
      evidence => {
        const peer = { index: link(evidence).peerIndex!, peerIndex: link(evidence).index }
        Object.assign(innerLink(evidence, ns1), peer)
      },
      'controller · eth2',
      'eth2 is one end of a veth pair whose other end is here too: eth0 in namespace ns1',
    ],
    [
      'it leads into a namespace without a name',
      evidence => {
        const peer = { ...link(evidence), name: 'x', index: link(evidence).peerIndex! }
        evidence.kernel.controller.netnsUnnamed = [[{ ...peer, peerIndex: link(evidence).index }]]
      },
      'controller · eth2',
      'eth2 is one end of a veth pair whose other end is here too: x in a namespace without a name',
    ],
    [
      'it leads nowhere',
      evidence => {
        link(evidence).kind = 'dummy'
      },
      'controller · eth2',
      'eth2 is an interface of kind dummy, which is not connected to anything outside this machine',
    ],
    [
      'it is a tunnel',
      evidence => {
        link(evidence).kind = 'vxlan'
      },
      'controller · eth2',
      'eth2 is a tunnel (vxlan): its packets cross another interface, encapsulated',
    ],
  ])('does not hold: %s', async (_, edit, where, saw) => {
    const told = await unmet(holds(edit))
    expect({ where: told.where, saw: told.saw.en }).toEqual({ where, saw })
    expect(told.saw['zh-TW']).toMatch(/\p{Script=Han}/u)
  })

  it('is unknown where nobody else says anything', async () => {
    const mute: Edit = evidence => {
      delete link(evidence).promiscuity
    }
    expect(await blind(holds(silent, mute))).toMatchObject({
      reason: {
        en: 'only the database of controller says that eth2 is in br-eth2: ovs-vswitchd did not answer',
      },
      where: 'controller · ovs-vswitchd',
    })
  })

  it('does not hold where ovs-vswitchd does not run', async () => {
    const stopped: Edit = evidence => {
      delete link(evidence).promiscuity
      const { controller } = evidence.kernel
      controller.daemons = controller.daemons.filter(name => name !== 'ovs-vswitchd')
    }
    expect(await unmet(holds(silent, stopped))).toMatchObject({
      where: 'controller · ovs-vswitchd',
      saw: { en: 'ovs-vswitchd does not run on controller' },
    })
  })
})
