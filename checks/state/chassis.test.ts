import { describe, expect, it } from 'vitest'
import { unmet } from '../testing/outcome.ts'
import { type Edit, solvedLab } from '../testing/solved-lab.ts'
import { isChassis } from './chassis.ts'

const EXTERNAL_IDS = 'Open_vSwitch · Open_vSwitch · external_ids'
const set =
  (node: 'controller' | 'hypervisor', key: string, value: string): Edit =>
  ({ ovs }) => {
    ovs[node].Open_vSwitch[0].external_ids[key] = value
  }
const says =
  (node: string, southbound: string): Edit =>
  ({ diagnostics }) => {
    diagnostics.push({
      request: { look: 'daemon', node, daemon: 'ovn-controller' },
      evidence: { southbound, status: '' },
    })
  }
const listensOn =
  (target: string): Edit =>
  ({ southbound }) =>
    void Object.assign(southbound, { Connection: [{ _uuid: 'c1', target }] })
/** What ovn-controller answered when the kernel was looked at. */
const said =
  (southbound: string): Edit =>
  ({ kernel }) => {
    kernel.hypervisor.answers = { 'ovn-controller': { southbound, status: '' } }
  }
const forgotten =
  (...keys: string[]): Edit =>
  ({ ovs }) => {
    const { external_ids } = ovs.hypervisor.Open_vSwitch[0]
    for (const key of keys) delete external_ids[key]
  }
const without =
  (daemon: string): Edit =>
  ({ kernel }) => {
    kernel.hypervisor.daemons = kernel.hypervisor.daemons.filter(name => name !== daemon)
  }
const systemIdOf: (node: 'controller' | 'hypervisor') => (evidence: Parameters<Edit>[0]) => string =
  node =>
  ({ ovs }) =>
    ovs[node].Open_vSwitch[0].external_ids['system-id']!

