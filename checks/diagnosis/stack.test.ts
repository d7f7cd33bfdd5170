import { describe, it } from 'vitest'
import { expectBlamed, expectNobodyBlamed } from '../testing/blame.ts'
import { withStack } from '../testing/diagnostics.ts'
import { type Edit, innerLink, ns1, ns2, solvedEvidence } from '../testing/solved-lab.ts'

const mac1 = innerLink(solvedEvidence(), ns1).mac
const policy = [{ source: '192.168.10.200/32', table: '99' }, { table: 'main' }]

describe('a namespace that does not send, or keeps quiet', () => {
  it.each<[string, Edit[], string, string]>([
    [
      'the namespace has no route',
      [withStack('hypervisor', 'ns2', { routes: [] })],
      'hypervisor · netns ns2 · routes',
      'ns2 has no route to 192.168.10.100',
    ],
    [
      'the route of the receiver leads elsewhere',
      [
        withStack('hypervisor', 'ns2', {}),
        withStack('controller', 'ns1', {
          routes: [
            { destination: '192.168.10.0/24', device: 'eth0', type: 'unicast' },
            { destination: '192.168.10.200', type: 'blackhole' },
          ],
        }),
      ],
      'controller · netns ns1 · routes',
      'in ns1, packets for 192.168.10.200 take the route blackhole 192.168.10.200, not eth0',
    ],
    [
      'a neighbour was written by hand',
      [
        withStack('hypervisor', 'ns2', {
          staticNeighbours: [{ address: ns1.address, mac: '02:00:00:00:00:77', device: 'eth0' }],
        }),
      ],
      'hypervisor · netns ns2 · neighbours',
      `192.168.10.100 is written down by hand as 02:00:00:00:00:77, but its MAC is ${mac1}`,
    ],
    [
      'the receiver keeps quiet',
      [withStack('controller', 'ns1', { echoIgnoreAll: 1 })],
      'controller · netns ns1 · icmp_echo_ignore_all',
      'ns1 is told not to answer pings: net.ipv4.icmp_echo_ignore_all = 1',
    ],
    [
      'the receiver filters',
      [withStack('controller', 'ns1', { filters: ['inet f in: ip protocol icmp drop'] })],
      'controller · netns ns1 · nftables',
      'a packet filter in the namespace: inet f in: ip protocol icmp drop',
    ],
    [
      'a rule leads to a table that has another route',
      [
        withStack('hypervisor', 'ns2', {
          rules: policy,
          routes: [{ table: '99', destination: 'default', type: 'blackhole' }],
        }),
      ],
      'hypervisor · netns ns2 · routes',
      'in ns2, packets for 192.168.10.100 take the route blackhole default table 99, not eth0',
    ],
    [
      'ARP is switched off',
      [
        withStack('hypervisor', 'ns2', {}),
        evidence => void Object.assign(innerLink(evidence, ns2), { hasNoArp: true }),
      ],
      'hypervisor · netns ns2 · arp',
      'eth0 in ns2 has ARP switched off (NOARP), so it neither asks nor answers who has an address',
    ],
    [
      'the receiver does not answer ARP',
      [withStack('controller', 'ns1', { arpIgnore: 8 })],
      'controller · netns ns1 · arp_ignore',
      'ns1 is told not to answer who has its address: arp_ignore = 8',
    ],
  ])('%s', async (_, edits, where, saw) => {
    await expectBlamed(edits, where, saw)
  })

  it.each<[string, Edit[]]>([
    ['ARP is answered for the own address', [withStack('hypervisor', 'ns2', { arpIgnore: 1 })]],
    [
      'a rule is for other packets',
      [
        withStack('hypervisor', 'ns2', {
          rules: [{ ...policy[0], destination: '10.0.0.0/8' }, { table: 'main' }],
        }),
      ],
    ],
  ])('is not blamed where %s', async (_, edits) => {
    await expectNobodyBlamed(edits)
  })
})
