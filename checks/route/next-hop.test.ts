import { describe, expect, it } from 'vitest'
import { type Edit, gatewayLab, ns1, OUTER } from '../testing/gateway-lab.ts'
import { told } from '../testing/told.ts'
import { nextHopAstray } from './next-hop.ts'
import type { Break } from './place.ts'
import type { Post, Route } from './route.ts'

const HOP = '192.168.10.1'
const [WRONG, RIGHT] = ['02:00:00:00:00:44', '02:00:00:00:00:0f']
const exit: Post = { id: 'out', kind: 'exit', node: 'hypervisor', links: ['eth2'], underlay: [] }
const route = {
  from: ns1,
  address: '203.0.113.10',
  posts: [exit],
  outward: {
    outer: { node: 'hypervisor', netns: 'lr0', address: OUTER, prefixLength: 24, isRouter: true },
    joints: [],
    mac: '02:00:c0:a8:0a:1e',
  },
} as unknown as Route
const left = (more: object = {}) =>
  ({
    place: { kind: 'outside', post: exit },
    packet: { kind: 'echo-request', source: OUTER, destination: '203.0.113.10', token: '' },
    frame: { sourceMac: '02:00:c0:a8:0a:1e', destinationMac: WRONG },
    ...more,
  }) as unknown as Break

const knows =
  (table: 'MAC_Binding' | 'Static_MAC_Binding', mac: string): Edit =>
  ({ northbound, southbound }) => {
    const rows = { [table]: [{ logical_port: 'lr0-ls1', ip: HOP, mac }] }
    Object.assign(table === 'MAC_Binding' ? southbound : northbound, rows)
  }
const answers =
  (...macs: string[]): Edit =>
  ({ looks }) => {
    looks['arp-probe'] = { macs }
  }
const found = (edits: Edit[], broken = left()) => nextHopAstray(gatewayLab(...edits), route, broken)

describe('packets that left for another MAC than the next hop has', () => {
  it('are told by the row that the router goes by', async () => {
    expect(told(await found([knows('MAC_Binding', WRONG), answers(RIGHT)]))).toBe(
      `OVN_Southbound · MAC_Binding · mac: lr0-ls1 has learnt the MAC ${WRONG} for ${HOP}, but ${HOP} has ${RIGHT}`,
    )
    expect((await found([knows('Static_MAC_Binding', WRONG), answers(RIGHT)]))?.where).toBe(
      'OVN_Northbound · Static_MAC_Binding · mac',
    )
  })

  it.each<[string, Edit[], Break?]>([
    ['nobody answers', [knows('MAC_Binding', WRONG), answers()]],
    ['the one of the row answers as well', [knows('MAC_Binding', WRONG), answers(RIGHT, WRONG)]],
    ['no row says so', [knows('MAC_Binding', RIGHT), answers(RIGHT)]],
    ['nobody could ask', [knows('MAC_Binding', WRONG)]],
    ['somewhere nobody could listen', [knows('MAC_Binding', WRONG), answers(RIGHT)], left({ isWide: true })],
    [
      'it was the question itself',
      [knows('MAC_Binding', WRONG), answers(RIGHT)],
      left({ packet: { kind: 'arp-request' } }),
    ],
  ])('are none where %s', async (_, edits, broken) => {
    expect(await found(edits, broken)).toBeUndefined()
  })
})
