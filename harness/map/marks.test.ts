import { describe, expect, it } from 'vitest'
import type { Hop } from '../core/hop.ts'
import { same } from '../core/text.ts'
import { loadLesson } from '../lesson/load-lesson.ts'
import { withMissing } from './missing.ts'
import { placesOf } from './places-of.ts'
import { probeMarks } from './probe.ts'
import { recordedMap } from './recorded.testing.ts'
import { solvedMap } from './solved-map.ts'

describe('where a judgement is marked', () => {
  it.each([
    ['controller · netns ns1', '', ['netns:controller/ns1']],
    ['controller · netns ns1 · routes', '', ['netns:controller/ns1']],
    ['hypervisor · eth2', '', ['physical:hypervisor/eth2']],
    ['hypervisor · eth2 · nftables', '', ['physical:hypervisor/eth2']],
    ['controller · veth-ns1-br', '', ['outer:controller/ns1']],
    ['hypervisor · br-int · OpenFlow', '', ['br-int:hypervisor']],
    ['hypervisor · br-eth2 · OpenFlow · port eth2', '', ['physical:hypervisor/eth2']],
    ['hypervisor · ovn-controller', '', ['node:hypervisor']],
    [
      'controller · OVN_Northbound · Logical_Switch_Port · addresses',
      'ls0-ns1 has other addresses',
      ['lsp:controller/ns1'],
    ],
    [
      'controller · OVN_Southbound · Port_Binding · chassis',
      'ls0-ns2 is bound to no chassis',
      ['lsp:hypervisor/ns2'],
    ],
    ['controller · OVN_Northbound · ACL · match', 'an ACL drops it', ['ls:ls0']],
    [
      'controller · Open_vSwitch · Interface · external_ids:iface-id',
      'veth-ns1-br has "x"',
      ['outer:controller/ns1'],
    ],
    [
      'hypervisor · Open_vSwitch · Open_vSwitch · external_ids:ovn-bridge-mappings',
      '',
      ['bridge:hypervisor/eth2'],
    ],
    ['hypervisor · Open_vSwitch · Open_vSwitch · external_ids:ovn-remote', '', ['node:hypervisor']],
    ['physical network · 0a:00:00:00:00:01', '', ['wire:eth2']],
  ])('%s (%s)', async (where, saw, places) => {
    const map = await recordedMap('day-06', 'mapping')
    expect(placesOf(map, { where, saw: same(saw) })).toEqual(places)
  })

  it('what is not there is marked where the lesson misses it', async () => {
    const lesson = await loadLesson('day-06')
    const map = withMissing(await recordedMap('day-06', 'untouched'), (await solvedMap(lesson))!)
    const saw = same('eth2 is in no bridge')
    expect(placesOf(map, { where: 'controller · Open_vSwitch · Bridge · ports', saw })).toEqual([
      'bridge:controller/eth2',
    ])
    expect(placesOf(map, { where: 'hypervisor · netns ns2', saw: same('no namespace ns2') })).toEqual([
      'netns:hypervisor/ns2',
    ])
  })
})

describe('the packet of a probe', () => {
  const hop = (id: string, node: string, kind: Hop['kind'], more: Partial<Hop> = {}): Hop => ({
    id,
    node,
    kind,
    title: same(id),
    verdict: 'ok',
    direction: id.startsWith('reply') || id === 'take' ? 'reply' : 'request',
    ...more,
  })
  const hops = (brokenAt?: string): Hop[] => {
    const all = [
      hop('send', 'controller', 'stack', { netns: 'ns1' }),
      hop('request plug', 'controller', 'plug', { links: ['veth-ns1-br'], heardMs: 0 }),
      hop('request bridge', 'controller', 'bridge'),
      hop('request eth2', 'controller', 'link', { links: ['eth2'], heardMs: 0.2 }),
      hop('request wire', '', 'wire'),
      hop('request far', 'hypervisor', 'link', { links: ['eth2'] }),
      hop('reply plug', 'controller', 'plug', { links: ['veth-ns1-br'], heardMs: 0.9 }),
      hop('take', 'controller', 'stack', { netns: 'ns1' }),
    ]
    const at = all.findIndex(({ id }) => id === brokenAt)
    return at < 0
      ? all
      : all.map((one, index) => (index < at ? one : { ...one, verdict: index > at ? 'unreached' : 'broken' }))
  }
  const told = async (brokenAt?: string) =>
    probeMarks(await recordedMap('day-06', 'mapping'), hops(brokenAt)).map(
      ({ on, direction, verdict, heardMs }) => [on, direction, verdict, heardMs],
    )

  it('is marked where it was heard, with the time, request and reply apart', async () => {
    expect(await told()).toEqual([
      ['netns:controller/ns1', 'request', 'heard', undefined],
      ['outer:controller/ns1', 'request', 'heard', 0],
      ['physical:controller/eth2', 'request', 'heard', 0.2],
      ['physical:hypervisor/eth2', 'request', 'heard', undefined],
      ['outer:controller/ns1', 'reply', 'heard', 0.9],
      ['netns:controller/ns1', 'reply', 'heard', undefined],
    ])
  })

  it.each([
    ['request bridge', 'br-int:controller'],
    ['request wire', 'wire:eth2'],
    ['request far', 'physical:hypervisor/eth2'],
  ])('is lost first at %s, and nothing is said of what lies behind', async (at, place) => {
    expect((await told(at)).at(-1)).toEqual([place, 'request', 'lost', undefined])
  })
})
