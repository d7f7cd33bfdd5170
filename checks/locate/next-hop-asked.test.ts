import { describe, expect, it } from 'vitest'
import type { TraceSeen, TraceStep } from '../../harness/look/evidence.ts'
import type { Break } from '../route/place.ts'
import type { Post, Route } from '../route/route.ts'
import { byHand } from '../testing/diagnostics.ts'
import { type Edit, gatewayLab, ns1, OUTER } from '../testing/gateway-lab.ts'
import { told } from '../testing/told.ts'
import { questionLost } from './next-hop-asked.ts'

const exit: Post = { id: 'out', kind: 'exit', node: 'hypervisor', links: ['eth2'], underlay: [] }
const route = {
  ...{ from: { ...ns1, logicalPort: 'ls0-ns1' }, address: '203.0.113.10', posts: [exit] },
  routed: { from: { joints: [] } },
  outward: {
    outer: { node: 'hypervisor', netns: 'lr0', address: OUTER, prefixLength: 24, isRouter: true },
    ...{ joints: [], mac: '02:00:c0:a8:0a:1e' },
  },
} as unknown as Route
const waiting = {
  place: { kind: 'bridge', node: 'controller', enters: exit, leaves: exit },
  packet: { kind: 'echo-request', source: ns1.address, destination: '203.0.113.10', token: '' },
} as unknown as Break
const seen = (steps: TraceStep[], datapathActions = 'drop'): TraceSeen => ({
  ...{ steps, bridges: ['br-int'], datapathActions },
})
const DENIED = '8749a12c'
const step = (table: number, cookie: string): TraceStep => ({
  ...{ bridge: 'br-int', table, flow: 'arp, priority 1060', cookie, actions: ['drop'], notes: [] },
})
const traced =
  (...steps: TraceStep[]): Edit =>
  ({ looks, northbound }) => {
    looks.traces = [seen(steps)]
    looks['flow-origins'] = [
      {
        uuid: 'c23f35e0',
        stage: 'ls_out_acl_eval',
        priority: 1060,
        match: 'arp',
        actions: 'drop;',
        hint: DENIED,
      },
    ]
    const acl = { _uuid: `${DENIED}-0000-0000-0000-000000000001`, direction: 'to-lport', priority: 60 }
    Object.assign(northbound, { ACL: [{ ...acl, match: 'arp', action: 'drop', name: [] }] })
  }
const found = (...edits: Edit[]) => questionLost(gatewayLab(...edits), route, seen([]), waiting)

describe('the question of a router for its next hop, which nobody heard', () => {
  it('is followed into the switch of its outer port, and ends at a row of OVN or a flow by hand', async () => {
    expect(told(await found(traced(step(50, 'c23f35e0'))))).toBe(
      'OVN_Northbound · ACL · match: the arp-request from 192.168.10.30 to 192.168.10.1 ends at the flow that OVN created for ACL to-lport 60 "arp" drop (ls_out_acl_eval, table 50)',
    )
    expect((await found(traced(byHand('br-int', 'arp, priority 200', 'drop'))))?.where).toBe(
      'hypervisor · br-int · OpenFlow',
    )
  })

  it('is never asked where the router knows the MAC', async () => {
    const known: Edit = ({ southbound }) => {
      const row = { logical_port: 'lr0-ls1', ip: '192.168.10.1', mac: '02:00:00:00:00:0f' }
      Object.assign(southbound, { MAC_Binding: [row] })
    }
    expect(await found(traced(step(50, 'c23f35e0')), known)).toBeUndefined()
  })
})
