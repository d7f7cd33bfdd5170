import { describe, expect, it } from 'vitest'
import type { TracePacket, TraceSeen } from '../look/evidence.ts'
import { traceFrom } from './flows.ts'
import { tracedEveryWay } from './hashed-ways.ts'

const packet: TracePacket = { bridge: 'br-int', flow: 'in_port=1,icmp' }

/** What ofproto/trace prints (3.5.0) of a packet that a select group of two routes takes, the middle of it left out. */
const printed = (group: string[], actions: string) =>
  [
    'Flow: icmp,in_port=1',
    'bridge("br-int")',
    '----------------',
    '23. ip,metadata=0x3,nw_dst=10.10.0.1, priority 260, cookie 0x25c22fc4',
    '    dec_ttl()',
    '    group:1',
    ...group,
    `Datapath actions: ${actions}`,
  ].join('\n')
const undecided = printed(['     -> no live bucket'], 'set(ipv4(ttl=63)),hash(sym_l4(0)),recirc(0x1)')
const delivered = printed(
  ['     -> using bucket 1', '24. reg8=0x1, priority 100, cookie 0xaa', '    output:3'],
  'set(ipv4(ttl=63)),6',
)
const lost = printed(
  ['     -> using bucket 0', '24. reg8=0x2, priority 100, cookie 0xbb', '    drop'],
  'drop',
)

/** Traces of one packet, by its hash. */
async function tracedBy(answer: (hash: string | undefined) => string): Promise<TraceSeen> {
  const [trace] = await tracedEveryWay([packet], async packets =>
    packets.map(({ flow }) => traceFrom(answer(/dp_hash=(\d+)/.exec(flow)?.[1]))),
  )
  return trace!
}
const isOdd = (hash: string) => Number(hash) % 2 === 1

describe('a trace that ends where the datapath would compute a hash', () => {
  it('is all that may become of the packet', async () => {
    const trace = await tracedBy(hash => (hash === undefined ? undecided : isOdd(hash) ? lost : delivered))
    expect(trace.datapathActions).toBe('set(ipv4(ttl=63)),6')
    expect(trace.steps.map(({ table, cookie }) => `${table} ${cookie}`)).toEqual([
      '23 25c22fc4',
      '24 aa',
      '24 bb',
    ])
    expect(trace.bridges).toEqual(['br-int'])
  })

  it('is dropped only where every way is', async () => {
    expect((await tracedBy(hash => (hash === undefined ? undecided : lost))).datapathActions).toBe('drop')
  })

  it('stays as it is where no hash leads on', async () => {
    expect((await tracedBy(() => undecided)).datapathActions).toContain('recirc(0x1)')
  })

  it('is asked for once only where there is no such end', async () => {
    const asked: number[] = []
    await tracedEveryWay([packet], async packets => {
      asked.push(packets.length)
      return packets.map(() => traceFrom(delivered))
    })
    expect(asked).toEqual([1])
  })
})
