import { describe, expect, it } from 'vitest'
import type { TraceSeen } from '../../harness/look/evidence.ts'
import type { Place } from '../heard/bracket.ts'
import { reachesPort } from '../route/reaches-port.ts'
import { quietStack, withLook } from '../testing/diagnostics.ts'
import { bindingOf, type Edit, named, solvedLab, unplug } from '../testing/solved-lab.ts'
import { told } from '../testing/told.ts'
import { ACL, lost, QOS, recordedRoute, traceOf, withLogicalFlows, withRow } from '../testing/traces.ts'
import { inBridge } from './in-bridge.ts'

const PLACE = lost.place as Extract<Place, { kind: 'bridge' }>
const { mac } = recordedRoute.from
const FLOW = `in_port=2,dl_src=${mac},dl_dst=${recordedRoute.to!.mac},icmp,nw_src=192.168.10.200,nw_dst=192.168.10.100,nw_ttl=64,icmp_type=8,icmp_code=0`

/** An edit: what is traced of the packet; by its name, or as it is. */
const trace =
  (seen: string | TraceSeen): Edit =>
  ({ traces }) => {
    const packet = { bridge: 'br-int', flow: FLOW }
    traces.unshift({ node: 'hypervisor', packet, seen: typeof seen === 'string' ? traceOf(seen) : seen })
  }
const goesOn = trace('through')
const found = (edits: Edit[]) => inBridge(solvedLab(...edits), recordedRoute, PLACE, lost)
const words = async (...edits: Edit[]) => told(await found(edits))

const row =
  (table: 'Interface' | 'Port' | 'Bridge', name: string, columns: object): Edit =>
  ({ ovs }) =>
    void Object.assign(named<{ name: string }>(ovs.hypervisor[table], name), columns)
const daemons =
  (without: string): Edit =>
  ({ kernel: { hypervisor } }) => {
    hypervisor.daemons = hypervisor.daemons.filter(name => name !== without)
  }
const waits: Edit = ({ ovs }) => {
  ovs.hypervisor.Open_vSwitch[0].other_config['flow-restore-wait'] = 'true'
}
const link =
  (name: string, change: object): Edit =>
  ({ kernel }) =>
    void Object.assign(named(kernel.hypervisor.links, name), change)
const atLinks = (about: object): Edit =>
  withLook({ look: 'stack', node: 'hypervisor', routes: [] }, { ...quietStack, ...about })

const addresses =
  (...columns: string[]): Edit =>
  ({ northbound }) =>
    void Object.assign(named(northbound.Logical_Switch_Port, 'ls0-ns2'), { addresses: columns })

const UNEXPLAINED =
  'hypervisor · veth-ns2-br → eth2: of 20 echo-request packets captured on veth-ns2-br, 0 left through eth2'
const NB = 'OVN_Northbound'

