import { describe, expect, it } from 'vitest'
import type { DefaultFlow, Flow, TraceStep } from '../../harness/look/evidence.ts'
import { withLook } from '../testing/diagnostics.ts'
import { type Edit, solvedEvidence, solvedLab } from '../testing/solved-lab.ts'
import { recordedRoute } from '../testing/traces.ts'
import { notCarriedOn } from './carried-flows.ts'

const { northbound, southbound } = solvedEvidence()
const own = northbound.Logical_Switch.find(({ name }) => name === 'ls0')!
const datapath = southbound.Datapath_Binding.find(row =>
  [row.nb_uuid?.[0], row.external_ids['logical-switch']].includes(own._uuid),
)!._uuid

/** Stages of a switch, in the tables 0 to 2 of its ingress pipeline, which are those from 8 on in the bridge. */
const STAGES: DefaultFlow[] = ['aaaaaaaa', 'bbbbbbbb', 'cccccccc'].map((uuid, tableId) => ({
  ...{ uuid, stage: `ls_in_${tableId}`, pipeline: 'ingress', tableId },
}))
const step = (table: number, flow: string, cookie: string): TraceStep => ({
  ...{ bridge: 'br-int', table, flow, cookie, actions: [], notes: [] },
})
const south = (stages: DefaultFlow[]) =>
  withLook({ look: 'default-flows', node: 'controller', datapath }, stages)
const inBridge = (cookies: string[]) =>
  withLook(
    { look: 'flows', node: 'hypervisor', bridge: 'br-int' },
    cookies.map((cookie): Flow => ({ table: 8, priority: 0, cookie, match: '', actions: '' })),
  )
const says = (daemon: 'ovn-controller' | 'ovn-northd', node: string, status: string) =>
  withLook({ look: 'daemon', node, daemon }, { southbound: 'connected', status })
/** The groups of the switch, each with so many ports. */
const groups =
  (flood: number): Edit =>
  evidence => {
    const ports = Array.from({ length: flood }, (_, at) => `${at}`)
    const group = (name: string) => ({ _uuid: name, name, datapath, tunnel_key: 1, ports })
    Object.assign(evidence.southbound, { Multicast_Group: [group('_MC_flood'), group('_MC_unknown')] })
  }
const ALL = STAGES.map(({ uuid }) => uuid)
const PORTS = own.ports.length

const lackingIn = async (steps: TraceStep[], ...edits: Edit[]) => {
  const lab = solvedLab(...edits)
  return notCarriedOn(lab, recordedRoute, 'hypervisor', await lab.ovs('hypervisor'), steps)
}
const missed = [step(8, 'priority 0', 'aaaaaaaa'), step(9, 'No match.', '0')]

describe('what is missing on the way south', () => {
  it('is a stage of the southbound database, or who should carry it there', async () => {
    const edits = [south([STAGES[0]!, STAGES[2]!]), inBridge(ALL), groups(PORTS)]
    const told = await lackingIn(missed, ...edits, says('ovn-northd', 'controller', 'active'))
    expect(told?.where).toBe('OVN_Southbound · Logical_Flow')
    expect(told?.saw.en).toMatch(/ingress pipeline, table 1 \(behind ls_in_0\)/)
    const paused = await lackingIn(missed, ...edits, says('ovn-northd', 'controller', 'paused'))
    expect(paused).toMatchObject({ where: 'controller · ovn-northd', cause: 'northd-idle' })
    const cut = withLook(
      { look: 'daemon', node: 'controller', daemon: 'ovn-northd' },
      { southbound: 'not connected', status: 'standby' },
    )
    expect((await lackingIn(missed, ...edits, cut))?.saw.en).toMatch(
      /^ovn-northd runs on controller, but it is not connected to the southbound database/,
    )
  })

  it('are flows of the bridge, which another controller took', async () => {
    const controlled: Edit = evidence => {
      const bridge = evidence.ovs.hypervisor.Bridge.find(({ name }) => name === 'br-int')!
      Object.assign(bridge, { controller: ['one'], fail_mode: [] })
    }
    const edits = [south(STAGES), groups(PORTS), controlled]
    expect(await lackingIn(missed, ...edits, inBridge([]))).toMatchObject({
      where: 'hypervisor · Open_vSwitch · Bridge · controller',
      saw: {
        en: expect.stringMatching(/; br-int has an OpenFlow controller \(fail_mode standalone\): when /),
      },
      cause: 'controller-of-another-kind',
    })
    const whole = await lackingIn([step(8, 'priority 0', 'aaaaaaaa')], ...edits, inBridge(ALL))
    expect(whole).toBeUndefined()
  })

  it('are flows of the bridge, or who should make them', async () => {
    const edits = [south(STAGES), inBridge(['aaaaaaaa']), groups(PORTS)]
    const told = await lackingIn(missed, ...edits, says('ovn-controller', 'hypervisor', 'running'))
    expect(told?.where).toBe('hypervisor · br-int · OpenFlow')
    expect(told?.saw.en).toMatch(/lacks flows of 2 of the 3/)
    const paused = await lackingIn(missed, ...edits, says('ovn-controller', 'hypervisor', 'paused'))
    expect(paused).toMatchObject({ where: 'hypervisor · ovn-controller', cause: 'daemon-paused' })
  })

  it('are ports of a group', async () => {
    const ended = [step(40, 'priority 0', '0')]
    const edits = [south(STAGES), inBridge(ALL), says('ovn-northd', 'controller', 'active')]
    const told = await lackingIn(ended, ...edits, groups(0))
    expect(told).toMatchObject({
      where: 'OVN_Southbound · Multicast_Group · ports',
      cause: 'not-carried-south',
    })
    expect(await lackingIn(ended, ...edits, groups(PORTS))).toBeUndefined()
  })
})
