import { describe, expect, it } from 'vitest'
import type { TracePacket, TraceSeen } from '../../harness/look/evidence.ts'
import { logicalFlowsFrom } from '../../harness/nodes/logical-flows.ts'
import { type Edit, solvedLab } from '../testing/solved-lab.ts'
import { traceOf } from '../testing/traces.ts'
import { asTracked } from './as-tracked.ts'
import type { Break } from './bracket.ts'

const [INSIDE, GIVEN] = ['192.168.100.100', '192.168.10.30']
const route = {
  from: { address: INSIDE },
  outward: { translated: GIVEN },
} as unknown as Parameters<typeof asTracked>[1]
const answer = { packet: { kind: 'echo-reply', destination: GIVEN } } as unknown as Break
const asked: TracePacket = {
  bridge: 'br-eth2',
  flow: `in_port=1,icmp,nw_src=192.168.10.1,nw_dst=${GIVEN},nw_ttl=64`,
  isEstablished: true,
}
const tracked: TracePacket = { ...asked, flow: asked.flow.replace(GIVEN, INSIDE) }

const [step] = traceOf('acl').steps
/** A trace that ends in the integration bridge, at a flow with a cookie. */
const ended = (cookie: string): TraceSeen => ({
  datapathActions: 'drop',
  bridges: ['br-int'],
  steps: [{ ...step!, table: 29, cookie, flow: 'ip,metadata=0x3, priority 150', actions: ['drop'] }],
})
const translating: Edit = ({ northbound, logicalFlows }) => {
  const row = { _uuid: '0ddba11a-0', type: 'snat', external_ip: GIVEN, logical_ip: '192.168.100.0/24' }
  Object.assign(northbound, { NAT: [row] })
  logicalFlows.push(
    ...logicalFlowsFrom('1c0ffee1-0000,stage-hint=0ddba11a stage-name=lr_in_arp_resolve,150,1,drop;\n'),
  )
}
const again = { ...ended('0'), datapathActions: '7' }
const retraced: Edit = ({ traces }) => {
  traces.push({ node: 'hypervisor', packet: tracked, seen: again })
}
const lab = solvedLab(translating, retraced)
const traced = (cookie: string, packet = asked, of = answer) =>
  asTracked(lab, route, 'hypervisor', { packet, trace: ended(cookie) }, of)

describe('the answer to what SNAT sent out', () => {
  it('is traced as connection tracking hands it on, where its trace ends at the row of NAT', async () => {
    expect(await traced('1c0ffee1')).toEqual({ packet: tracked, trace: again })
  })

  it.each<[string, ReturnType<typeof traced>]>([
    ['ends at a flow by hand', traced('bad')],
    ['is of no known connection', traced('1c0ffee1', { bridge: asked.bridge, flow: asked.flow })],
    [
      'is for another address',
      traced('1c0ffee1', asked, { packet: { destination: '192.168.10.40' } } as unknown as Break),
    ],
  ])('stays as it is where it %s', async (_, seen) => {
    expect((await seen).packet.flow).toBe(asked.flow)
  })
})