describe('where a packet was lost between the links of a node', () => {
  it.each<[string, ...Edit[]]>([
    ['hypervisor · ovs-vswitchd: ovs-vswitchd does not run on hypervisor', daemons('ovs-vswitchd')],
    [
      'hypervisor · Open_vSwitch · Bridge · ports: eth2 is in no bridge',
      ({ ovs }) => unplug(ovs.hypervisor, 'eth2'),
    ],
    [
      'hypervisor · Open_vSwitch · Bridge · ports: eth2 is in the Linux bridge br0, and in none of Open vSwitch',
      ({ ovs, kernel }) => {
        unplug(ovs.hypervisor, 'eth2')
        const { links } = kernel.hypervisor
        named(links, 'eth2').master = 'br0'
        links.push({ ...named(links, 'eth2'), name: 'br0', kind: 'bridge' })
      },
    ],
    [
      'hypervisor · Open_vSwitch · Interface · error: Open vSwitch cannot use veth-ns2-br: could not open',
      row('Interface', 'veth-ns2-br', { error: ['could not open'], ofport: [-1] }),
    ],
    [
      'hypervisor · Open_vSwitch · Interface · error: Open vSwitch cannot use eth2: it has no ofport',
      row('Interface', 'eth2', { ofport: [] }),
    ],
    [
      'hypervisor · Open_vSwitch · Open_vSwitch · other_config:flow-restore-wait: other_config:flow-restore-wait = "true" on hypervisor: since its last start, ovs-vswitchd forwards no packets until this setting is removed',
      waits,
    ],
    [
      `${NB} · Logical_Switch_Port · addresses: ls0-ns2 has addresses "02:00:00:00:00:07 192.168.10.200", but eth0 in ns2 has the MAC ${recordedRoute.from.mac}`,
      goesOn,
      addresses('02:00:00:00:00:07 192.168.10.200'),
    ],
    [
      `${NB} · Logical_Switch_Port · enabled: ls0-localnet, the port to the physical network, has enabled = false, so OVN neither sends packets to it nor accepts any from it`,
      goesOn,
      ({ northbound }) =>
        void Object.assign(named(northbound.Logical_Switch_Port, 'ls0-localnet'), { enabled: [false] }),
    ],
    [
      `${NB} · Logical_Switch_Port · parent_name: ls0-localnet is nested in ls0-ns1 (parent_name), so it goes where that port is`,
      goesOn,
      ({ northbound }) =>
        void Object.assign(named(northbound.Logical_Switch_Port, 'ls0-localnet'), {
          parent_name: ['ls0-ns1'],
        }),
    ],
    [
      'OVN_Southbound · Port_Binding · options:network_name: type "localnet", network_name "flat9"; ovn-northd runs on controller',
      goesOn,
      evidence => {
        bindingOf(evidence, 'ls0-localnet').options.network_name = 'flat9'
      },
    ],
    // A port that takes any MAC is a right one.
    [UNEXPLAINED, goesOn, addresses('unknown')],
    ['hypervisor · ovn-controller: ovn-controller does not run on hypervisor', daemons('ovn-controller')],
    [
      `${NB} · ACL · match: the echo-request from 192.168.10.200 to 192.168.10.100 ends at the flow that OVN created for ACL from-lport 1000 "icmp4 && ip4.src==192.168.10.200" drop (ls_in_acl_eval, table 16)`,
      trace('acl'),
      withLogicalFlows,
      withRow('ACL', ACL),
    ],
    [
      `${NB} · QoS · bandwidth: the echo-request from 192.168.10.200 to 192.168.10.100 ends at the flow that OVN created for QoS from-lport 100 "ip4" {"rate":1,"burst":1} (ls_in_qos, table 19)`,
      trace({ ...traceOf('qos'), datapathActions: 'meter(0),7' }),
      withLogicalFlows,
      withRow('QoS', QOS),
    ],
    [
      'hypervisor · br-eth2 · OpenFlow: the packet matches a flow on br-eth2 that OVN did not create: table 0: icmp, priority 200 actions=drop',
      trace('drop-on-br-eth2'),
    ],
    [
      'hypervisor · Open_vSwitch · Bridge · stp_enable: br-int has stp_enable = true, so a port of it forwards nothing until the spanning tree allows it',
      trace({
        ...traceOf('acl'),
        steps: traceOf('acl')
          .steps.slice(0, 1)
          .map(step => ({ ...step, actions: [] })),
      }),
      row('Bridge', 'br-int', { stp_enable: true }),
    ],
    // Without a trace that says otherwise, the bridges' own settings are looked at.
    [
      'hypervisor · Open_vSwitch · Bridge · stp_enable: br-eth2 has stp_enable = true, so a port of it forwards nothing until the spanning tree allows it',
      goesOn,
      row('Bridge', 'br-eth2', { stp_enable: true }),
    ],
    ['hypervisor · eth2: eth2 is down', goesOn, link('eth2', { isUp: false })],
    [
      'hypervisor · veth-ns2-br · xdp: an XDP program on veth-ns2-br processes each packet first',
      goesOn,
      atLinks({ xdp: ['veth-ns2-br'] }),
    ],
    [
      'hypervisor · Open_vSwitch · Interface · ingress_policing_rate: what comes in through veth-ns2-br is limited to 1 kbit/s',
      goesOn,
      row('Interface', 'veth-ns2-br', { ingress_policing_rate: 1 }),
    ],
    [
      'hypervisor · Open_vSwitch · Port · qos: what leaves through eth2 has to pass a QoS of Open vSwitch',
      goesOn,
      row('Port', 'eth2', { qos: ['a'] }),
    ],
    [
      'hypervisor · br-int · OpenFlow: the echo-request ends in br-int, table 36: metadata=0x1, priority 0, and would be sent to: drop',
      trace({
        ...{ bridges: ['br-int'], datapathActions: 'drop' },
        steps: [
          {
            bridge: 'br-int',
            table: 36,
            flow: 'metadata=0x1, priority 0',
            cookie: '0',
            actions: [],
            notes: [],
          },
        ],
      }),
    ],
    [UNEXPLAINED, goesOn],
    [UNEXPLAINED],
    // A trace that Open vSwitch refused says nothing.
    [UNEXPLAINED, trace({ ...traceOf('drop-on-br-eth2'), datapathActions: '' })],
  ])('%s', async (told, ...edits) => {
    expect(await words(...edits)).toBe(told)
  })

  it('names the link that was made anew', async () => {
    expect(await words(goesOn, link('eth2', { promiscuity: 0 }))).toMatch(/^hypervisor · eth2: /)
  })

  it('gives the trace as the command to try', async () => {
    expect((await found([goesOn])).tryThis).toBe(
      `sudo ovs-appctl ofproto/trace br-int ${FLOW}   # on hypervisor`,
    )
  })
})

describe('whether the datapath would send a packet to a link', () => {
  const PORTS = [
    { datapath: 'd', bridge: 'b', name: 'eth2', ofport: 1, number: 7, type: 'system' },
    { datapath: 'd', bridge: 'b', name: 'patch', ofport: 2, type: 'patch' },
  ]
  it.each<[string, string[], boolean | undefined]>([
    ['7', ['eth2'], true],
    ['push_vlan(vid=7,pcp=0),5', ['eth2'], false],
    ['set(eth(src=1)),5,7', ['eth2'], true],
    ['clone(7),5', ['eth2'], true],
    ['17,71', ['eth2'], false],
    ['drop', ['eth2'], false],
    ['7', ['eth3', 'eth2'], true],
    ['7', ['eth3'], undefined],
    ['7', ['patch'], undefined],
    ['', ['eth2'], undefined],
  ])('%s to %j: %s', (datapathActions, links, is) => {
    expect(reachesPort({ datapathActions, steps: [], bridges: [] }, PORTS, links)).toBe(is)
  })
})
