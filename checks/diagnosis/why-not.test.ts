import { describe, it } from 'vitest'
import type { Acl } from '../../harness/ovsdb/tables.ts'
import { expectBlamed, expectNobodyBlamed } from '../testing/blame.ts'
import { ovnsFlows, switching, withFlows, withStack, withTrace } from '../testing/diagnostics.ts'
import { type Edit, innerLink, named, ns1, ns2, solvedEvidence } from '../testing/solved-lab.ts'

const PORT = 'controller · OVN_Northbound · Logical_Switch_Port'

const evidence = solvedEvidence()
const [mac1, mac2] = [innerLink(evidence, ns1).mac, innerLink(evidence, ns2).mac]

const port =
  (name: string, change: object): Edit =>
  ({ northbound }) =>
    Object.assign(named(northbound.Logical_Switch_Port, name), change)

const ovsPort =
  (name: string, change: object): Edit =>
  ({ ovs }) =>
    Object.assign(named(ovs.hypervisor.Port, name), change)

const acl =
  (about: Partial<Acl>): Edit =>
  ({ northbound }) => {
    const row = {
      _uuid: 'acl1',
      name: [],
      priority: 1000,
      direction: 'to-lport',
      match: '1',
      action: 'drop',
      ...about,
    }
    Object.assign(northbound, { ACL: [...((northbound as { ACL?: object[] }).ACL ?? []), row] })
    named(northbound.Logical_Switch, 'ls0').acls.push(row._uuid)
  }

