import { describe, expect, it } from 'vitest'
import type { TraceStep } from '../../harness/look/evidence.ts'
import { type Edit, solvedLab } from '../testing/solved-lab.ts'
import { ACL, traceOf, withLogicalFlows, withRow } from '../testing/traces.ts'
import { originsOf } from './origin.ts'

async function originOf(step: Partial<TraceStep>, ...edits: Edit[]) {
  const lab = solvedLab(withLogicalFlows, ...edits)
  const whole = { bridge: 'br-int', table: 8, flow: '', cookie: '0', actions: [], notes: [], ...step }
  return (await originsOf(lab, await lab.ovs('hypervisor'), [whole]))[0]
}
const alike: Edit = ({ southbound }) => {
  const [first] = southbound.Port_Binding
  southbound.Port_Binding.push({ ...first!, _uuid: `${first!._uuid.slice(0, 8)}-twin`, logical_port: 'twin' })
}

describe('where a flow comes from', () => {
  it('is OVN for each flow of a whole trace', async () => {
    const lab = solvedLab()
    const steps = traceOf('through').steps.filter(({ bridge }) => bridge === 'br-int')
    const kinds = (await originsOf(lab, await lab.ovs('hypervisor'), steps)).map(({ kind }) => kind)
    expect(kinds).not.toContain('foreign')
    expect(kinds).toContain('logical')
  })

  it('is a southbound row by its first digits', async () => {
    expect(await originOf({ cookie: '179e2b0e' })).toMatchObject({
      kind: 'southbound',
      table: 'Port_Binding',
      row: { logical_port: 'ls0-ns2' },
    })
  })

  it('is a Logical_Flow, with the northbound row of its hint where there is one', async () => {
    expect(await originOf({ cookie: 'c23f35e0' }, withRow('ACL', ACL))).toMatchObject({
      kind: 'logical',
      flow: { stage: 'ls_in_acl_eval' },
      row: { table: 'ACL', row: { priority: 1000 } },
    })
    expect(await originOf({ cookie: 'c23f35e0' })).not.toHaveProperty('row')
    // A cookie loses its leading zeros.
    expect(await originOf({ cookie: '1220932' })).toMatchObject({ flow: { stage: 'ls_in_apply_port_sec' } })
  })

  it.each<[string, Partial<TraceStep>]>([
    ['a default drop', { flow: 'priority 0' }],
    ['a miss', { flow: 'No match.' }],
    [
      'what comes out of a tunnel',
      {
        table: 0,
        flow: 'in_port=1, priority 100',
        actions: ['move:NXM_NX_TUN_ID[0..23]->OXM_OF_METADATA[0..23]', 'resubmit(,43)'],
      },
    ],
    ['a match on its registers', { flow: 'reg10=0x1/0x1, priority 10' }],
    ['a match on its metadata', { flow: 'ct_state=+est+trk,ip, priority 100' }],
    [
      'what fills its registers',
      { flow: 'priority 65534', actions: ['move:NXM_NX_CT_STATE[0..7]->NXM_NX_REG4[0..7]'] },
    ],
  ])('is OVN without a row: %s', async (_what, step) => {
    expect(await originOf(step)).toEqual({ kind: 'default' })
  })

  it.each<[string, Partial<TraceStep>]>([
    ['without a cookie, at the entrance', { table: 0, flow: 'icmp, priority 200' }],
    ['without a cookie, later', { table: 20, flow: 'icmp, priority 200' }],
    ['with a cookie of no row', { cookie: 'dead', flow: 'icmp, priority 200' }],
    ['from a port that is no tunnel', { table: 0, flow: 'in_port=2, priority 300' }],
    ['from a tunnel to nowhere', { table: 0, flow: 'in_port=1, priority 65000', actions: ['drop'] }],
    ['from a tunnel to a port', { table: 0, flow: 'in_port=1, priority 65000', actions: ['output:2'] }],
  ])('is somebody else: %s', async (_what, step) => {
    expect(await originOf(step)).toEqual({ kind: 'foreign' })
  })

  it('is no row, and nobody else, where two begin alike', async () => {
    expect(await originOf({ cookie: '826ac578', flow: 'icmp' }, alike)).toEqual({ kind: 'default' })
  })
})
