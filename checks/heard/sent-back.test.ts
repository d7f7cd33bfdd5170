import { describe, expect, it } from 'vitest'
import type { HeardArp } from '../../harness/look/evidence.ts'
import { byHand } from '../testing/diagnostics.ts'
import { heardOn } from '../testing/heard.ts'
import { type Edit, ns1, ns2, solvedLab } from '../testing/solved-lab.ts'
import { lost, recordedRoute } from '../testing/traces.ts'
import type { Break } from './bracket.ts'
import { sentBack } from './sent-back.ts'

const [, leaves, arrives] = recordedRoute.posts
const { from, to } = recordedRoute
const packet = (sourceMac: string, destinationMac: string, more: Partial<HeardArp>): HeardArp => ({
  ...{ arp: 'request', source: ns1.address, destination: ns2.address, saysMac: sourceMac },
  ...{ count: 40, firstMs: 0, sourceMac, destinationMac, ...more },
})
const between: Break = {
  ...lost,
  place: { kind: 'wire', from: leaves!, to: arrives! },
  frame: packet(from.mac, to!.mac, {}),
}

/** What hypervisor heard on eth2 of the packets of ns1. */
const found = (more: Partial<HeardArp>, broken = between, ...edits: Edit[]) => {
  const traffic = heardOn(recordedRoute, {})
  for (const seen of traffic.captures)
    if ('heard' in seen && seen.node === 'hypervisor' && seen.link === 'eth2')
      seen.arps.push(packet(to!.mac, from.mac, more))
  return sentBack(solvedLab(...edits), recordedRoute, traffic, broken)
}

describe('what never arrived between two nodes', () => {
  it('went to the node that has sent out again what its receiver had sent', async () => {
    expect(await found({ incoming: 20 })).toMatchObject({ where: 'hypervisor · eth2' })
  })

  it('went there because of the flow that did so', async () => {
    const step = byHand('br-eth2', 'in_port=1, priority 100', 'IN_PORT')
    const seen = { steps: [step], bridges: ['br-eth2'], datapathActions: '1' }
    const flow = `in_port=1,dl_src=${to!.mac},dl_dst=${from.mac},arp,arp_op=1,arp_spa=${ns1.address},arp_tpa=${ns2.address},arp_sha=${to!.mac}`
    const edit: Edit = ({ traces }) => {
      traces.push({ node: 'hypervisor', packet: { bridge: 'br-eth2', flow }, seen })
    }
    expect(await found({ incoming: 20 }, between, edit)).toMatchObject({
      where: 'hypervisor · br-eth2 · OpenFlow',
      cause: 'flow-by-hand',
    })
  })

  it.each([
    ['all of it came in', { incoming: 40 }],
    ['none of it came in', { incoming: 0 }],
    ['nobody knows what came in', {}],
  ])('did not go there where %s', async (_, more) => {
    expect(await found(more)).toBeUndefined()
  })

  it('did not go there where it was lost within a node', async () => {
    expect(await found({ incoming: 20 }, lost)).toBeUndefined()
  })
})
