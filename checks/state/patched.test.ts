import { describe, expect, it } from 'vitest'
import { otherIntegrationBridge, renamed } from '../testing/names.ts'
import { unmet } from '../testing/outcome.ts'
import { both, type Edit, named, solvedLab, unplug } from '../testing/solved-lab.ts'
import { patchedByOvn } from './patched.ts'

const INSIDE = 'patch-br-int-to-ls0-localnet'
const OUTSIDE = 'patch-ls0-localnet-to-br-int'
const patched = (...edits: Edit[]) => patchedByOvn(solvedLab(...edits), both, 'controller', 'eth2')

const withPeer =
  (name: string, peer: string): Edit =>
  ({ ovs }) => {
    named(ovs.controller.Interface, name).options = { peer }
  }

/** Made by hand with `ovs-vsctl add-port … type=patch`: without the mark ovn-controller leaves. */
const byHand: Edit = ({ ovs }) => {
  for (const name of [INSIDE, OUTSIDE]) named(ovs.controller.Port, name).external_ids = {}
}

const without =
  (...names: string[]): Edit =>
  ({ ovs }) => {
    for (const name of names) unplug(ovs.controller, name)
  }

const move =
  (name: string, to: string): Edit =>
  ({ ovs }) => {
    unplug(ovs.controller, name)
    named(ovs.controller.Bridge, to).ports.push(named(ovs.controller.Port, name)._uuid)
  }

const noLocalnetPort: Edit = ({ northbound }) => {
  named(northbound.Logical_Switch_Port, 'ls0-localnet').type = ''
}

/** A second pair of OVN's, for the localnet port of another switch with the same network. */
const secondPair: Edit = ({ ovs }) => {
  const { Bridge, Port, Interface } = ovs.controller
  for (const [name, peer, bridge] of [
    ['patch-br-int-to-lan', 'patch-lan-to-br-int', 'br-int'],
    ['patch-lan-to-br-int', 'patch-br-int-to-lan', 'br-eth2'],
  ] as const) {
    Interface.unshift({ ...named(Interface, INSIDE), _uuid: name, name, options: { peer } })
    const external_ids = { 'ovn-localnet-port': 'lan' }
    Port.unshift({ ...named(Port, INSIDE), _uuid: name, name, interfaces: [name], external_ids })
    named(Bridge, bridge).ports.unshift(name)
  }
}

const expected = {
  en: 'a pair of patch ports between br-int and br-eth2, created by OVN for ls0-localnet',
  'zh-TW': 'br-int 和 br-eth2 之間有一對由 OVN 為 ls0-localnet 建立的 patch port',
}
const asSolved = [`${OUTSIDE} @ br-eth2, peer ${INSIDE}`, `${INSIDE} @ br-int, peer ${OUTSIDE}`] as const

