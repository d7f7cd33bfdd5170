import { describe, expect, it } from 'vitest'
import { flowsFrom, traceFrom } from './flows.ts'

describe('the flows of a bridge', () => {
  it('are read with statistics and without', () => {
    const printed = `NXST_FLOW reply (xid=0x4):
 cookie=0x0, duration=44.392s, table=0, n_packets=0, n_bytes=0, idle_age=44, priority=100,in_port=1 actions=move:NXM_NX_TUN_ID[0..23]->OXM_OF_METADATA[0..23],resubmit(,43)
 cookie=0x0056a709, duration=1s, table=8, n_packets=1, n_bytes=9, idle_age=1, hard_age=1, priority=110,icmp,reg10=0x10000/0x10000,icmp_type=3 actions=drop
 priority=0 actions=NORMAL
 icmp actions=drop
`
    expect(flowsFrom(printed)).toEqual([
      {
        table: 0,
        priority: 100,
        cookie: '0',
        match: 'in_port=1',
        actions: 'move:NXM_NX_TUN_ID[0..23]->OXM_OF_METADATA[0..23],resubmit(,43)',
      },
      {
        table: 8,
        priority: 110,
        cookie: '56a709',
        match: 'icmp,reg10=0x10000/0x10000,icmp_type=3',
        actions: 'drop',
      },
      { table: 0, priority: 0, cookie: '0', match: '', actions: 'NORMAL' },
      { table: 0, priority: 32768, cookie: '0', match: 'icmp', actions: 'drop' },
    ])
  })

  it('are none where there are none', () => {
    expect(flowsFrom('NXST_FLOW reply (xid=0x4):\n')).toEqual([])
  })
})

describe('the way of a packet', () => {
  it('is read through all bridges, with what becomes of it', () => {
    const printed = `Flow: icmp,in_port=2,vlan_tci=0x0000

bridge("br-int")
----------------
 0. in_port=2, priority 100, cookie 0x463191da
    resubmit(,8)
    73. No match.
            drop
65. reg15=0x3,metadata=0x1, priority 100, cookie 0xc2ead6e7
    output:3

bridge("br-eth2")
-----------------
 0. priority 0
    NORMAL
     -> forwarding to learned port

Final flow: unchanged
Megaflow: recirc_id=0,eth,ip,in_port=2
Datapath actions: 7
`
    expect(traceFrom(printed)).toEqual({
      steps: [
        { bridge: 'br-int', table: 0, flow: 'in_port=2, priority 100', cookie: '463191da' },
        { bridge: 'br-int', table: 73, flow: 'No match.', cookie: '0' },
        { bridge: 'br-int', table: 65, flow: 'reg15=0x3,metadata=0x1, priority 100', cookie: 'c2ead6e7' },
        { bridge: 'br-eth2', table: 0, flow: 'priority 0', cookie: '0' },
      ],
      datapathActions: '7',
    })
  })

  it('ends with the last of several parts', () => {
    expect(traceFrom('Datapath actions: ct(zone=1),recirc(0x1)\n\nDatapath actions: drop\n')).toEqual({
      steps: [],
      datapathActions: 'drop',
    })
  })
})
