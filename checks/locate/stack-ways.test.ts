import { describe, expect, it } from 'vitest'
import type { NetworkStack, RouteAnswer } from '../../harness/look/stack.ts'
import { quietStack, withLook, withStack } from '../testing/diagnostics.ts'
import { type Edit, ns1, ns2, solvedLab } from '../testing/solved-lab.ts'
import { told } from '../testing/told.ts'
import { lost, recordedRoute } from '../testing/traces.ts'
import { inStack } from './in-stack.ts'
import { everybody, neighbourAstray, routeAstray, sourceless } from './stack-ways.ts'

const to = ns1.address
const astray = (route: Partial<RouteAnswer>, ...rules: string[]) =>
  routeAstray(recordedRoute.from, { ...quietStack, routes: [{ to, ...route }], rules }, to, [])
const DETOUR = { device: 'eth0', gateway: '192.168.10.99' }
const REFUSED = { error: 'Invalid argument' }

describe('an address to send from', () => {
  const found = (route: Partial<RouteAnswer>) => {
    const request = { look: 'stack' as const, node: 'hypervisor', netns: 'ns2', routes: [{ to }] }
    const lab = solvedLab(withLook(request, { ...quietStack, routes: [{ to, ...route }] }))
    return sourceless(lab, recordedRoute.from, { address: to })
  }

  it('is missed where the kernel has none for what leaves the link', async () => {
    expect((await found({ device: 'eth0', gateway: '192.168.10.254' }))?.where).toBe(
      'hypervisor · netns ns2 · addresses',
    )
    expect(await found({ device: 'eth0', source: ns2.address })).toBeUndefined()
    expect(await found({ error: 'Network is unreachable' })).toBeUndefined()
    expect(await sourceless(solvedLab(), recordedRoute.from, { address: to })).toBeUndefined()
  })
})

it('is taken for everybody by an address, or by a route that somebody typed', () => {
  const routes = [{ to, device: 'eth0', isBroadcast: true as const }]
  const where = (broadcasts?: string[]) =>
    everybody(recordedRoute.from, { routes, ...(broadcasts && { broadcasts }) }, to)?.where
  expect(where()).toBe('hypervisor · netns ns2 · addresses')
  expect(where(['192.168.10.77'])).toBe('hypervisor · netns ns2 · addresses')
  expect(where([to])).toBe('hypervisor · netns ns2 · routes')
})

describe('a rule of routing that decided', () => {
  it.each<[string, string, Partial<RouteAnswer>, string[]]>([
    [
      'by its table',
      '50: from all iif lo lookup 77',
      { ...DETOUR, table: '77' },
      ['10: from all lookup 7', '50: from all iif lo lookup 77'],
    ],
    [
      'by refusing packets between these addresses',
      '60: from 192.168.10.200 to 192.168.10.0/25 blackhole',
      REFUSED,
      [
        '40: not from 192.168.10.200 prohibit',
        '50: from all to 192.168.10.1 blackhole',
        '60: from 192.168.10.200 to 192.168.10.0/25 blackhole',
      ],
    ],
  ])('is told: %s', (_what, rule, route, rules) => {
    const found = astray(route, ...rules)
    expect(told(found)).toContain(`; the routing rule “${rule}” says so`)
    expect(found).toMatchObject({
      where: 'hypervisor · netns ns2 · routes',
      tryThis: 'sudo ip -n ns2 rule show   # on hypervisor',
    })
  })

  it('is told of IPv6, with the command that shows it', () => {
    const to = '2001:db8:3::2'
    const end = { ...recordedRoute.from, address: '2001:db8:3::1', prefixLength: 64 }
    const rule = '100: from all to 2001:db8:3::/64 unreachable'
    const stack: NetworkStack = {
      ...quietStack,
      routes: [{ to, error: 'Network is unreachable' }],
      rules: ['90: from all to fd00::/8 unreachable', rule],
    }
    const found = routeAstray(end, stack, to, [])
    expect(told(found)).toMatch(/; the routing rule “100: from all to 2001:db8:3::\/64 unreachable” says so$/)
    expect(found?.tryThis).toBe('sudo ip -n ns2 -6 rule show   # on hypervisor')
  })

  it('is told with the route that refuses, and its table', () => {
    const stack: NetworkStack = {
      ...quietStack,
      routes: [{ to, ...REFUSED }],
      rules: ['40: from 192.168.10.7 lookup 99', '50: from all to 192.168.10.100 lookup 99'],
      refusing: [
        { type: 'unreachable', prefix: 'default', table: '7' },
        { type: 'blackhole', prefix: '192.168.10.7', table: '98' },
        { type: 'blackhole', prefix: '192.168.10.0/24', table: '99' },
      ],
    }
    const found = routeAstray(recordedRoute.from, stack, to, [])
    expect(told(found)).toMatch(
      /; it is blackhole 192\.168\.10\.0\/24 in table 99; the routing rule “50: from all to 192\.168\.10\.100 lookup 99” says so$/,
    )
    expect(found?.tryThis).toBe('sudo ip -n ns2 route show table 99   # on hypervisor')
  })

  it.each<[string, Partial<RouteAnswer>, string]>([
    ['of a table that was not the one', DETOUR, '50: from all lookup 77'],
    ['that refuses others', REFUSED, '50: from 192.168.10.7 to 192.168.10.100 unreachable'],
    ['that goes by a mark', REFUSED, '50: from all fwmark 0x7 blackhole'],
  ])('is none %s', (_what, route, rule) => {
    expect(told(astray(route, rule))).not.toContain('routing rule')
  })
})

