import { describe, expect, it } from 'vitest'
import { OUTSIDE } from '../testing/heard.ts'
import { type Edit, innerLink, named, ns1, ns2, solvedLab } from '../testing/solved-lab.ts'
import { told } from '../testing/told.ts'
import { withRow } from '../testing/traces.ts'
import { claimedByAnother, impostor, knownImpostor } from './impostor.ts'

const MAC = '02:00:00:00:00:0a'
const SHOUTED = MAC.toUpperCase()
const who = async (...edits: Edit[]) => told(await impostor(solvedLab(...edits), OUTSIDE, MAC))

const router = (...networks: string[]) =>
  withRow('Logical_Router_Port', { _uuid: 'a', name: 'lrp0', mac: SHOUTED, networks })
const port =
  (columns: object): Edit =>
  ({ northbound }) =>
    void Object.assign(named(northbound.Logical_Switch_Port, 'ls0-ns1'), columns)
const onNode: Edit = ({ kernel }) => {
  named(kernel.controller.links, 'eth2').mac = SHOUTED
}
const inside: Edit = evidence => {
  innerLink(evidence, ns2).mac = MAC
}
const withAddress: Edit = ({ kernel }) => {
  const link = named(kernel.hypervisor.links, 'eth2')
  link.mac = MAC
  link.addresses.push({ family: 'inet', address: OUTSIDE, prefixLength: 24 })
}

const NB = 'OVN_Northbound'
const NETNS = `hypervisor · netns ns2: ns2 eth0 on hypervisor (${MAC}) answers for 192.168.10.1, although the address is not its own`
const NODE = `controller · eth2: eth2 on controller (${MAC}) answers for 192.168.10.1, although the address is not its own`

describe('who answers under a MAC', () => {
  it.each<[string, ...Edit[]]>([
    [
      `${NB} · Logical_Router_Port · networks: the router port lrp0 (${MAC}) answers for 192.168.10.1`,
      router('10.0.0.1/8', '192.168.10.1/24'),
    ],
    [
      `${NB} · Logical_Router_Port · mac: the router port lrp0 (${MAC}) answers for 192.168.10.1`,
      router('192.168.10.254/24'),
    ],
    [
      `${NB} · NAT · external_ip: lr0 translates 192.168.10.1 (dnat_and_snat) to 10.9.9.9, so OVN answers for 192.168.10.1 too`,
      router('192.168.10.254/24'),
      withRow('Logical_Router', { _uuid: 'r', name: 'lr0', ports: ['a'], nat: ['n'] }),
      withRow('NAT', {
        ...{ _uuid: 'n', type: 'dnat_and_snat' },
        ...{ external_ip: '192.168.10.1', logical_ip: '10.9.9.9' },
      }),
    ],
    [
      `${NB} · Logical_Switch_Port · options:arp_proxy: ls0-ns1 has arp_proxy = 192.168.10.0/24, so OVN answers for 192.168.10.1 with the MAC of lrp0 (${MAC})`,
      router('192.168.10.254/24'),
      port({ options: { 'router-port': 'lrp0', arp_proxy: '192.168.10.0/24' } }),
    ],
    [
      `${NB} · Logical_Switch_Port · addresses: the port ls0-ns1 has 192.168.10.1 with ${MAC}, and OVN answers for it; after the repair, hosts remember this answer for about half a minute`,
      port({ addresses: ['unknown', `${SHOUTED} 192.168.10.7 192.168.10.1`] }),
    ],
    [
      `${NB} · Logical_Switch_Port · addresses: the port ls0-ns1 has 192.168.10.1 with ${MAC}, and OVN answers for it; after the repair, hosts remember this answer for about half a minute`,
      port({ dynamic_addresses: [`${MAC} 192.168.10.1`] }),
    ],
    [NETNS, inside],
    [NODE, onNode],
    // Of several with one MAC, the one in a namespace; before it the one with the address.
    [NETNS, onNode, inside],
    [
      `hypervisor · eth2: eth2 on hypervisor (${MAC}) has the address 192.168.10.1 as well, and answers for it`,
      inside,
      withAddress,
    ],
    // A stack answers by each of its links.
    [
      `controller · br-eth1: br-eth1 on controller has the address 192.168.10.1, so eth2 there (${MAC}) answers for it`,
      onNode,
      ({ kernel }) =>
        void named(kernel.controller.links, 'br-eth1').addresses.push({
          ...{ family: 'inet', address: OUTSIDE, prefixLength: 24 },
        }),
    ],
    [
      `physical network · ${MAC}: ${MAC}, which no machine of the lab has, answers for 192.168.10.1`,
      port({ addresses: [`${MAC} ${ns1.address}`, `02:00:00:00:00:0b ${OUTSIDE}`] }),
      router(),
      withRow('Logical_Router_Port', { _uuid: 'a', name: 'lrp0', mac: 'fe', networks: ['192.168.10.1/24'] }),
    ],
  ])('%s', async (words, ...edits) => {
    expect(await who(...edits)).toBe(words)
  })

  it('is nobody of the lab’s where none has it', async () => {
    expect(await knownImpostor(solvedLab(), OUTSIDE, MAC)).toBeUndefined()
  })
})

describe('another port of the switch that has the address of an end', () => {
  const end = { address: ns1.address, mac: '02:00:00:00:00:77', logicalPort: 'ls0-ns1' }
  const claimed = async (...edits: Edit[]) => (await claimedByAnother(solvedLab(...edits), end))?.where
  const other =
    (addresses: string[], onSwitch: boolean): Edit =>
    evidence => {
      const [row] = evidence.northbound.Logical_Switch_Port
      evidence.northbound.Logical_Switch_Port.push({ ...row!, _uuid: 'other', name: 'other', addresses })
      if (onSwitch) for (const one of evidence.northbound.Logical_Switch) one.ports.push('other')
    }

  it('is named where it is on that very switch, and is for another MAC', async () => {
    expect(await claimed(other([`${MAC} ${ns1.address}`], true))).toBe(
      `${NB} · Logical_Switch_Port · addresses`,
    )
    expect(await claimed(other([`${MAC} ${ns1.address}`], false))).toBeUndefined()
    expect(await claimed(other([`${end.mac} ${ns1.address}`], true))).toBeUndefined()
    expect(await claimed()).toBeUndefined()
  })
})