describe('isChassis', () => {
  it.each<[string, Edit[]]>([
    ['as solved', []],
    [
      'several ways to the database',
      [set('hypervisor', 'ovn-remote', 'tcp:10.0.0.1:6642,tcp:192.168.33.10:6642')],
    ],
    [
      'the database by its name, where ovn-controller got there',
      [set('hypervisor', 'ovn-remote', 'tcp:controller:6642'), says('hypervisor', 'connected')],
    ],
    [
      'a further port that the database says it listens on',
      [listensOn('pssl:6643'), set('hypervisor', 'ovn-remote', 'ssl:192.168.33.10:6643')],
    ],
    ['connected a moment later', [said('not connected'), says('hypervisor', 'connected')]],
    [
      'ovn-controller in a network namespace of its own that leads to the database',
      [({ kernel }) => void Object.assign(kernel.hypervisor, { elsewhere: ['ovn-controller'] })],
    ],
    ['two kinds of tunnel', [set('hypervisor', 'ovn-encap-type', 'geneve,vxlan')]],
    [
      'settings for this chassis alone',
      [
        evidence => set('hypervisor', 'ovn-remote', 'nowhere')(evidence),
        evidence =>
          set(
            'hypervisor',
            `ovn-remote-${systemIdOf('hypervisor')(evidence)}`,
            'tcp:192.168.33.10:6642',
          )(evidence),
      ],
    ],
  ])('holds: %s', async (_, edits) => {
    await expect(isChassis(solvedLab(...edits), 'hypervisor')).resolves.toBeUndefined()
  })

  it.each<[string, Edit[], string, string]>([
    [
      'ovn-controller is stopped',
      [without('ovn-controller')],
      'hypervisor · ovn-controller',
      'ovn-controller does not run on hypervisor',
    ],
    [
      'Open vSwitch is stopped',
      [without('ovs-vswitchd')],
      'hypervisor · ovs-vswitchd',
      'ovs-vswitchd does not run on hypervisor',
    ],
    [
      'it is cut off, and its old row is still there',
      [said('not connected')],
      'hypervisor · ovn-controller',
      'ovn-controller runs on hypervisor, but it is not connected to the southbound database',
    ],
    [
      'it is in a network namespace of its own',
      [
        said('not connected'),
        ({ kernel }) => void Object.assign(kernel.hypervisor, { elsewhere: ['ovn-controller'] }),
      ],
      'hypervisor · ovn-controller',
      'ovn-controller of hypervisor runs in another network namespace, where it has none of the interfaces of the node; ovn-controller of hypervisor is not connected to the southbound database',
    ],
    [
      'the databases are in a network namespace of their own',
      [
        said('not connected'),
        ({ kernel }) => void Object.assign(kernel.controller, { elsewhere: ['ovsdb-server'] }),
      ],
      'controller · ovsdb-server',
      'ovsdb-server of controller runs in another network namespace, where it has none of the interfaces of the node; ovn-controller of hypervisor is not connected to the southbound database',
    ],
    [
      'what is called ovn-controller is something else',
      [
        without('ovn-controller'),
        ({ kernel }) => {
          kernel.hypervisor.impostors = { 'ovn-controller': '/usr/bin/sleep' }
        },
      ],
      'hypervisor · ovn-controller',
      'ovn-controller does not run on hypervisor; the process of that name executes /usr/bin/sleep',
    ],
    [
      'its settings were replaced as a whole',
      [forgotten('system-id', 'ovn-remote', 'ovn-encap-type', 'ovn-encap-ip')],
      `hypervisor · ${EXTERNAL_IDS}:system-id`,
      'external_ids of hypervisor has no system-id, ovn-remote, ovn-encap-type and ovn-encap-ip, which it was set up with',
    ],
    [
      'one setting is gone',
      [forgotten('ovn-remote')],
      `hypervisor · ${EXTERNAL_IDS}:ovn-remote`,
      'external_ids of hypervisor has no ovn-remote, which it was set up with',
    ],
    [
      'the address of its tunnels is on no link',
      [
        ({ kernel }) => {
          for (const link of kernel.hypervisor.links)
            link.addresses = link.addresses.filter(({ address }) => address !== '192.168.33.20')
        },
      ],
      'hypervisor · 192.168.33.20',
      'no interface of hypervisor has 192.168.33.20',
    ],
    [
      'it asks the northbound database',
      [set('hypervisor', 'ovn-remote', 'tcp:192.168.33.10:6641')],
      `hypervisor · ${EXTERNAL_IDS}:ovn-remote`,
      'ovn-remote = "tcp:192.168.33.10:6641", but the southbound database is at tcp:192.168.33.10:6642',
    ],
    [
      'it asks a machine that the database does not listen on',
      [
        listensOn('pssl:6643'),
        set('hypervisor', 'ovn-remote', 'ssl:192.168.33.20:6643'),
        says('hypervisor', 'not connected'),
      ],
      `hypervisor · ${EXTERNAL_IDS}:ovn-remote`,
      'ovn-remote = "ssl:192.168.33.20:6643", but the southbound database is at tcp:192.168.33.10:6642',
    ],
    [
      'it asks another machine, which does not answer',
      [set('hypervisor', 'ovn-remote', 'tcp:192.168.33.99:6642'), says('hypervisor', 'not connected')],
      `hypervisor · ${EXTERNAL_IDS}:ovn-remote`,
      'ovn-remote = "tcp:192.168.33.99:6642", but the southbound database is at tcp:192.168.33.10:6642',
    ],
    [
      'it has the name of the other',
      [evidence => set('hypervisor', 'system-id', 'twin')(evidence), set('controller', 'system-id', 'twin')],
      `hypervisor · ${EXTERNAL_IDS}:system-id`,
      'system-id of hypervisor = "twin", but that is the system-id of controller too, and each chassis needs its own',
    ],
    [
      'it speaks another language',
      [set('hypervisor', 'ovn-encap-type', 'vxlan')],
      `hypervisor · ${EXTERNAL_IDS}:ovn-encap-type`,
      'ovn-encap-type = "vxlan", but the nodes of this lab use geneve',
    ],
    [
      'it tells another address',
      [set('hypervisor', 'ovn-encap-ip', '10.0.2.20')],
      `hypervisor · ${EXTERNAL_IDS}:ovn-encap-ip`,
      'ovn-encap-ip = "10.0.2.20", but the address of hypervisor on the tunnel network is 192.168.33.20',
    ],
    [
      'the key of its own chassis, which is taken before the other, tells another address',
      [
        evidence =>
          set('hypervisor', `ovn-encap-ip-${systemIdOf('hypervisor')(evidence)}`, '10.0.2.20')(evidence),
      ],
      expect.stringMatching(/external_ids:ovn-encap-ip-[0-9a-f-]{36}$/),
      expect.stringMatching(/^ovn-encap-ip-[0-9a-f-]{36} = "10.0.2.20", but the address of hypervisor/),
    ],
    [
      'its row bears another address',
      [({ southbound }) => void Object.assign(southbound, { Encap: [] })],
      'OVN_Southbound · Encap · ip',
      'its row has these encapsulations: (none)',
    ],
    [
      'another chassis has its address',
      [
        ({ southbound }) => {
          const own = southbound.Chassis.find(({ hostname }) => hostname === 'hypervisor')!
          Object.assign(own, { name: 'old', hostname: '' })
        },
      ],
      'OVN_Southbound · Encap · ip',
      'the chassis old () has Geneve at 192.168.33.20 already, and the database takes each address once, so ovn-controller of hypervisor cannot register it',
    ],
    [
      'it has no row',
      [
        ({ southbound }) => void Object.assign(southbound, { Chassis: [] }),
        set('hypervisor', 'system-id', 'hv'),
      ],
      'OVN_Southbound · Chassis · name',
      'no row named hv; the rows: (none)',
    ],
  ])('does not hold where %s', async (_, edits, where, saw) => {
    const told = await unmet(isChassis(solvedLab(...edits), 'hypervisor'))
    expect({ where: told.where, saw: told.saw.en }).toEqual({ where, saw })
  })

  it('fails for both nodes where they have one name, and names the later', async () => {
    const lab = solvedLab(evidence =>
      set('hypervisor', 'system-id', systemIdOf('controller')(evidence))(evidence),
    )
    expect(await unmet(isChassis(lab, 'controller'))).toMatchObject({
      where: 'hypervisor · Open_vSwitch · Open_vSwitch · external_ids:system-id',
      saw: { en: expect.stringContaining('that is the system-id of controller too') },
    })
  })
})