describe('why a ping is not answered', () => {
  it.each<[string, Edit[], string, string]>([
    [
      'the outer end of the receiver is down',
      [({ kernel }) => void Object.assign(named(kernel.controller.links, 'veth-ns1-br'), { isUp: false })],
      'controller · veth-ns1-br',
      "veth-ns1-br, the end of ns1's cable that is in the bridge, is down",
    ],
    [
      'the physical link has no carrier',
      [({ kernel }) => void Object.assign(named(kernel.hypervisor.links, 'eth2'), { hasCarrier: false })],
      'hypervisor · eth2',
      'eth2 is up but has no carrier',
    ],
    [
      'a port is switched off',
      [port('ls0-ns1', { enabled: [false] })],
      `${PORT} · enabled`,
      'ls0-ns1 has enabled = false, so it passes nothing',
    ],
    [
      'the localnet port is switched off',
      [port('ls0-localnet', { enabled: [false] })],
      `${PORT} · enabled`,
      'ls0-localnet has enabled = false, so it passes nothing',
    ],
    [
      'port security admits another MAC',
      [port('ls0-ns2', { port_security: ['02:00:00:00:00:01'] })],
      `${PORT} · port_security`,
      `port_security of ls0-ns2 admits "02:00:00:00:00:01", but ns2 is ${mac2} 192.168.10.200`,
    ],
    [
      'port security admits another address',
      [port('ls0-ns1', { port_security: [`${mac1} 192.168.10.101 10.0.0.0/8`] })],
      `${PORT} · port_security`,
      `port_security of ls0-ns1 admits "${mac1} 192.168.10.101 10.0.0.0/8", but ns1 is ${mac1} 192.168.10.100`,
    ],
    [
      'the localnet port has a tag',
      [port('ls0-localnet', { tag: [100] })],
      `${PORT} · tag`,
      'ls0-localnet has tag = 100, so frames leave eth2 as VLAN 100, but the machines out there speak without a tag',
    ],
    [
      'an ACL drops it on its way in',
      [acl({ match: 'outport == "ls0-ns1" && ip4.src == 192.168.10.0/24' })],
      'controller · OVN_Northbound · ACL · match',
      'the ACL to-lport 1000 "outport == \\"ls0-ns1\\" && ip4.src == 192.168.10.0/24" drop meets the echo request between ns2 and 192.168.10.100',
    ],
    [
      'an ACL rejects the question who has the address',
      [acl({ match: 'arp', action: 'reject', direction: 'from-lport' })],
      'controller · OVN_Northbound · ACL · match',
      'the ACL from-lport 1000 "arp" reject meets the ARP request between ns2 and 192.168.10.100',
    ],
    [
      'eth2 is in a VLAN of its own',
      [ovsPort('eth2', { tag: [10] })],
      'hypervisor · Open_vSwitch · Port · tag',
      'port eth2 of br-eth2 has tag = 10, so frames without a tag do not pass between it and the others',
    ],
    [
      'eth2 passes some VLANs only',
      [ovsPort('eth2', { trunks: [10, 20] })],
      'hypervisor · Open_vSwitch · Port · trunks',
      'port eth2 of br-eth2 has trunks = [10, 20], so frames without a tag do not pass between it and the others',
    ],
    [
      'eth2 tags what is its own',
      [ovsPort('eth2', { vlan_mode: ['native-tagged'], tag: [10] })],
      'hypervisor · Open_vSwitch · Port · vlan_mode',
      'port eth2 of br-eth2 has vlan_mode = native-tagged, so frames without a tag do not pass between it and the others',
    ],
    [
      'the bridge waits for somebody to give it flows',
      [
        ({ ovs }) => void Object.assign(named(ovs.hypervisor.Bridge, 'br-eth2'), { fail_mode: ['secure'] }),
        withFlows('hypervisor', 'br-eth2', []),
      ],
      'hypervisor · Open_vSwitch · Bridge · fail_mode',
      'br-eth2 has fail_mode = secure and no flows, so it drops everything',
    ],
    [
      'a flow was added to the physical bridge',
      [
        withFlows('hypervisor', 'br-eth2', [
          switching,
          { table: 0, priority: 10, cookie: '0', match: 'icmp', actions: 'drop' },
        ]),
      ],
      'hypervisor · br-eth2 · OpenFlow',
      'a flow made by hand on br-eth2, which should only switch: table=0,priority=10,icmp actions=drop',
    ],
    [
      'a flow was added to br-int',
      [
        ovnsFlows('hypervisor'),
        ovnsFlows('controller', { table: 0, priority: 200, cookie: '0', match: 'icmp', actions: 'drop' }),
      ],
      'controller · br-int · OpenFlow',
      "a flow on br-int that is not OVN's: table=0,priority=200,icmp actions=drop",
    ],
    [
      'a flow was added to a later table of br-int, with a match of its own',
      [ovnsFlows('hypervisor', { table: 8, priority: 200, cookie: '0', match: 'arp', actions: 'drop' })],
      'hypervisor · br-int · OpenFlow',
      "a flow on br-int that is not OVN's: table=8,priority=200,arp actions=drop",
    ],
    [
      'a flow of OVN drops it',
      [
        withTrace(
          'hypervisor',
          'br-int',
          { link: 'veth-ns2-br', source: ns2.address, sourceMac: mac2 },
          { target: ns1.address, targetMac: mac1 },
          {
            steps: [{ bridge: 'br-int', table: 18, flow: 'reg8=0x20000, priority 1000', cookie: 'ad34ba27' }],
            datapathActions: 'drop',
          },
        ),
      ],
      'hypervisor · br-int · OpenFlow',
      'a packet from 192.168.10.200 to 192.168.10.100 that enters br-int by veth-ns2-br is dropped in br-int, table 18: reg8=0x20000, priority 1000',
    ],
  ])('%s', async (_, edits, where, saw) => {
    await expectBlamed(edits, where, saw)
  })

  it.each<[string, Edit[]]>([
    ['nothing shows why', []],
    [
      'port security admits the namespace',
      [port('ls0-ns2', { port_security: ['x', `${mac2} ${ns2.address}/24`] })],
    ],
    [
      'an ACL is about other packets',
      [acl({ match: 'tcp.dst == 80' }), acl({ match: 'ip4.src == 10.0.0.0/8' })],
    ],
    ['it cannot be told whether an ACL meets it', [acl({ match: 'ct.est && ip4' })]],
    [
      'an ACL with a higher priority may let it through',
      [acl({}), acl({ _uuid: 'acl2', priority: 2000, match: '$mine', action: 'allow' })],
    ],
    [
      'eth2 and the patch port are in the same VLAN',
      [ovsPort('eth2', { tag: [10] }), ovsPort('patch-ls0-localnet-to-br-int', { tag: [10] })],
    ],
    [
      'all flows are OVN’s, or simply switch',
      [ovnsFlows('hypervisor'), withFlows('hypervisor', 'br-eth2', [switching])],
    ],
    ['the namespaces are in order', [withStack('hypervisor', 'ns2', {}), withStack('controller', 'ns1', {})]],
    [
      'a release without these columns',
      [
        ({ northbound, ovs }) => {
          for (const row of northbound.Logical_Switch_Port)
            Object.assign(row, { enabled: [], tag: [], port_security: [] })
          for (const row of ovs.hypervisor.Bridge) row.fail_mode = []
        },
      ],
    ],
  ])('blames nobody where %s', async (_, edits) => {
    await expectNobodyBlamed(edits)
  })
})
