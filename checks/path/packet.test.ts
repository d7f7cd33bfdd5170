import { expect, it } from 'vitest'
import { packetToTrace } from './packet.ts'
import { lost, recordedRoute } from './testing/traces.ts'

const plug = { bridge: { name: 'br-int' }, iface: { ofport: [2] } } as Parameters<typeof packetToTrace>[1]
const flowOf = (frame: object) =>
  packetToTrace(recordedRoute, plug, { ...lost, frame: { ...lost.frame!, ...frame } })?.flow

it('is the packet that was heard, with whatever a flow may go by', () => {
  expect(flowOf({})).toMatch(/,nw_ttl=64,icmp_type=8/)
  expect(flowOf({ ttl: 65 })).toMatch(/,nw_ttl=65,icmp_type=8/)
  expect(flowOf({ ttl: 9, tos: 0xb9 })).toMatch(/,nw_ttl=9,nw_tos=184,nw_ecn=1,icmp_type=8/)
})
