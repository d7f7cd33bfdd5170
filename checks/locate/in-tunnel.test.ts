import { describe, expect, it } from 'vitest'
import { Unmet } from '../../harness/core/errors.ts'
import type { TraceSeen } from '../../harness/look/evidence.ts'
import { plugs } from '../../harness/look/integration-bridge.ts'
import type { Lab } from '../../harness/look/lab.ts'
import type { Gate } from '../heard/gate.ts'
import type { Post, Route } from '../route/route.ts'
import { byHand, quietStack } from '../testing/diagnostics.ts'
import { chain, DROP, field } from '../testing/nft.ts'
import { told } from '../testing/told.ts'
import { type Edit, ns1, ns2, pingOf, pings, tunnelledLab, tunnelOf } from '../testing/tunnelled-lab.ts'
import { reaches } from '../traffic/reaches.ts'
import { inTunnel } from './in-tunnel.ts'

const UDP = [field('udp', 'dport', 6081), DROP]

/** An edit: of the requests of ns2, only these places heard anything, and nobody answered. */
const heardOnlyAt =
  (...places: string[]): Edit =>
  evidence => {
    const ping = pingOf(evidence, 'ns2')
    ping.received = 0
    for (const seen of evidence.traffic.captures)
      if ('heard' in seen)
        seen.heard = seen.heard.filter(
          ({ token, icmp }) =>
            token !== ping.token || (icmp === 'echo-request' && places.includes(`${seen.node} ${seen.link}`)),
        )
  }
const atPlug = heardOnlyAt('hypervisor veth-ns2-br')
const atEth1 = heardOnlyAt('hypervisor veth-ns2-br', 'hypervisor eth1', 'controller eth1')
const filtered =
  (node: 'controller' | 'hypervisor', family: string, hook: string, on?: { dev: string }): Edit =>
  ({ stacks }) => {
    stacks[node] = {
      ...quietStack,
      routes: [{ to: '192.168.33.20', device: 'eth1' }],
      chains: chain(family, hook, [UDP], on),
    }
  }
const kernels: Edit = ({ kernel }) => {
  for (const facts of Object.values(kernel))
    for (const port of facts.datapath ?? []) port.datapath = 'system@ovs-system'
}

const named = (...edits: Edit[]) => namedIn(tunnelledLab(...edits))
async function namedIn(lab: Lab): Promise<Partial<Unmet>> {
  const thrown = await reaches(lab, pings, ns2, ns1.address).catch(error => error)
  if (!(thrown instanceof Unmet)) throw thrown
  return { where: thrown.where, cause: thrown.cause }
}

