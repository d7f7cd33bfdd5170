import { describe, expect, it } from 'vitest'
import type { Link, NetworkStack } from '../../harness/look/evidence.ts'
import type { Wanted } from '../nouns/wanted.ts'
import { quietStack, withLook } from '../testing/diagnostics.ts'
import { chain, DROP } from '../testing/nft.ts'
import { type Edit, innerLink, named, ns2, solvedLab } from '../testing/solved-lab.ts'
import { told } from '../testing/told.ts'
import { lost } from '../testing/traces.ts'
import { type Device, heldAt } from './device.ts'

const PLUG: Device = { node: 'hypervisor', name: 'veth-ns2-br', way: 'in' }
const INNER: Device = { node: 'hypervisor', netns: 'ns2', name: 'eth0', way: 'out' }

const link =
  ({ netns, name }: Device, change: Partial<Link>): Edit =>
  evidence =>
    void Object.assign(
      netns === undefined ? named(evidence.kernel.hypervisor.links, name) : innerLink(evidence, ns2),
      change,
    )
const stack = ({ node, netns }: Device, about: Partial<NetworkStack>): Edit =>
  withLook(
    { look: 'stack', node, ...(netns !== undefined && { netns }), routes: [] },
    { ...quietStack, ...about },
  )
const held = async (device: Device, edits: Edit[], packet = lost.packet) =>
  told(await heldAt(solvedLab(...edits), device, packet))
const out = (device: Device): Device => ({ ...device, way: 'out' })

/** As tc(8) shows it, its lines in one. */
const COPIES =
  'filter protocol all pref 49152 u32 chain 0 fh 800::800 terminal flowid ??? not_in_hw match 00000000/00000000 at 0 action order 1: mirred (Egress Mirror to device watch0) pipe index 1 ref 1 bind 1'

