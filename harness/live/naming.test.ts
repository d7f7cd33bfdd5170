import { expect, it } from 'vitest'
import { same } from '../core/text.ts'
import type { Change } from './live.ts'
import { mostTellingFirst, toldOf } from './naming.ts'

let atMs = 0
const program = (words: string, node = 'controller'): Change => ({
  ...{ node, source: 'program', words: same(words), atMs: ++atMs },
})
const change = (words: string, by?: Change, node = 'controller'): Change => ({
  ...{ node, source: 'kernel', words: same(words), atMs: ++atMs, ...(by && { by }) },
})
const named = (changes: Change[], about = '', saw = '') =>
  toldOf(mostTellingFirst(changes, about, saw)[0]!).words.en

const unmapped = program('ovs-vsctl remove Open_vSwitch . external_ids ovn-bridge-mappings')
const deleted = program('ip netns del ns1')
const undone = [
  unmapped,
  change('external_ids:ovn-bridge-mappings removed on Open_vSwitch', unmapped),
  deleted,
  change('namespace ns1 removed', deleted),
  change('interface veth-ns1-br removed', deleted),
  program('ovs-vsctl del-br br-eth2'),
  change('interface br-eth2 removed', program('ovs-vsctl del-br br-eth2')),
  change('Port patch-br-int-to-ls0-localnet removed'),
]

it('of many commands, the one is named that is about what the claim says', () => {
  expect(named(undone, 'Namespace ns1 has 192.168.10.100/24; no namespace ns1')).toBe('ip netns del ns1')
  expect(named(undone, 'eth2 is in a bridge; br-eth2')).toBe('ovs-vsctl del-br br-eth2')
  expect(named(undone, 'On controller, ovn-bridge-mappings maps the network')).toBe(unmapped.words.en)
})

it('what was seen counts more than what the claim says of other things', () => {
  const [unplugged, gone] = [program('ovs-vsctl del-port veth-ns1-br'), program('ovs-vsctl del-br br-eth2')]
  const both = [change('Port eth2 removed', gone), change('ports changed on Bridge br-int', unplugged)]
  const [claim, saw] = ['On controller, eth2 is in a bridge other than br-int', 'eth2 is in no bridge']
  expect(named(both, `${claim} ${saw} controller · Open_vSwitch · Bridge · ports`, saw)).toBe(gone.words.en)
})

it('of packets, what came last, and was typed', () => {
  expect(named(undone)).toBe('ovs-vsctl del-br br-eth2')
})

it('a command whose words nobody could read, or that only asks, is named where there is nothing else', () => {
  const bare = program('ip')
  const written = change('namespace ns1 added', bare)
  expect(named([written, bare, program('ping -c 1 192.168.10.1')])).toBe('namespace ns1 added')
  expect(named([program('ovs-ofctl add-flow br-int actions=drop'), program('ping -c 1 x')])).toMatch(
    /^ovs-ofctl/,
  )
  expect(named([bare])).toBe('ip')
})

it('what stopped a daemon is named before its end', () => {
  expect(named([program('systemctl stop ovn-host'), change('ovn-controller ended')])).toBe(
    'systemctl stop ovn-host',
  )
  expect(named([change('ovn-controller ended')])).toBe('ovn-controller ended')
})
