import { describe, expect, it } from 'vitest'
import type { ArpFacts, NftRule, TraceSeen } from '../../harness/look/evidence.ts'
import { logicalFlowsFrom } from '../../harness/nodes/logical-flows.ts'
import { byHand, withLook } from '../testing/diagnostics.ts'
import { unmet } from '../testing/outcome.ts'
import { type Edit, innerLink, named, ns1, ns2, pings, solvedLab } from '../testing/solved-lab.ts'
import { reaches } from '../traffic/reaches.ts'

const OUTSIDE = '192.168.10.1'
const OUTSIDE_MAC = '02:00:c0:a8:0a:01'
const pinging = (...edits: Edit[]) => reaches(solvedLab(...edits), pings, ns2, OUTSIDE)

const usual: ArpFacts = {
  neighbours: [],
  chains: [],
  solicits: { eth0: { multicast: 3, unicast: 3, daemon: 0 } },
}
const knowing = (about: Partial<ArpFacts>) =>
  withLook({ look: 'arp', node: 'hypervisor', netns: 'ns2' }, { ...usual, ...about })

const isRequest = {
  match: { op: '==', left: { payload: { protocol: 'arp', field: 'operation' } }, right: 'request' },
}
const isReply = { match: { ...isRequest.match, right: 'reply' } }
const filter = (hook: string, ...rule: NftRule): Partial<ArpFacts> => ({
  chains: [{ family: 'arp', table: 'guard', name: hook, hook, devices: [], policy: 'accept', rules: [rule] }],
})

const at = (node: string, netns: string | undefined, about: Partial<ArpFacts>) =>
  withLook({ look: 'arp', node, ...(netns && { netns }) }, { ...usual, ...about })
const onLink = (device: string, hook: string, ...rule: NftRule): Partial<ArpFacts> => ({
  chains: [
    {
      family: 'netdev',
      table: 'guard',
      name: hook,
      hook,
      devices: [device],
      policy: 'accept',
      rules: [rule],
    },
  ],
})

/** An edit: what becomes of ns2's question for the outside in hypervisor's flows. */
const asked =
  (seen: TraceSeen): Edit =>
  evidence => {
    const { mac } = innerLink(evidence, ns2)
    const [port] = named(evidence.ovs.hypervisor.Interface, 'veth-ns2-br').ofport
    const flow = `in_port=${port},dl_src=${mac},dl_dst=ff:ff:ff:ff:ff:ff,arp,arp_op=1,arp_spa=${ns2.address},arp_tpa=${OUTSIDE},arp_sha=${mac}`
    evidence.traces.push({ node: 'hypervisor', packet: { bridge: 'br-int', flow }, seen })
  }
const answeredWith = (mac: string): TraceSeen => ({
  steps: [],
  bridges: ['br-int'],
  datapathActions: `set(eth(src=${mac},dst=02:00:00:00:00:02)),set(arp(sip=${OUTSIDE},tip=${ns2.address},op=2/0xff,sha=${mac},tha=02:00:00:00:00:02)),5`,
})

/** An edit: ns2's question leaves hypervisor, and what becomes in its flows of the answer. */
const answered =
  (actions: (ports: { eth2: number; plug: number }) => number[]): Edit =>
  evidence => {
    const { mac } = innerLink(evidence, ns2)
    const { datapath = [] } = evidence.kernel.hypervisor
    const numberOf = (name: string) => named(datapath, name).number!
    const [port] = named(evidence.ovs.hypervisor.Interface, 'eth2').ofport
    asked({ steps: [], bridges: [], datapathActions: `${numberOf('eth2')}` })(evidence)
    const flow = `in_port=${port},dl_src=${OUTSIDE_MAC},dl_dst=${mac},arp,arp_op=2,arp_spa=${OUTSIDE},arp_tpa=${ns2.address},arp_sha=${OUTSIDE_MAC},arp_tha=${mac}`
    const seen: TraceSeen = {
      steps: [byHand('br-eth2', 'arp, priority 100', 'IN_PORT')],
      bridges: ['br-eth2', 'br-int'],
      datapathActions: actions({ eth2: numberOf('eth2'), plug: numberOf('veth-ns2-br') }).join(),
    }
    evidence.traces.push({ node: 'hypervisor', packet: { bridge: 'br-eth2', flow }, seen })
  }
const dropped: TraceSeen = {
  steps: [byHand('br-eth2', 'arp, priority 100', 'drop')],
  bridges: ['br-int', 'br-eth2'],
  datapathActions: 'drop',
}