describe('what keeps a packet out of a tunnel, or in it', () => {
  it('is a filter at the link of the underlay', async () => {
    expect(await named(atPlug, filtered('hypervisor', 'netdev', 'egress', { dev: 'eth1' }))).toEqual({
      where: 'hypervisor · eth1 · nftables',
      cause: 'tunnel-filtered',
    })
  })

  it('is the packet filter of a node whose kernel unwraps tunnels', async () => {
    const filter = filtered('controller', 'inet', 'input')
    expect(await named(atEth1, filter, kernels)).toEqual({
      where: 'controller · nftables',
      cause: 'tunnel-filtered',
    })
    // Open vSwitch's own datapath takes packets from the link before the kernel's filter sees them.
    expect(await named(atEth1, filter)).not.toHaveProperty('cause', 'tunnel-filtered')
  })

  it.each<[string, object]>([
    ['through eth0 via 10.0.2.2', { device: 'eth0', gateway: '10.0.2.2' }],
    ['nowhere', { error: 'Invalid argument' }],
  ])('is a route of a node that leads to the other’s tunnel address %s', async (_, route) => {
    const astray: Edit = ({ stacks }) => {
      stacks.hypervisor = { ...quietStack, routes: [{ to: '192.168.33.10', ...route }] }
    }
    expect(await named(atPlug, astray)).toEqual({ where: 'hypervisor · routes' })
  })

  it.each([
    ['come from', 'outerSource', 'mod_nw_src'],
    ['are addressed to', 'outerDestination', 'mod_nw_dst'],
  ] as const)(
    'is what made its packets %s an address of nobody before they left',
    async (_, field, action) => {
      const readdressed: Edit = ({ traffic }) => {
        for (const seen of traffic.captures)
          for (const { geneve } of 'heard' in seen ? seen.heard : [])
            if (geneve?.outerSource === '192.168.33.20') geneve[field] = '192.168.33.77'
      }
      const flow = byHand('br-eth1', 'udp,tp_dst=6081, priority 100', `${action}:192.168.33.77`, 'NORMAL')
      const lab = tunnelledLab(atEth1, readdressed)
      const ask = lab.traces.bind(lab)
      lab.traces = async (...asked) =>
        (await ask(...asked)).map(seen =>
          asked[0] === 'hypervisor' ? { ...seen, steps: [...seen.steps, flow] } : seen,
        )
      expect(await namedIn(lab)).toEqual({ where: 'hypervisor · br-eth1 · OpenFlow', cause: 'flow-by-hand' })
      // Something of the kernel, or of the wire, behind bridges that only switch.
      expect(await named(atEth1, readdressed)).toEqual({
        where: 'hypervisor · Geneve',
        cause: undefined,
      })
    },
  )

  it('is the MAC address that a node learnt for the other one', async () => {
    const towards =
      (destinationMac: string): Edit =>
      ({ traffic }) => {
        for (const seen of traffic.captures)
          for (const { geneve } of 'heard' in seen ? seen.heard : [])
            if (geneve?.outerSource === '192.168.33.20') geneve.outerLink = { sourceMac: '', destinationMac }
      }
    const own = (await tunnelledLab().kernel('controller')).links.find(({ addresses }) =>
      addresses.some(({ address }) => address === '192.168.33.10'),
    )!.mac
    const wrong = { where: 'hypervisor · neighbours', cause: 'mac-learnt-elsewhere' }
    expect(await named(atEth1, towards('02:00:00:00:00:99'))).toEqual(wrong)
    // It need not even come there.
    expect(
      await named(heardOnlyAt('hypervisor veth-ns2-br', 'hypervisor eth1'), towards('02:00:00:00:00:99')),
    ).toEqual(wrong)
    expect(await named(atEth1, towards(own))).not.toEqual(wrong)
  })

  it('is a flow of the bridge that holds the link, by which the tunnel is not unwrapped', async () => {
    const lab = tunnelledLab(atEth1)
    const flow = byHand('br-eth1', 'udp,in_port=1,tp_dst=6081, priority 9', 'group:1')
    const ask = lab.traces.bind(lab)
    lab.traces = async (node, asked) => {
      if (asked[0]?.bridge !== 'br-eth1') return ask(node, asked)
      // As ofproto/trace says of a field that means TCP's port (3.5.0).
      if (/,udp,.*tp_(src|dst)=/.test(asked[0].flow)) throw new Error('Bad openflow flow syntax')
      return [{ steps: [flow], bridges: ['br-eth1'], datapathActions: 'hash(sym_l4(0)),recirc(0xf)' }]
    }
    expect(await namedIn(lab)).toEqual({ where: 'controller · br-eth1 · OpenFlow', cause: 'flow-by-hand' })
  })

  it.each<[string, string, Edit]>([
    ['of which nothing is known', 'hypervisor · tnl/neigh', () => {}],
    [
      'whose link has no ARP',
      'controller · br-eth1',
      ({ kernel }) => {
        for (const link of kernel.controller.links) if (link.name === 'br-eth1') link.hasNoArp = true
      },
    ],
  ])('is the other node, %s, that does not say its MAC address', async (_, where, edit) => {
    const lab = tunnelledLab(atPlug, edit)
    const ask = lab.traces.bind(lab)
    const miss = 'neighbor cache miss for 192.168.33.10 on bridge br-eth1, sending an ARP request'
    lab.traces = async (...asked) =>
      (await ask(...asked)).map(seen => ({
        ...seen,
        steps: seen.steps.map((step, at) =>
          at === seen.steps.length - 1 ? { ...step, notes: [...step.notes, miss] } : step,
        ),
        datapathActions: 'drop',
      }))
    expect(await namedIn(lab)).toEqual({ where, cause: 'underlay-silent' })
  })

  it('is a flag of the port of the tunnel', async () => {
    const lab = tunnelledLab(atPlug)
    const tunnel = plugs(await lab.ovs('hypervisor')).find(({ iface }) => iface.type === 'geneve')!.iface
    lab.portFlags = async (_, bridge) =>
      bridge === 'br-int' ? { [String(tunnel.ofport[0])]: ['NO_FWD'] } : {}
    expect(await namedIn(lab)).toEqual({
      where: `hypervisor · br-int · OpenFlow · port ${tunnel.name}`,
      cause: 'port-flags',
    })
  })

  it.each<[string, Edit]>([
    ['controller · Open_vSwitch · Interface · options:dst_port', () => {}],
    [
      'OVN_Southbound · Encap · options:dst_port',
      ({ southbound, ovs }) => {
        const name = ovs.hypervisor.Open_vSwitch[0].external_ids['system-id']
        for (const row of southbound.Encap)
          if (row.chassis_name === name) row.options = { ...row.options, dst_port: '4789' }
      },
    ],
  ])('is a UDP port that the tunnel of one side alone uses: %s', async (where, written) => {
    const onAnother: Edit = evidence => {
      tunnelOf(evidence, 'controller').iface.options.dst_port = '4789'
    }
    expect(await named(atEth1, onAnother, written)).toMatchObject({ where })
  })

  it('is a localnet port that leads elsewhere', async () => {
    const lab = tunnelledLab()
    const northbound = await lab.northbound()
    const [row] = northbound.ports
    lab.northbound = async () => ({
      ...northbound,
      ports: [...northbound.ports, { ...row!, _uuid: 'localnet', name: 'uplink', type: 'localnet' }],
      switches: northbound.switches.map(one => ({ ...one, ports: [...one.ports, 'localnet'] })),
    })
    const post = (kind: Post['kind'], link: string): Post => ({
      id: link,
      kind,
      node: 'hypervisor',
      links: [link],
      underlay: [],
    })
    const trace: TraceSeen = { steps: [], bridges: ['br-int', 'br-eth2'], datapathActions: '7' }
    const end = (logicalPort: string) => ({ ...ns2, device: 'eth0', mac: '', logicalPort })
    const route: Route = { from: end('ls0-ns2'), to: end('ls0-ns1'), address: ns1.address, posts: [] }
    const gate: Gate = { plug: undefined, isReachedBy: () => false }
    const found = await inTunnel(lab, route, {
      place: {
        kind: 'bridge',
        node: 'hypervisor',
        enters: post('plug', 'veth-ns2-br'),
        leaves: post('exit', 'eth1'),
      },
      gates: { enters: gate, leaves: { ...gate, peer: { node: 'controller', addresses: [] } } },
      trace,
      passes: false,
      broken: {
        place: { kind: 'outside', post: post('exit', 'eth1') },
        packet: { kind: 'echo-request', source: ns2.address, destination: ns1.address, token: '' },
        before: 20,
        behind: 0,
      },
    })
    expect(told(found)).toBe(
      'OVN_Northbound · Logical_Switch · ports: ls0 has the localnet port uplink, and hypervisor maps its network: OVN sends the packets through br-eth2, not through the tunnel',
    )
  })
})
