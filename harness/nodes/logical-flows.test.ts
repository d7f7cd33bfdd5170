import { describe, expect, it } from 'vitest'
import { defaultFlowsFrom, logicalFlowsFrom, unparsedFrom } from './logical-flows.ts'

describe('rows of Logical_Flow', () => {
  it('are read from CSV: the row they were made for, and quoted fields with commas, quotes and line breaks', () => {
    const printed = `c23f35e0-fbc3-47ab-8238-0ff04ac826f3,source=northd.c:6968 stage-hint=8749a12c stage-name=ls_in_acl_eval,2000,(icmp4 && ip4.src==192.168.10.200),reg8[17] = 1; next;
5e397c16-a7f3-47fd-9177-5210cbbf831f,source=northd.c:10258 stage-name=ls_in_l2_lkup,50,eth.dst == 02:00:00:00:00:77,"outport = ""ls0-localnet"";
 output;"
warning, no row
`
    expect(logicalFlowsFrom(printed)).toEqual([
      {
        ...{ uuid: 'c23f35e0', stage: 'ls_in_acl_eval', priority: 2000, hint: '8749a12c' },
        ...{ match: '(icmp4 && ip4.src==192.168.10.200)', actions: 'reg8[17] = 1; next;' },
      },
      {
        ...{ uuid: '5e397c16', stage: 'ls_in_l2_lkup', priority: 50 },
        ...{ match: 'eth.dst == 02:00:00:00:00:77', actions: 'outport = "ls0-localnet";\n output;' },
      },
    ])
    expect(logicalFlowsFrom('')).toEqual([])
  })
})

it('matches that ovn-trace cannot parse are read from its warnings', () => {
  const printed = `2026-11-28T01:42:31Z|00008|ovntrace|WARN|reg0[8] == 1 && (ip4.src == $as_nosuch): parsing expression failed (Syntax error at \`$as_nosuch' expecting address set name.)
2026-11-28T01:42:31Z|00009|ovntrace|WARN|something else
unknown datapath ""
`
  expect(unparsedFrom(printed)).toEqual([
    {
      match: 'reg0[8] == 1 && (ip4.src == $as_nosuch)',
      why: "Syntax error at `$as_nosuch' expecting address set name.",
    },
  ])
})

describe('the default flows of a datapath', () => {
  const datapath = '66854755-6079-40bb-bbd1-c0db25d900ac'
  const other = '11111111-6079-40bb-bbd1-c0db25d900ac'
  const group = '22222222-6079-40bb-bbd1-c0db25d900ac'
  const printed = `8e9fb202-614d-40f7-b2a7-814d2abc8508,source=northd.c:7661 stage-name=ls_out_qos,egress,9,${datapath},
64852482-d4ac-406b-b06d-6b9dde205c28,source=northd.c:6251 stage-name=ls_out_pre_stateful,egress,4,,${group}
f0112704-786f-49e5-975f-6c040e48bf74,source=northd.c:5810 stage-name=ls_in_lookup_fdb,ingress,2,${other},
`
  it('are its own, and those of a group that it is in', () => {
    expect(defaultFlowsFrom(printed, `${group},${other} ${datapath}\n`, datapath)).toEqual([
      { uuid: '8e9fb202', stage: 'ls_out_qos', pipeline: 'egress', tableId: 9 },
      { uuid: '64852482', stage: 'ls_out_pre_stateful', pipeline: 'egress', tableId: 4 },
    ])
    expect(defaultFlowsFrom(printed, `${group},${other}\n`, datapath).map(({ stage }) => stage)).toEqual([
      'ls_out_qos',
    ])
  })
})