describe('what keeps a packet at a device', () => {
  it.each<[string, Device, Edit[], packet?: Wanted]>([
    ['hypervisor · gone: there is no interface gone', { ...PLUG, name: 'gone' }, []],
    ['hypervisor · veth-ns2-br: veth-ns2-br is down', PLUG, [link(PLUG, { isUp: false })]],
    ['hypervisor · netns ns2: eth0 is down', INNER, [link(INNER, { isUp: false })]],
    [
      'hypervisor · veth-ns2-br: veth-ns2-br is up but has no carrier (the other end is not connected)',
      PLUG,
      [link(PLUG, { hasCarrier: false })],
    ],
    [
      'hypervisor · veth-ns2-br: veth-ns2-br on hypervisor has an MTU of 80 bytes, and a ping has 84',
      PLUG,
      [link(PLUG, { mtu: 80 })],
    ],
    [
      'hypervisor · Open_vSwitch · Interface · mtu_request: veth-ns2-br on hypervisor has an MTU of 80 bytes, and a ping has 84; its row has mtu_request = 80, so Open vSwitch sets it again and again',
      PLUG,
      [
        link(PLUG, { mtu: 80 }),
        ({ ovs }) => void Object.assign(named(ovs.hypervisor.Interface, PLUG.name), { mtu_request: [80] }),
      ],
    ],
    [
      'hypervisor · netns ns2: eth0 on hypervisor has an MTU of 1499 bytes, and a ping has 1500',
      INNER,
      [link(INNER, { mtu: 1499 })],
      { ...lost.packet, bytes: 1472 },
    ],
    [
      'hypervisor · veth-ns2-br: veth-ns2-br on hypervisor has an MTU of 1557 bytes, and a ping in Geneve has 1558',
      PLUG,
      [link(PLUG, { mtu: 1557 })],
      { ...lost.packet, bytes: 1472, udpPort: 6081, aroundBytes: 58 },
    ],
    [
      'hypervisor · veth-ns2-br · xdp: an XDP program on veth-ns2-br processes each packet first',
      PLUG,
      [stack(PLUG, { xdp: ['veth-ns2-br'] })],
    ],
    [
      'hypervisor · veth-ns2-br · nftables: a packet filter at veth-ns2-br: netdev t c: drop',
      PLUG,
      [stack(PLUG, { chains: chain('netdev', 'ingress', [[DROP]], { dev: 'veth-ns2-br' }) })],
    ],
    [
      'hypervisor · netns ns2 · nftables: a packet filter at eth0: netdev t c: drop',
      INNER,
      [stack(INNER, { chains: chain('netdev', 'egress', [[DROP]], { dev: 'eth0' }) })],
    ],
    [
      'hypervisor · veth-ns2-br · tc: a filter of tc at veth-ns2-br, ingress: matchall drop',
      PLUG,
      [stack(PLUG, { filters: [{ device: 'veth-ns2-br', way: 'ingress', words: 'matchall drop' }] })],
    ],
    [
      `hypervisor · veth-ns2-br · tc: a filter of tc at veth-ns2-br, ingress: ${COPIES} action order 2: gact action drop`,
      PLUG,
      [
        stack(PLUG, {
          filters: [
            { device: PLUG.name, way: 'ingress', words: `${COPIES} action order 2: gact action drop` },
          ],
        }),
      ],
    ],
    [
      'hypervisor · veth-ns2-br · tcx: a BPF program that tcx attaches to veth-ns2-br, egress, processes each packet first',
      out(PLUG),
      [stack(PLUG, { filters: [{ device: 'veth-ns2-br', way: 'egress', words: 'tcx: 1' }] })],
    ],
    [
      'hypervisor · veth-ns2-br: packets that leave through veth-ns2-br on hypervisor pass the queueing discipline netem, which has dropped 7 packets',
      out(PLUG),
      [stack(PLUG, { qdiscs: [{ device: 'veth-ns2-br', kind: 'netem', drops: 7 }] })],
    ],
    [
      'hypervisor · veth-ns2-br: packets that leave through veth-ns2-br on hypervisor pass the queueing discipline pfifo, which has dropped 7 packets',
      out(PLUG),
      [stack(PLUG, { qdiscs: [{ device: 'veth-ns2-br', kind: 'pfifo', drops: 7 }] })],
    ],
  ])('%s', async (words, device, edits, packet) => {
    expect(await held(device, edits, packet)).toBe(words)
  })

  it.each<[string, Device, Partial<NetworkStack>]>([
    ['XDP, for what leaves', out(PLUG), { xdp: ['veth-ns2-br'] }],
    ['XDP on another link', PLUG, { xdp: ['eth2'] }],
    ['a filter of another way', PLUG, { filters: [{ device: PLUG.name, way: 'egress', words: 'drop' }] }],
    [
      'a filter that only sends copies elsewhere',
      PLUG,
      { filters: [{ device: PLUG.name, way: 'ingress', words: COPIES }] },
    ],
    ['a filter at another link', PLUG, { filters: [{ device: 'eth2', way: 'ingress', words: 'drop' }] }],
    [
      'a rule of the stack, which what is switched does not come to',
      PLUG,
      { chains: chain('inet', 'input', [[DROP]]) },
    ],
    ['a discipline, for what comes in', PLUG, { qdiscs: [{ device: PLUG.name, kind: 'netem', drops: 7 }] }],
    [
      'a discipline the kernel takes by itself',
      out(PLUG),
      { qdiscs: [{ device: PLUG.name, kind: 'fq_codel', drops: 7 }] },
    ],
    ['a queue with room', out(PLUG), { qdiscs: [{ device: PLUG.name, kind: 'pfifo', drops: 0 }] }],
  ])('is not %s', async (_what, device, about) => {
    expect(await held(device, [stack(device, about)])).toBeUndefined()
  })

  it('is no MTU for ARP, which is shorter', async () => {
    const short = link(PLUG, { mtu: 80 })
    expect(await held(PLUG, [short], { ...lost.packet, kind: 'arp-request' })).toBeUndefined()
  })

  it('is nothing where all is well and nobody could look at the rest', async () => {
    expect(await held(PLUG, [])).toBeUndefined()
  })

  it('names a command that shows it, for a namespace in that one', async () => {
    const command = async (device: Device, about: Partial<NetworkStack>) =>
      (await heldAt(solvedLab(stack(device, about)), device, lost.packet))?.tryThis
    const drops = { chains: chain('netdev', 'egress', [[DROP]]) }
    expect(await command(INNER, drops)).toBe('sudo ip netns exec ns2 nft list ruleset   # on hypervisor')
    expect(await command(out(PLUG), drops)).toBe('sudo nft list ruleset   # on hypervisor')
  })
})
