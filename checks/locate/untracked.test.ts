import { describe, expect, it } from 'vitest'
import { type Edit, solvedLab } from '../testing/solved-lab.ts'
import { told } from '../testing/told.ts'
import { ACL, lost, recordedRoute, traceOf, withLogicalFlows, withRow } from '../testing/traces.ts'
import { inAnotherState } from './untracked.ts'

const answer = { bridge: 'br-int', flow: 'in_port=1,icmp,icmp_type=0', isEstablished: true as const }
const anew =
  (name: string): Edit =>
  ({ traces }) => {
    const { bridge, flow } = answer
    traces.unshift({ node: 'hypervisor', packet: { bridge, flow }, seen: traceOf(name) })
  }
const leaves = {
  plug: undefined,
  isReachedBy: ({ datapathActions }: { datapathActions: string }) => datapathActions !== 'drop',
}
const asked = (packet: typeof answer | Omit<typeof answer, 'isEstablished'>, ...edits: Edit[]) =>
  inAnotherState(
    solvedLab(...edits, withLogicalFlows, withRow('ACL', ACL)),
    recordedRoute,
    { node: 'hypervisor', packet, leaves },
    { ...lost, packet: { ...lost.packet, kind: 'echo-reply' } },
  )

describe('an answer whose connection was not tracked', () => {
  it('is traced as a new packet, and its end is named', async () => {
    const found = await asked(answer, anew('acl'))
    expect(told(found!)).toMatch(
      /^OVN_Northbound · ACL · match: connection tracking does not know the connection of this answer.*ends at the flow that OVN created for ACL/,
    )
  })
  it('is none where it would pass as a new packet too', async () => {
    expect(await asked(answer, anew('through'))).toBeUndefined()
  })
})

describe('a question that follows another one', () => {
  const { isEstablished: _, ...question } = answer
  it('is traced as a part of the known connection, and its end is named', async () => {
    const found = await asked(question, anew('acl'))
    expect(told(found!)).toMatch(
      /^OVN_Northbound · ACL · match: the first packet of a connection passes.*ends at the flow that OVN created for ACL/,
    )
  })
  it('is none where it would pass as such too', async () => {
    expect(await asked(question, anew('through'))).toBeUndefined()
  })
})