describe('an answered ping, whose ends will have to ask for each other again', () => {
  it.each<[string, Edit[]]>([
    ['nothing keeps them from it', [knowing({})]],
    ['a filter drops what others ask', [knowing(filter('input', isRequest, { drop: null }))]],
    ['a filter may drop it, but nobody knows', [knowing(filter('output', { limit: {} }, { drop: null }))]],
    ['a daemon asks instead', [knowing({ solicits: { eth0: { multicast: 0, unicast: 3, daemon: 1 } } })]],
    [
      'another device asks nobody',
      [knowing({ solicits: { eth1: { multicast: 0, unicast: 3, daemon: 0 } } })],
    ],
    [
      'the neighbour is written down',
      [
        knowing({
          ...filter('output', { drop: null }),
          neighbours: [{ address: OUTSIDE, device: 'eth0', mac: OUTSIDE_MAC, states: ['PERMANENT'] }],
        }),
        asked(dropped),
      ],
    ],
    ['the answer goes on', [answered(({ plug }) => [plug])]],
    ['OVN answers for the same machine', [asked(answeredWith(OUTSIDE_MAC))]],
  ])('holds: %s', async (_what, edits) => {
    await expect(pinging(...edits)).resolves.toBeUndefined()
  })

  it.each<[string, Edit, string, string]>([
    [
      'a filter drops the question',
      knowing(filter('output', isRequest, { counter: { packets: 0 } }, { drop: null })),
      'hypervisor · netns ns2 · nftables',
      'a packet filter in the namespace: arp guard output: arp operation request drop',
    ],
    [
      'a filter drops the answer',
      knowing(filter('input', isReply, { drop: null })),
      'hypervisor · netns ns2 · nftables',
      'a packet filter in the namespace: arp guard input: arp operation reply drop',
    ],
    [
      'the namespace asks nobody',
      knowing({ solicits: { eth0: { multicast: 0, unicast: 3, daemon: 0 } } }),
      'hypervisor · netns ns2 · mcast_solicit',
      'ns2 has net.ipv4.neigh.eth0.mcast_solicit = 0, so it asks nobody for a MAC address',
    ],
    [
      'a flow sends the answer back as well',
      answered(({ eth2, plug }) => [eth2, plug]),
      'hypervisor · br-eth2 · OpenFlow',
      `hypervisor sends packets from ${OUTSIDE} that came in through eth2 out through it again, so the network takes ${OUTSIDE_MAC} to be there; the packet matches a flow on br-eth2 that OVN did not create: table 0: arp, priority 100 actions=IN_PORT`,
    ],
    [
      'a flow drops the question',
      asked(dropped),
      'hypervisor · br-eth2 · OpenFlow',
      'the packet matches a flow on br-eth2 that OVN did not create: table 0: arp, priority 100 actions=drop',
    ],
  ])('does not hold where %s', async (_what, edit, where, why) => {
    const told = await unmet(pinging(edit))
    expect(told.where).toBe(where)
    expect(told.saw.en).toBe(
      `20 sent, 20 answered; answered only as long as the MAC address is remembered; asking for it again fails; ${why}`,
    )
    expect(told.saw['zh-TW']).toContain('只有在還記得 MAC 位址時才有回應')
  })

  it('holds for who is asked first, and learns of it whom to answer', async () => {
    const silent = knowing({ solicits: { eth0: { multicast: 0, unicast: 3, daemon: 0 } } })
    await expect(reaches(solvedLab(silent), pings, ns1, ns2.address)).resolves.toBeUndefined()
    expect((await unmet(reaches(solvedLab(silent), pings, ns2, ns1.address))).where).toMatch(/mcast_solicit$/)
  })

  it('does not hold where OVN would answer for another machine', async () => {
    const router: Edit = ({ northbound }) => {
      const port = { _uuid: '1', name: 'rp', mac: '00:00:00:00:77:01', networks: ['10.9.9.1/24'] }
      Object.assign(northbound, { Logical_Router_Port: [port] })
    }
    expect((await unmet(pinging(router, asked(answeredWith('00:00:00:00:77:01'))))).where).toBe(
      'OVN_Northbound · Logical_Router_Port · mac',
    )
  })

  // packet(7): a socket's tap is before the hook ingress, and ovs-vswitchd reads a tap.
  it('is nothing where the userspace datapath takes in what a filter drops behind it', async () => {
    const behind = at('hypervisor', undefined, onLink('veth-ns2-br', 'ingress', isRequest, { drop: null }))
    await reaches(solvedLab(knowing({}), behind), pings, ns2, ns1.address)
  })

  it('does not hold where a flow made by hand would answer for nobody', async () => {
    const responder = byHand('br-eth2', 'arp,arp_op=1, priority 80', 'load:0x2->NXM_OF_ARP_OP[]', 'IN_PORT')
    const seen = answeredWith('02:00:00:00:00:77')
    const broken = await unmet(pinging(knowing({}), asked({ ...seen, steps: [responder] })))
    expect(broken.where).toBe('hypervisor · br-eth2 · OpenFlow')
    expect(broken.saw.en).toContain(
      'a flow on hypervisor answers the question for 192.168.10.1 with 02:00:00:00:00:77',
    )
  })

  it('does not hold where OVN answers for nobody, because of a row that is named', async () => {
    const group: Edit = ({ northbound, logicalFlows }) => {
      const row = { _uuid: 'f0f0f0f0-0000-4000-8000-000000000000', name: 'fg0', vip: OUTSIDE }
      Object.assign(northbound, { Forwarding_Group: [row] })
      const flow = 'a5a5a5a5-0000,stage-hint=f0f0f0f0 stage-name=ls_in_arp_rsp,50,arp,arp.op = 2;\n'
      logicalFlows.push(...logicalFlowsFrom(flow))
    }
    const answering = { ...byHand('br-int', 'arp,arp_op=1, priority 50'), table: 29, cookie: 'a5a5a5a5' }
    const broken = await unmet(
      pinging(knowing({}), group, asked({ ...answeredWith('02:00:00:00:00:77'), steps: [answering] })),
    )
    expect(broken.where).toBe('OVN_Northbound · Forwarding_Group · vip')
    expect(broken.saw.en).toMatch(
      /answers the question for 192\.168\.10\.1 with 02:00:00:00:00:77; OVN created that flow for Forwarding_Group fg0$/,
    )
  })

  it('is nothing that who is asked drops where OVN answers in its place', async () => {
    const deaf = at('controller', 'ns1', {
      ...filter('input', isRequest, { drop: null }),
      ignores: { eth0: 8 },
    })
    const byOvn: Edit = evidence => {
      const { mac } = innerLink(evidence, ns2)
      const owner = innerLink(evidence, ns1).mac
      const [port] = named(evidence.ovs.hypervisor.Interface, 'veth-ns2-br').ofport
      const flow = `in_port=${port},dl_src=${mac},dl_dst=ff:ff:ff:ff:ff:ff,arp,arp_op=1,arp_spa=${ns2.address},arp_tpa=${ns1.address},arp_sha=${mac}`
      evidence.traces.unshift({
        node: 'hypervisor',
        packet: { bridge: 'br-int', flow },
        seen: answeredWith(owner),
      })
    }
    await reaches(solvedLab(knowing({}), deaf, byOvn), pings, ns2, ns1.address)
  })

  it('is that who is asked tells nobody its MAC address', async () => {
    const deaf = at('controller', 'ns1', { ignores: { eth0: 8, lo: 0 } })
    const broken = await unmet(reaches(solvedLab(knowing({}), deaf), pings, ns2, ns1.address))
    expect(broken.where).toBe('controller · netns ns1 · arp_ignore')
    const other = at('controller', 'ns1', { ignores: { eth0: 2, eth1: 8 } })
    await reaches(solvedLab(knowing({}), other), pings, ns2, ns1.address)
  })

  it.each<[string, Edit, string]>([
    [
      'in the namespace that is asked',
      at('controller', 'ns1', filter('output', isReply, { drop: null })),
      'controller · netns ns1 · nftables',
    ],
    [
      'at the plug of who asks, where it is the kernel that forwards',
      evidence => {
        at('hypervisor', undefined, onLink('veth-ns2-br', 'ingress', isRequest, { drop: null }))(evidence)
        for (const port of evidence.kernel.hypervisor.datapath ?? []) port.datapath = 'system@ovs-system'
      },
      'hypervisor · veth-ns2-br · nftables',
    ],
    [
      'at the physical link',
      at('hypervisor', undefined, onLink('eth2', 'egress', isRequest, { drop: null })),
      'hypervisor · eth2 · nftables',
    ],
  ])('a filter on the way drops it: %s', async (_, edit, where) => {
    const broken = await unmet(reaches(solvedLab(knowing({}), edit), pings, ns2, ns1.address))
    expect(broken.where).toBe(where)
    expect(broken.saw.en).toMatch(/answered only as long as the MAC address is remembered/)
  })
})
