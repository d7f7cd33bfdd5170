import { describe, expect, it } from 'vitest'
import { unmet } from '../testing/outcome.ts'
import { NODES } from '../testing/recorded.ts'
import { type Edit, setting, tunnelledLab, tunnelOf } from '../testing/tunnelled-lab.ts'
import { tunnelledByOvn } from './tunnelled.ts'

const tunnelled = (...edits: Edit[]) => tunnelledByOvn(tunnelledLab(...edits), 'controller', 'hypervisor')
const ENCAP_IP = 'hypervisor · Open_vSwitch · Open_vSwitch · external_ids:ovn-encap-ip'
const REMOTE_IP = 'controller · Open_vSwitch · Interface · options:remote_ip'

const made =
  (change: (tunnel: ReturnType<typeof tunnelOf>) => void): Edit =>
  evidence =>
    change(tunnelOf(evidence, 'controller'))
/** The southbound database has one more address for the chassis of hypervisor. */
const announcing =
  (ip: string): Edit =>
  ({ southbound }) => {
    const encap = southbound.Encap.find(row => row.ip === '192.168.33.20')!
    const chassis = southbound.Chassis.find(({ encaps }) => encaps.includes(encap._uuid))!
    southbound.Encap.push({ ...encap, _uuid: 'another', ip })
    chassis.encaps.push('another')
  }

const noPorts: Edit = ({ ovs }) => void Object.assign(ovs.controller, { Interface: [] })

describe('tunnelledByOvn', () => {
  it.each(NODES)('holds on the solved lab for %s', async node => {
    const other = NODES.find(name => name !== node)!
    await expect(tunnelledByOvn(tunnelledLab(), node, other)).resolves.toBeUndefined()
  })

  it('holds where OVN says of the port only which chassis it leads to, as releases before 20.12 do', async () => {
    const older = made(({ port, iface }) => {
      port.external_ids['ovn-chassis-id'] = port.external_ids['ovn-chassis-id']!.split('@')[0]!
      delete iface.options.local_ip
    })
    await expect(tunnelled(older)).resolves.toBeUndefined()
  })

  it.each<[string, Edit[], string]>([
    ['there is none', [noPorts], REMOTE_IP],
    [
      'it leads elsewhere',
      [made(({ iface }) => void Object.assign(iface.options, { remote_ip: '192.168.33.30' }))],
      REMOTE_IP,
    ],
    [
      'it begins elsewhere',
      [made(({ iface }) => void Object.assign(iface.options, { local_ip: '10.0.2.10' }))],
      'controller · Open_vSwitch · Interface · options:local_ip',
    ],
    ['it is no Geneve', [made(({ iface }) => void Object.assign(iface, { type: 'vxlan' }))], REMOTE_IP],
    [
      'Open vSwitch cannot use it',
      [made(({ iface }) => void Object.assign(iface, { error: ['could not add network device'] }))],
      'controller · Open_vSwitch · Interface · error',
    ],
    [
      'somebody else made it',
      [made(({ port }) => void Object.assign(port, { external_ids: {} }))],
      'controller · Open_vSwitch · Interface · ',
    ],
    ['the other chassis takes Geneve at two addresses', [announcing('10.0.2.20')], ENCAP_IP],
    [
      'the other chassis announces an address that it does not have',
      [
        setting('hypervisor', 'ovn-encap-ip', '192.168.33.99'),
        made(({ iface }) => void Object.assign(iface.options, { remote_ip: '192.168.33.99' })),
      ],
      ENCAP_IP,
    ],
    [
      'the other chassis takes no Geneve',
      [
        setting('hypervisor', 'ovn-encap-type', 'vxlan'),
        made(({ iface }) => void Object.assign(iface, { type: 'vxlan' })),
      ],
      'hypervisor · Open_vSwitch · Open_vSwitch · external_ids:ovn-encap-type',
    ],
    [
      'the two are in different transport zones',
      [
        setting('controller', 'ovn-transport-zones', 'rack1'),
        setting('hypervisor', 'ovn-transport-zones', 'rack2,rack3'),
        noPorts,
      ],
      'controller · Open_vSwitch · Open_vSwitch · external_ids:ovn-transport-zones',
    ],
    [
      'the other one alone is in a transport zone',
      [setting('hypervisor', 'ovn-transport-zones', 'rack2'), noPorts],
      'hypervisor · Open_vSwitch · Open_vSwitch · external_ids:ovn-transport-zones',
    ],
    [
      'the other chassis is said to be of another zone of OVN',
      [
        ({ southbound }) => {
          for (const chassis of southbound.Chassis)
            chassis.other_config = { ...(chassis.other_config as object), 'is-remote': 'true' } as never
        },
        noPorts,
      ],
      'OVN_Southbound · Chassis · other_config:is-remote',
    ],
    [
      'both are in one transport zone, and there is none all the same',
      [
        setting('controller', 'ovn-transport-zones', 'rack1, rack2'),
        setting('hypervisor', 'ovn-transport-zones', 'rack2'),
        noPorts,
      ],
      REMOTE_IP,
    ],
  ])('does not hold where %s', async (_, edits, where) => {
    const told = await unmet(tunnelled(...edits))
    expect(told.where.startsWith(where), told.where).toBe(true)
    expect(told.expected.en).toBe(
      'one Geneve port in br-int of controller, created by OVN for the chassis of hypervisor, from 192.168.33.10 to 192.168.33.20',
    )
    expect(told.saw['zh-TW']).toMatch(/\p{Script=Han}|tunnel/u)
  })
})
