import { describe, expect, it } from 'vitest'
import type { HeardPacket } from '../../harness/look/evidence.ts'
import { blind, unmet } from '../testing/outcome.ts'
import { captureOn, NODES } from '../testing/recorded.ts'
import { type Edit, ns1, ns2, onEth1, pings, tunnelledLab } from '../testing/tunnelled-lab.ts'
import { crossesTunnel } from './crosses-tunnel.ts'

const crossing = (...edits: Edit[]) => crossesTunnel(tunnelledLab(...edits), pings, [ns2, ns1], 'controller')
const headed = (change: Partial<NonNullable<HeardPacket['geneve']>>) => (packet: HeardPacket) => ({
  ...packet,
  geneve: { ...packet.geneve!, ...change },
})

describe('crossesTunnel', () => {
  it.each(NODES)('holds on the solved lab for %s', async node => {
    await expect(crossesTunnel(tunnelledLab(), pings, [ns2, ns1], node)).resolves.toBeUndefined()
  })

  it.each<[string, (packet: HeardPacket) => HeardPacket | undefined]>([
    ['with the VNI of another switch', headed({ vni: 9 })],
    ['with the key of another port', headed({ ports: { ingress: 1, egress: 7 } })],
    ['from another node', headed({ outerSource: '192.168.33.30' })],
    ['to another node', headed({ outerDestination: '192.168.33.30' })],
    ['with a tag around it', packet => ({ ...packet, vlan: 5 })],
    ['between other MACs', packet => ({ ...packet, sourceMac: '02:00:00:00:00:09' })],
    ['as it is', ({ geneve: _, ...packet }) => packet],
    ['one way only', packet => (packet.icmp === 'echo-reply' ? undefined : packet)],
    ['not at all', () => undefined],
  ])('does not hold where it is there %s', async (_, change) => {
    const { expected, saw } = await unmet(crossing(onEth1('controller', change)))
    expect(expected.en).toMatch(
      /^ICMP echo request and reply between ns2 and ns1 on eth1 in Geneve; the request: 192\.168\.33\.20 > 192\.168\.33\.10, vni 1, ports \d > \d$/,
    )
    expect(saw.en).toContain('echo-request @ hypervisor eth1 in Geneve')
  })

  it('does not hold where the option of OVN is missing', async () => {
    const withoutPorts = (packet: HeardPacket) => {
      const { ports: _, ...geneve } = packet.geneve!
      return { ...packet, geneve }
    }
    const { saw } = await unmet(crossing(onEth1('controller', withoutPorts)))
    expect(saw.en).toContain(
      'echo-request @ controller eth1 in Geneve 192.168.33.20 > 192.168.33.10 vni 1, echo-reply',
    )
  })

  it('says nothing where the capture was deaf and heard nothing', async () => {
    const deaf: Edit = evidence => {
      captureOn(evidence, 'controller', 'eth1').heardMarker = false
    }
    const { where } = await blind(
      crossing(
        onEth1('controller', () => undefined),
        deaf,
      ),
    )
    expect(where).toBe('controller · eth1')
  })

  it('says nothing where the wire did not carry what the node heard', async () => {
    const { where } = await blind(crossing(onEth1('controller', () => undefined, true)))
    expect(where).toBe('controller · eth1 · wire')
  })
})
