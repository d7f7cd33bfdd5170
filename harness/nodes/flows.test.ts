import { describe, expect, it } from 'vitest'
import { flowsFrom, portFlagsFrom, traceFrom } from './flows.ts'

describe('the flows of a bridge', () => {
  it('have no flags in their match, which OpenFlow 1.1 and later print', () => {
    const rest = { cookie: '0', actions: 'FLOOD' }
    const of15 =
      ' cookie=0x0, duration=1s, table=1, n_packets=0, n_bytes=0, reset_counts idle_age=0, priority=0 actions=FLOOD'
    const of13 =
      ' cookie=0x0, duration=1s, table=2, n_packets=0, n_bytes=0, reset_counts priority=7,arp actions=FLOOD'
    expect(flowsFrom(`${of15}\n${of13}`)).toEqual([
      { ...rest, table: 1, priority: 0, match: '' },
      { ...rest, table: 2, priority: 7, match: 'arp' },
    ])
  })

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
  it('met no flow, whether or not a controller of the bridge would be asked', () => {
    const printed = (words: string) => `bridge("br-int")\n----------------\n 0. ${words}\n    drop\n`
    const asked = traceFrom(printed('No match, and a "packet-in" is called for.'))
    expect(asked.steps.map(({ flow }) => flow)).toEqual(['No match.'])
    expect(asked).toEqual(traceFrom(printed('No match.')))
  })

  it('is read through all bridges: each flow it meets, what that does, why, and what becomes of it', () => {
    // Shortened from what Open vSwitch 3.5 prints.
    const printed = `Flow: icmp,in_port=2,vlan_tci=0x0000

bridge("br-int")
----------------
 0. in_port=2, priority 100, cookie 0x179e2b0e
    set_field:0x1->metadata
    resubmit(,8)
 8. metadata=0x1, priority 50, cookie 0x2fa122b4
    set_field:0/0x1000->reg10
    resubmit(,73)
    73. No match.
            drop
    move:NXM_NX_REG10[12]->NXM_NX_XXREG0[111]
     -> NXM_NX_XXREG0[111] is now 0
    resubmit(,65)
65. reg15=0x3,metadata=0x1, priority 100, cookie 0x0226ac78
    output:3

bridge("br-eth2")
-----------------
 0. priority 0
    NORMAL
     -> learned port is input port, dropping

Final flow: unchanged
Megaflow: recirc_id=0,eth,ip,in_port=2
Datapath actions: drop
`
    const step = (bridge: string, table: number, flow: string, cookie: string) => ({
      bridge,
      table,
      flow,
      cookie,
    })
    expect(traceFrom(printed)).toEqual({
      steps: [
        {
          ...step('br-int', 0, 'in_port=2, priority 100', '179e2b0e'),
          actions: ['set_field:0x1->metadata', 'resubmit(,8)'],
          notes: [],
        },
        {
          ...step('br-int', 8, 'metadata=0x1, priority 50', '2fa122b4'),
          actions: ['set_field:0/0x1000->reg10', 'resubmit(,73)'],
          notes: [],
        },
        {
          ...step('br-int', 73, 'No match.', '0'),
          actions: ['drop', 'move:NXM_NX_REG10[12]->NXM_NX_XXREG0[111]', 'resubmit(,65)'],
          notes: ['NXM_NX_XXREG0[111] is now 0'],
        },
        {
          ...step('br-int', 65, 'reg15=0x3,metadata=0x1, priority 100', '226ac78'),
          actions: ['output:3'],
          notes: [],
        },
        {
          ...step('br-eth2', 0, 'priority 0', '0'),
          actions: ['NORMAL'],
          notes: ['learned port is input port, dropping'],
        },
      ],
      bridges: ['br-int', 'br-eth2'],
      datapathActions: 'drop',
    })
  })

  it('ends at a bridge that turns it away, with the last of several parts, and where there is no trace', () => {
    const seen = traceFrom(`bridge("br-eth2")
-----------------
>> received packet on mirror output port, dropping <<

Datapath actions: ct(zone=1),recirc(0x1)

Datapath actions: drop
`)
    expect(seen).toEqual({ steps: [], bridges: ['br-eth2'], datapathActions: 'drop' })
    expect(traceFrom('br-int: unknown bridge')).toEqual({ steps: [], bridges: [], datapathActions: '' })
  })
})

