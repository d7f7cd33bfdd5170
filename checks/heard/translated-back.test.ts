import { describe, expect, it } from 'vitest'
import { traceFrom } from '../../harness/nodes/flows.ts'
import type { Outward } from '../route/outward.ts'
import { type Edit, solvedLab } from '../testing/solved-lab.ts'
import { lost, recordedRoute } from '../testing/traces.ts'
import { tracedThrough } from './translated-back.ts'

const OUTER = '192.168.10.30'
const route = { ...recordedRoute, outward: { translated: OUTER } as Outward }
const answer = {
  bridge: 'br-int',
  flow: `in_port=1,icmp,nw_src=192.168.10.1,nw_dst=${OUTER},nw_ttl=64`,
  isEstablished: true as const,
}
const back = { ...answer, flow: `in_port=1,icmp,nw_src=192.168.10.1,nw_dst=${route.from.address},nw_ttl=64` }
/** What Open vSwitch prints of a flow with these actions. */
const seen = (actions: string, datapath: string) =>
  traceFrom(`bridge("br-int")
----------------
12. ip,metadata=0x3, priority 100, cookie 0x38c63d1c
    ${actions}

Final flow: unchanged
Datapath actions: ${datapath}
`)
const TRANSLATED = seen('ct(table=13,zone=NXM_NX_REG11[0..15],nat)', 'drop')
const BEHIND = seen('output:2', '2')
const traces =
  (...found: [typeof answer, ReturnType<typeof seen>][]): Edit =>
  ({ traces }) =>
    traces.unshift(...found.map(([packet, seen]) => ({ node: 'hypervisor', packet, seen })))
const traced = (...edits: Edit[]) =>
  tracedThrough(solvedLab(...edits), route, 'hypervisor', answer, {
    ...lost,
    packet: { ...lost.packet, kind: 'echo-reply', destination: OUTER },
  })

describe('an answer for an address that stands for the end inside', () => {
  it('is traced as it is behind the translation', async () => {
    expect(await traced(traces([answer, TRANSLATED], [back, BEHIND]))).toEqual({
      packet: back,
      traced: BEHIND,
    })
  })
  it('is traced as it came in where nothing translates it', async () => {
    expect(await traced(traces([answer, BEHIND], [back, TRANSLATED]))).toEqual({
      packet: answer,
      traced: BEHIND,
    })
  })
})
