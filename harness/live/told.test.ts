import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Programs } from './programs.ts'
import { NodeLines, type Told } from './told.ts'

let told: Told[]
let isBusy: boolean
let lines: NodeLines
let programs: Programs
beforeEach(() => {
  vi.useFakeTimers()
  told = []
  isBusy = false
  programs = new Programs()
  lines = new NodeLines('n', programs, {
    onTold: one => told.push(one),
    onDaemonFile: () => undefined,
    onDaemon: () => undefined,
    isBusy: () => isBusy,
  })
})
afterEach(() => {
  lines.close()
  vi.useRealTimers()
})
const words = () => told.map(({ change }) => change?.words.en)

it('a program that nothing announces is looked after when it ends', () => {
  lines.take('program\t7\truns\tovs-ofctl%20add-flow%20br0%20drop', 0)
  expect(told).toEqual([])
  lines.take('program\t7\tended', 50)
  expect(words()).toEqual(['ovs-ofctl add-flow br0 drop'])
  expect(told[0]!.touch).toEqual({ node: 'n', of: 'anything' })
})

it('one that runs on is looked after once it has run for a while', () => {
  lines.take('program\t7\truns\t/usr/sbin/dnsmasq%20-d', 0)
  vi.advanceTimersByTime(300)
  expect(words()).toEqual(['dnsmasq -d'])
})

it('one whose changes are announced is a cause and no reason to look', () => {
  lines.take('program\t7\truns\t/bin/sh%20/usr/local/bin/ovs-vsctl%20set%20open%20.%20a=b', 10)
  lines.take('program\t7\tended', 20)
  expect(told).toEqual([])
  const change = { node: 'n', source: 'Open_vSwitch', words: { en: 'x', 'zh-TW': 'x' }, atMs: 30 } as const
  expect(programs.causeOf([change])?.words.en).toBe('ovs-vsctl set open . a=b')
  expect(programs.causeOf([{ ...change, node: 'other' }])).toBeUndefined()
  expect(programs.causeOf([{ ...change, atMs: 1_000 }])).toBeUndefined()
})

it('one that announces its changes, of which none was heard, is looked after: what OVN learnt wakes nobody', () => {
  lines.take('program\t7\truns\tovn-sbctl%20--all%20destroy%20FDB', 10)
  lines.take('program\t7\tended', 20)
  expect(told).toEqual([])
  vi.advanceTimersByTime(300)
  expect(words()).toEqual(['ovn-sbctl --all destroy FDB'])
  expect(told[0]!.touch).toEqual({ node: 'n', of: 'anything' })
})

it('and is not, where what it wrote was announced', () => {
  lines.take('program\t7\truns\tovs-vsctl%20set%20open%20.%20a=b', 10)
  lines.take('program\t7\tended', 20)
  programs.causeOf([{ node: 'n', source: 'Open_vSwitch', words: { en: 'x', 'zh-TW': 'x' }, atMs: 30 }])
  vi.advanceTimersByTime(300)
  expect(told).toEqual([])
})

it('looking around, and shells, change nothing', () => {
  for (const one of ['ls%20-l', '-bash', 'sudo%20-i', 'cat%20x']) {
    lines.take(`program\t7\truns\t${one}`, 0)
    lines.take('program\t7\tended', 1)
  }
  expect(told).toEqual([])
})

it('one that nobody saw may be ours while a command of ours runs; on the mounts of the node it is somebody’s', () => {
  isBusy = true
  lines.take('program\t7\tpassed\t/usr/sbin/iptables-legacy', 0)
  expect(told).toEqual([])
  lines.take('program\t7\tran\t/usr/sbin/iptables-legacy', 0)
  isBusy = false
  lines.take('program\t8\tpassed\t/usr/sbin/iptables-legacy', 0)
  expect(words()).toEqual(['iptables-legacy', 'iptables-legacy'])
})

it('namespaces, parameters, filters and daemons are told; a line that is none is left alone', () => {
  for (const line of [
    'netns\tns1\tis',
    'parameter\tnet/ipv4/ip_forward',
    'filters\tns1',
    'daemon\tovn-northd\tended',
    'x\ty',
    '',
  ])
    lines.take(line, 0)
  expect(words().filter(Boolean)).toEqual([
    'namespace ns1 added',
    'sysctl net.ipv4.ip_forward set',
    'nftables rules in ns1 changed',
    'ovn-northd ended',
  ])
})

it('of programs that ran one right after the other, a change follows from that which names it, and can have made it', () => {
  const run = (pid: number, words: string, atMs: number) => {
    lines.take(`program\t${pid}\truns\t${words.replaceAll(' ', '%20')}`, atMs)
    lines.take(`program\t${pid}\tended`, atMs + 1)
  }
  run(1, 'ip link set eth0 up', 10)
  run(2, 'ovs-vsctl --timeout=10 --may-exist add-port br-eth2 eth2', 12)
  run(3, 'ip link set eth2 up', 14)
  run(4, 'ovs-vsctl add-br br-eth2 -- set Bridge br-eth2 datapath_type=netdev', 14)
  run(5, 'ovs-vsctl set open . external_ids:ovn-bridge-mappings=flat0:br-eth2', 14)
  const cause = (source: 'kernel' | 'Open_vSwitch', words: string) =>
    programs.causeOf([{ node: 'n', source, words: { en: words, 'zh-TW': '' }, atMs: 15 }])?.words.en
  expect(cause('kernel', 'interface eth0 up in ns2')).toBe('ip link set eth0 up')
  expect(cause('Open_vSwitch', 'Port eth2 added')).toBe('ovs-vsctl add-port br-eth2 eth2')
  expect(cause('Open_vSwitch', 'Port patch-x added ports changed on Bridge br-eth2')).toMatch(/mappings/)
  expect(cause('kernel', 'interface eth2 up')).toBe('ip link set eth2 up')
})

it('of a daemon, what its service gave it is not told', () => {
  const told = (words: string) => {
    lines.take(`program\t9\truns\t${words.replaceAll(' ', '%20')}`, 20)
    lines.take('program\t9\tended', 21)
    const change = { node: 'n', source: 'Open_vSwitch', words: { en: 'x', 'zh-TW': '' }, atMs: 22 } as const
    return programs.causeOf([change])?.words.en
  }
  const socket = 'unix:/var/run/openvswitch/db.sock'
  expect(told(`ovs-vswitchd ${socket} -vconsole:emer -vfile:info --mlockall --no-chdir --detach`)).toBe(
    'ovs-vswitchd',
  )
  expect(told(`/usr/share/openvswitch/scripts/ovs-ctl --no-ovsdb-server start --system-id=random`)).toBe(
    'ovs-ctl start',
  )
})
