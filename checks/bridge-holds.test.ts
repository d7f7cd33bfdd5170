import { describe, expect, it } from 'vitest'
import { bridgeHolds, bridgeOf } from './bridge-holds.ts'
import { otherIntegrationBridge, renamed } from './testing/names.ts'
import { blind, unmet } from './testing/outcome.ts'
import { type Edit, type Evidence, innerLink, named, ns1, solvedLab, unplug } from './testing/solved-lab.ts'

const holds = (...edits: Edit[]) => bridgeHolds(solvedLab(...edits), 'controller', 'eth2')

const expected = {
  en: 'eth2, up and without an address, in a bridge other than br-int',
  'zh-TW': 'eth2 已啟用、沒有位址，而且在 br-int 以外的 bridge 裡',
}
const inDatabase = {
  where: 'controller · Open_vSwitch · Bridge · ports',
  tryThis: 'sudo ovs-vsctl show   # on controller',
}
const inKernel = { where: 'controller · eth2', tryThis: 'ip -br address show eth2   # on controller' }

const addressed =
  (family: 'inet' | 'inet6', address: string, prefixLength: number): Edit =>
  ({ kernel }) => {
    named(kernel.controller.links, 'eth2').addresses.push({ family, address, prefixLength })
  }

const moveTo =
  (name: string): Edit =>
  ({ ovs }) => {
    unplug(ovs.controller, 'eth2')
    named(ovs.controller.Bridge, name).ports.push(named(ovs.controller.Port, 'eth2')._uuid)
  }

describe('bridgeHolds', () => {
  it.each<[string, Edit]>([
    ['as solved', () => {}],
    ['other names', renamed],
    ['another integration bridge', otherIntegrationBridge('br-ovn')],
    ['an address IPv6 gave itself', addressed('inet6', 'fe80::1', 64)],
    [
      'a release without the column error',
      ({ ovs }) => {
        for (const row of ovs.controller.Interface) row.error = []
      },
    ],
  ])('holds: %s', async (_, edit) => {
    await expect(holds(edit)).resolves.toBeUndefined()
  })

  it('holds on the other node', async () => {
    await expect(bridgeHolds(solvedLab(), 'hypervisor', 'eth2')).resolves.toBeUndefined()
  })

  it('says that the link is in a Linux bridge', async () => {
    const lab = solvedLab(({ ovs, kernel }) => {
      unplug(ovs.hypervisor, 'eth2')
      named(kernel.hypervisor.links, 'eth2').master = 'lb0'
    })
    expect((await unmet(bridgeHolds(lab, 'hypervisor', 'eth2'))).saw.en).toBe(
      'eth2 is in the Linux bridge lb0, and in none of Open vSwitch',
    )
  })

  it('says that the link is in no bridge', async () => {
    expect(await unmet(holds(({ ovs }) => unplug(ovs.controller, 'eth2')))).toEqual({
      expected,
      saw: { en: 'eth2 is in no bridge', 'zh-TW': 'eth2 不在任何 bridge 裡' },
      ...inDatabase,
    })
  })

  it('says that it is in the integration bridge, whatever its name', async () => {
    expect(await unmet(holds(moveTo('br-int')))).toEqual({
      expected,
      saw: { en: 'eth2 is in br-int itself', 'zh-TW': 'eth2 直接放在 br-int 裡' },
      ...inDatabase,
    })
    expect((await unmet(holds(moveTo('br-int'), otherIntegrationBridge('br-ovn')))).saw.en).toBe(
      'eth2 is in br-ovn itself',
    )
  })

  it('gives the words of Open vSwitch where it cannot use the link', async () => {
    const edit: Edit = ({ ovs }) => {
      named(ovs.controller.Interface, 'eth2').error = ['could not open network device eth2 (No such device)']
    }
    expect(await unmet(holds(edit))).toEqual({
      expected,
      saw: {
        en: 'Open vSwitch cannot use eth2: could not open network device eth2 (No such device)',
        'zh-TW': 'Open vSwitch 無法使用 eth2：could not open network device eth2 (No such device)',
      },
      where: 'controller · Open_vSwitch · Interface · error',
      tryThis: 'sudo ovs-vsctl list Interface eth2   # on controller',
    })
  })

  it('says that the link is down', async () => {
    const edit: Edit = ({ kernel }) => {
      named(kernel.controller.links, 'eth2').isUp = false
    }
    expect(await unmet(holds(edit))).toEqual({
      expected,
      saw: { en: 'eth2 is down', 'zh-TW': 'eth2 沒有啟用（DOWN）' },
      ...inKernel,
    })
  })

  it('shows the addresses the link has', async () => {
    const edits = [addressed('inet', '192.168.10.10', 24), addressed('inet', '10.0.0.1', 8)]
    expect(await unmet(holds(...edits))).toEqual({
      expected,
      saw: {
        en: 'eth2 has 192.168.10.10/24 and 10.0.0.1/8',
        'zh-TW': 'eth2 上有位址 192.168.10.10/24 和 10.0.0.1/8',
      },
      ...inKernel,
    })
  })

  it('says that there is no such link', async () => {
    const edit: Edit = ({ kernel }) => {
      kernel.controller.links = kernel.controller.links.filter(link => link.name !== 'eth2')
    }
    expect(await unmet(holds(edit))).toEqual({
      expected,
      saw: { en: 'no interface eth2 on this node', 'zh-TW': '這個節點上沒有介面 eth2' },
      ...inKernel,
    })
  })

  it('is about its own node only', async () => {
    await expect(
      bridgeHolds(
        solvedLab(({ ovs }) => unplug(ovs.hypervisor, 'eth2')),
        'controller',
        'eth2',
      ),
    ).resolves.toBeUndefined()
  })
})

describe('bridgeOf', () => {
  it('is the bridge, whatever its name, or undefined', async () => {
    expect((await bridgeOf(solvedLab(renamed), 'controller', 'eth2'))?.name).toBe('br-ex')
    expect(await bridgeOf(solvedLab(), 'controller', 'eth9')).toBeUndefined()
  })

  describe('is not told by a row alone', () => {
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
        'a veth whose other end is outside of the node, where a link inside has that very number',
        [
          evidence => {
            const { kernel } = evidence
            innerLink(evidence, ns1).index = link(evidence).peerIndex!
            named(kernel.controller.links, 'br-eth1').index = link(evidence).peerIndex!
          },
        ],
      ],
    ])('holds: %s', async (_, edits) => {
      await expect(holds(...edits)).resolves.toBeUndefined()
    })

    it.each<[string, Edit, string, string]>([
      [
        'it is in a Linux bridge',
        evidence => {
          link(evidence).master = 'lbr'
        },
        'controller · eth2',
        'eth2 is in the Linux bridge lbr, and in none of Open vSwitch',
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
          kernel.controller.datapath = kernel.controller.datapath!.filter(
            ({ bridge }) => bridge !== 'br-eth2',
          )
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
})