describe('a namespace that does not answer', () => {
  const END = recordedRoute.from
  /** What the kernel answers to where a packet goes that has come in for ns2. */
  const arrives = (route: object): Edit =>
    withLook(
      {
        ...{ look: 'stack', node: 'hypervisor', netns: 'ns2' },
        routes: [{ to: ns2.address, from: ns1.address, by: 'eth0' }],
      },
      { ...quietStack, routes: [{ to: ns2.address, ...route }] },
    )
  const ns2Does = (about: Partial<NetworkStack>): Edit =>
    withStack('hypervisor', 'ns2', [ns2.address, ns1.address], about)
  const whereWith = async (...edits: Edit[]) => {
    const place = { kind: 'stack' as const, end: END, does: 'answer' as const }
    const packet = { ...lost.packet, kind: 'echo-reply' as const }
    return told(await inStack(solvedLab(...edits), place, { ...lost, place, packet }, ns1))
  }
  const PLACE = 'hypervisor · netns ns2'
  const NO_LOCAL = `${PLACE} · routes: the table local of ns2 lacks a route of type local for 192.168.10.200, so what comes in for that address is not for it`
  const rpFilter = ns2Does({ sysctls: { 'conf.eth0.rp_filter': { value: '2', usual: '0' } } })

  it.each<[string, Edit[]]>([
    [NO_LOCAL, [rpFilter, arrives({ device: 'eth0' })]],
    [NO_LOCAL, [ns2Does({}), arrives({ error: 'No route to host' })]],
    [
      `${PLACE} · addresses: ns2 takes ${ns1.address} for a broadcast address: the address on eth0 there says so (brd, or its prefix length)`,
      [ns2Does({ routes: [{ to: ns1.address, device: 'eth0', isBroadcast: true }] })],
    ],
    [
      `${PLACE} · conntrack: ns2 follows 3 connections and may follow 3 (nf_conntrack_max), so it drops what begins another one`,
      [ns2Does({ conntrack: { count: 3, max: 3 } })],
    ],
  ])('%s', async (words, edits) => {
    expect(await whereWith(...edits)).toBe(words)
  })

  it.each<[string, Edit]>([
    ['the kernel takes the packet', arrives({ device: 'lo' })],
    ['it refuses it for another reason', arrives({ error: 'Invalid cross-device link' })],
    ['its table of connections has room', ns2Does({ conntrack: { count: 3, max: 4 } })],
    ['its table of connections has no limit', ns2Does({ conntrack: { count: 3, max: 0 } })],
  ])('is told of neither where %s', async (_what, edit) => {
    expect(await whereWith(edit)).toMatch(/^hypervisor · netns ns2: /)
  })
})

it('is a route of type broadcast that the kernel made such a neighbour entry for', async () => {
  const known = { address: to, device: 'eth0', mac: 'ff:ff:ff:ff:ff:ff', states: ['NOARP'] }
  const peer = { address: to, mac: '02:00:00:00:00:01' }
  const found = (entry: object) =>
    neighbourAstray(
      solvedLab(),
      recordedRoute.from,
      { ...quietStack, neighbours: [{ ...known, ...entry }] },
      peer,
    )
  expect(await found({})).toMatchObject({
    where: 'hypervisor · netns ns2 · routes',
    saw: { en: expect.stringMatching(/^ns2 takes 192\.168\.10\.100 for a broadcast address/) },
  })
  expect((await found({ mac: '02:00:00:00:00:99' }))?.where).toBe('hypervisor · netns ns2 · neighbours')
})