describe('a trace into a tunnel', () => {
  // ovs-appctl ofproto/trace of Open vSwitch 3.5.0 on the datapath in user space.
  const PRINTED = `bridge("br-int")
----------------
42. reg15=0x2,metadata=0x1, priority 100, cookie 0x34777f8e
    set_field:0x1/0xffffff->tun_id
    output:1
     -> output to native tunnel
     -> tunneling to 192.168.33.20 via br-eth1

    bridge("br-eth1")
    -----------------
         0. priority 0
            NORMAL
             -> forwarding to learned port
    resubmit(,43)
43. priority 0
    drop

Datapath actions: tnl_push(tnl_port(4)),3
`
  it('comes back from the bridge of the underlay', () => {
    const { steps, bridges } = traceFrom(PRINTED)
    expect(bridges).toEqual(['br-int', 'br-eth1'])
    expect(steps.map(({ bridge, table, actions }) => [bridge, table, actions])).toEqual([
      ['br-int', 42, ['set_field:0x1/0xffffff->tun_id', 'output:1']],
      ['br-eth1', 0, ['NORMAL']],
      ['br-int', 43, ['drop']],
    ])
  })
})

describe('what the ports of a bridge were told', () => {
  it('is read port by port, by numbers, for long names are cut', () => {
    const printed = `OFPST_PORT_DESC reply (OF1.3) (xid=0x3):
 1(eth2): addr:02:00:00:00:00:01
     config:     NO_FLOOD NO_FWD
     state:      LIVE
 2(a (b)): addr:02:00:00:00:00:02
     config:     0
     state:      0
 4(patch-br-int-to): addr:02:00:00:00:00:04
     config:     NO_RECV
     state:      0
 LOCAL(br-eth2): addr:02:00:00:00:00:03
     config:     PORT_DOWN
     state:      LINK_DOWN
`
    expect(portFlagsFrom(printed)).toEqual({
      1: ['NO_FLOOD', 'NO_FWD'],
      2: [],
      4: ['NO_RECV'],
      65534: ['PORT_DOWN'],
    })
  })
})

describe('a trace that goes through connection tracking', () => {
  // As Open vSwitch 3.5 prints it: the bridge above what is resumed is the one the packet came in by.
  const PRINTED = `bridge("br-int")
----------------
65. reg15=0x3,metadata=0x1, priority 100, cookie 0x6068d6f5
    output:3

bridge("br-eth2")
-----------------
 0. ct_state=-trk,ip, priority 10
    ct(table=0,zone=9)
    drop
     -> A clone of the packet is forked to recirculate. The forked pipeline will be resumed at table 0.

Datapath actions: ct(zone=9),recirc(0x1)

===============================================================================
recirc(0x1) - resume conntrack with default ct_state=trk|new (use --ct-next to customize)
===============================================================================

bridge("br-int")
----------------
    thaw
        Resuming from table 0
 0. ct_state=+trk,ip, priority 11
    NORMAL
     -> forwarding to learned port

Datapath actions: 7
`
  it('is given a time to live before that, or is not', () => {
    const passed = (...actions: string[]) =>
      traceFrom(actions.map(one => `Datapath actions: ${one}`).join('\n\nrecirc(0x1)\n\n'))
    expect(passed('set(ipv4(ttl=63)),ct(zone=9),recirc(0x1)', '5')).toMatchObject({
      givenTtl: 63,
      datapathActions: '5',
    })
    expect(passed('ct(zone=9),recirc(0x1)', 'set(ipv4(ttl=63)),5')).not.toHaveProperty('givenTtl')
  })

  it('goes on in the bridge that asked for it', () => {
    const { steps, bridges, datapathActions } = traceFrom(PRINTED)
    expect(steps.map(({ bridge, table }) => [bridge, table])).toEqual([
      ['br-int', 65],
      ['br-eth2', 0],
      ['br-eth2', 0],
    ])
    expect(bridges).toEqual(['br-int', 'br-eth2', 'br-eth2'])
    expect(datapathActions).toBe('7')
  })
})
