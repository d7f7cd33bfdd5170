import { expect, it } from 'vitest'
import type { KernelFacts, Link } from './evidence.ts'
import { isInternalPort, isRenamed, mayBeRenamed } from './internal-port.ts'

const link = (name: string, rest: Partial<Link> = {}): Link => ({
  ...{ name, index: 8, mac: '02:00:00:00:05:04', isUp: true, hasCarrier: true, mtu: 1500, kind: 'tun' },
  ...{ addresses: [], ...rest },
})
const facts = (inside: Link[], links: Link[] = []) =>
  ({ links, netns: { ns4: inside } }) as unknown as KernelFacts
const row = (name: string, id = 'ls1-ns4') => ({
  ...{ name, type: 'internal', ofport: [2], external_ids: { 'iface-id': id } },
})
const ports = [
  { name: 'ls1-ns4', addresses: ['02:00:00:00:05:04 10.10.0.2'], dynamic_addresses: [] },
  { name: 'ls1-ns3', addresses: ['02:00:00:00:05:03'], dynamic_addresses: [] },
]

it('takes the link that bears the name of the row, unless the node has one as well', () => {
  const inner = link('tap4')
  expect(isInternalPort(row('tap4', 'whatever'), inner, facts([inner]), [])).toBe(true)
  expect(isInternalPort(row('tap4'), inner, facts([inner], [link('tap4')]), ports)).toBe(false)
})

it('tells a link that got another name by the MAC address which its logical port declares', () => {
  const inner = link('eth0')
  const there = facts([link('lo', { index: 1 }), inner])
  expect(isRenamed(row('tap4') as never, there)).toBe(true)
  expect(isInternalPort(row('tap4'), inner, there, ports)).toBe(true)
  expect(isInternalPort(row('tap4', 'ls1-ns3'), inner, there, ports)).toBe(false)
  expect(isInternalPort({ ...row('tap4'), ofport: [-1] }, inner, there, ports)).toBe(false)
  expect(mayBeRenamed(inner, [row('tap4')] as never, there)).toBe(true)
})

it('takes no other kind of link for one, and none while the row still has its own', () => {
  for (const other of [link('eth0', { kind: 'veth', peerIndex: 9 }), link('eth0', { kind: 'dummy' })]) {
    expect(isInternalPort(row('tap4'), other, facts([other]), ports)).toBe(false)
    expect(mayBeRenamed(other, [row('tap4')] as never, facts([other]))).toBe(false)
  }
  const inner = link('eth0')
  const there = facts([inner], [link('tap4')])
  expect(isInternalPort(row('tap4'), inner, there, ports)).toBe(false)
  expect(mayBeRenamed(inner, [row('tap4')] as never, there)).toBe(false)
})

it('takes no tap of a virtual machine or a VPN for one, where the kernel tells which are those of ovs-vswitchd', () => {
  const [own, other] = [link('enp7'), link('vnet0')]
  const there = facts([own, other])
  const told = { ...there, taps: ['br-int', 'enp7'] }
  expect(mayBeRenamed(other, [row('tap4')] as never, there)).toBe(true)
  expect(mayBeRenamed(other, [row('tap4')] as never, told)).toBe(false)
  expect(mayBeRenamed(own, [row('tap4')] as never, told)).toBe(true)
  expect(isInternalPort(row('tap4'), own, told, ports)).toBe(true)
  expect(isInternalPort(row('tap4'), other, told, ports)).toBe(false)
  const datapath = (name: string) => ({ datapath: [{ datapath: name }] }) as KernelFacts
  const inKernel = { ...there, ...datapath('system@ovs-system') }
  expect(mayBeRenamed(other, [row('tap4')] as never, inKernel)).toBe(false)
  expect(mayBeRenamed(other, [row('tap4')] as never, { ...there, ...datapath('netdev@ovs-netdev') })).toBe(
    true,
  )
})