describe('patchedByOvn', () => {
  it.each<[string, Edit[]]>([
    ['as solved', []],
    ['other names', [renamed]],
    ['another integration bridge', [otherIntegrationBridge('br-ovn')]],
    ['another integration bridge for this chassis', [otherIntegrationBridge('br-ovn', { perChassis: true })]],
    ['a pair of another switch beside it', [secondPair]],
  ])('holds: %s', async (_, edits) => {
    await expect(patched(...edits)).resolves.toBeUndefined()
  })

  it('holds on the other node', async () => {
    await expect(patchedByOvn(solvedLab(), both, 'hypervisor', 'eth2')).resolves.toBeUndefined()
  })

  it('says that there are none, and whether ovn-controller runs', async () => {
    const stopped: Edit = ({ kernel }) => {
      kernel.controller.daemons = ['ovs-vswitchd', 'ovsdb-server']
    }
    expect(await unmet(patched(without(INSIDE, OUTSIDE), stopped))).toEqual({
      expected,
      saw: {
        en: 'patch ports: none; ovn-controller does not run on controller',
        'zh-TW': 'patch port：無；controller 上沒有執行 ovn-controller',
      },
      where: 'controller · Open_vSwitch · Interface · options:peer',
      tryThis: 'sudo ovs-vsctl show   # on controller',
    })
  })

  it.each<[string, Edit[], string, string]>([
    [
      'Open vSwitch did not join them',
      [
        ({ ovs, kernel }) => {
          named(ovs.controller.Bridge, 'br-eth2').datapath_type = 'system'
          named(ovs.controller.Interface, INSIDE).error = ["No usable peer 'x' exists in 'netdev' datapath."]
          named(kernel.controller.datapath, OUTSIDE).datapath = 'system@ovs-system'
        },
      ],
      'controller · Open_vSwitch · Bridge · datapath_type',
      `datapath_type: br-int = "netdev", br-eth2 = "system"; No usable peer 'x' exists in 'netdev' datapath.`,
    ],
    [
      'ovs-vswitchd has none of them',
      [
        ({ kernel }) => {
          kernel.controller.datapath = kernel.controller.datapath!.filter(({ type }) => type !== 'patch')
        },
      ],
      'controller · ovs-vswitchd',
      `the database says that ${INSIDE} is in br-int, and ovs-vswitchd that it has no such port`,
    ],
    [
      'ovn-controller is cut off',
      [
        without(INSIDE, OUTSIDE),
        ({ kernel }) => {
          kernel.controller.answers!['ovn-controller']!.southbound = 'not connected'
        },
      ],
      'controller · ovn-controller',
      'ovn-controller runs on controller, but it is not connected to the southbound database',
    ],
    [
      'ovn-controller was paused',
      [
        without(INSIDE),
        ({ diagnostics }) => {
          diagnostics.push({
            request: { look: 'daemon', node: 'controller', daemon: 'ovn-controller' },
            evidence: { southbound: 'connected', status: 'paused' },
          })
        },
      ],
      'controller · ovn-controller',
      `ovn-controller of controller was paused (debug/pause), so it does nothing; ${asSolved[0]}`,
    ],
    [
      'ovn-controller asks somebody else than the other node',
      [
        without(INSIDE, OUTSIDE),
        ({ kernel, ovs }) => {
          kernel.controller.answers!['ovn-controller']!.southbound = 'not connected'
          ovs.controller.Open_vSwitch[0].external_ids['ovn-remote'] = 'unix:/run/ovn/ovnsb_db.sock'
        },
      ],
      'controller · Open_vSwitch · Open_vSwitch · external_ids:ovn-remote',
      'ovn-controller of controller is not connected: its ovn-remote = "unix:/run/ovn/ovnsb_db.sock", while that of hypervisor, which is connected, is "tcp:192.168.33.10:6642"',
    ],
    [
      'br-int speaks another OpenFlow',
      [
        without(INSIDE, OUTSIDE),
        ({ ovs }) => {
          named(ovs.controller.Bridge, 'br-int').protocols = ['OpenFlow10']
        },
      ],
      'controller · Open_vSwitch · Bridge · protocols',
      'protocols of br-int = "OpenFlow10", but ovn-controller uses only OpenFlow15',
    ],
  ])('names what is behind it: %s', async (_, edits, where, saw) => {
    const told = await unmet(patched(...edits))
    expect({ where: told.where, saw: told.saw.en }).toEqual({ where, saw })
  })

  it.each<[string, Edit, string[]]>([
    ['only the inner one is there', without(OUTSIDE), [asSolved[1]]],
    ['only the outer one is there', without(INSIDE), [asSolved[0]]],
    ['they were made by hand', byHand, [...asSolved]],
    [
      'the inner one has another peer',
      withPeer(INSIDE, 'patch-x'),
      [asSolved[0], `${INSIDE} @ br-int, peer patch-x`],
    ],
    [
      'the outer one has another peer',
      withPeer(OUTSIDE, 'patch-x'),
      [`${OUTSIDE} @ br-eth2, peer patch-x`, asSolved[1]],
    ],
    ['both are in br-eth2', move(INSIDE, 'br-eth2'), [`${INSIDE} @ br-eth2, peer ${OUTSIDE}`, asSolved[0]]],
    ['both are in br-int', move(OUTSIDE, 'br-int'), [asSolved[1], `${OUTSIDE} @ br-int, peer ${INSIDE}`]],
    [
      'the outer one is in a bridge without eth2',
      move(OUTSIDE, 'br-eth1'),
      [`${OUTSIDE} @ br-eth1, peer ${INSIDE}`, asSolved[1]],
    ],
  ])('does not hold where %s', async (_, edit, [one, other]) => {
    const seen = other === undefined ? [one, one] : [`${one} and ${other}`, `${one} 和 ${other}`]
    expect(await unmet(patched(edit))).toMatchObject({
      expected,
      saw: {
        en: `patch ports: ${seen[0]}; ovn-controller runs on controller`,
        'zh-TW': `patch port：${seen[1]}；controller 上的 ovn-controller 正在執行`,
      },
    })
  })

  it('does not hold where the peers of two pairs are crossed', async () => {
    const crossed = [
      withPeer(INSIDE, 'patch-lan-to-br-int'),
      withPeer(OUTSIDE, 'patch-br-int-to-lan'),
      withPeer('patch-lan-to-br-int', INSIDE),
      withPeer('patch-br-int-to-lan', OUTSIDE),
    ]
    expect((await unmet(patched(secondPair, ...crossed))).expected).toEqual(expected)
  })

  it('does not hold where OVN made the pair for another localnet port', async () => {
    const lab = without(INSIDE, OUTSIDE)
    expect((await unmet(patched(secondPair, lab))).expected).toEqual(expected)
  })

  it('does not take patch ports made by hand for OVN’s where there is no localnet port', async () => {
    expect((await unmet(patched(byHand, noLocalnetPort))).expected).toEqual({
      en: 'a pair of patch ports between br-int and br-eth2, created by OVN for (none)',
      'zh-TW': 'br-int 和 br-eth2 之間有一對由 OVN 為 (none) 建立的 patch port',
    })
  })

  it('does not hold where no bridge has the link', async () => {
    expect((await unmet(patched(without('eth2')))).expected.en).toBe(
      'a pair of patch ports between br-int and (none), created by OVN for ls0-localnet',
    )
  })
})
