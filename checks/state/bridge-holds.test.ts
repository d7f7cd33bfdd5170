import { describe, expect, it } from 'vitest'
import type { Link } from '../../harness/look/evidence.ts'
import { otherIntegrationBridge, renamed } from '../testing/names.ts'
import { unmet } from '../testing/outcome.ts'
import { type Edit, named, solvedLab, unplug } from '../testing/solved-lab.ts'
import { bridgeHolds, bridgeOf } from './bridge-holds.ts'

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

  it('says that the link has another name now', async () => {
    const renamedLink: Edit = ({ ovs, kernel }) => {
      const link = named(kernel.controller.links, 'eth2')
      link.name = 'ens19'
      named(ovs.controller.Interface, 'eth2').mac_in_use = [link.mac]
    }
    const found = await unmet(holds(renamedLink))
    expect(found.where).toBe('controller · ens19')
    expect(found.saw.en).toContain('ens19 has the MAC address by which Open vSwitch knows eth2')
  })

  it('says that the link is in no bridge', async () => {
    expect(await unmet(holds(({ ovs }) => unplug(ovs.controller, 'eth2')))).toEqual({
      expected,
      saw: { en: 'eth2 is in no bridge', 'zh-TW': 'eth2 不在任何 bridge 裡' },
      ...inDatabase,
    })
  })

  it.each<[string, string, Partial<Link>, string]>([
    ['a VLAN interface on it', 'v10', { kind: 'vlan' }, 'v10 (vlan)'],
    ['a name of its own kind that no interface has', 'eth2.10', {}, 'eth2.10'],
  ])('says what the bridge has in its place: %s', async (_, name, link, is) => {
    const edit: Edit = ({ ovs, kernel }) => {
      const { links } = kernel.controller
      const lowerIndex = named(links, 'eth2').index
      if (link.kind) links.push({ ...named(links, 'br-eth2'), ...link, name, index: 900, lowerIndex })
      named(ovs.controller.Port, 'eth2').name = name
      named(ovs.controller.Interface, 'eth2').name = name
    }
    expect((await unmet(holds(edit))).saw.en).toBe(`eth2 is in no bridge; br-eth2 has ${is} in its place`)
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
})
