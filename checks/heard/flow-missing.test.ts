import { expect, it } from 'vitest'
import type { Flow, TraceStep } from '../../harness/look/evidence.ts'
import { plugs } from '../../harness/look/integration-bridge.ts'
import { withLook } from '../testing/diagnostics.ts'
import { type Edit, ns2, solvedEvidence, solvedLab } from '../testing/solved-lab.ts'
import { lost, recordedRoute } from '../testing/traces.ts'
import { flowMissing } from './flow-missing.ts'
import { asLogical } from './logical-packet.ts'
import type { Origin } from './origin.ts'
import { packetToTrace } from './packet.ts'

const { southbound } = solvedEvidence()
const bindings = southbound.Port_Binding
const own = bindings.find(({ logical_port }) => logical_port === `ls0-${ns2.netns}`)!
const cookieOf = ({ _uuid }: { _uuid: string }) => _uuid.slice(0, 8)

const ovs = await solvedLab().ovs('hypervisor')
const plug = plugs(ovs).find(({ iface }) => iface.external_ids['iface-id'] === own.logical_port)!
const flow = asLogical(packetToTrace(recordedRoute, plug, lost)!.flow, own.logical_port)!

/** What the packet meets by the southbound database: a stage of the ingress pipeline that it met in the bridge too, and another one. */
const ROWS = [
  { uuid: 'aaaaaaaa', stage: 'ls_in_check_port_sec', match: '1' },
  { uuid: 'bbbbbbbb', stage: 'ls_in_l2_lkup', match: 'eth.dst == 02:00:00:00:00:01' },
]
const step = (table: number, words: string): TraceStep => ({
  ...{ bridge: 'br-int', table, flow: words, cookie: '0', actions: [], notes: [] },
})
const STEPS = [step(0, `in_port=${plug.iface.ofport[0]}, priority 100`), step(8, 'priority 50')]
const ORIGINS: Origin[] = [
  { kind: 'southbound', table: 'Port_Binding', row: own },
  { kind: 'logical', flow: { ...ROWS[0]!, priority: 50, actions: 'next;' } },
]

const missingIn = (cookies: string[], rows = ROWS) => {
  const edits: Edit[] = [
    withLook(
      { look: 'flows', node: 'hypervisor', bridge: 'br-int' },
      cookies.map((cookie): Flow => ({ table: 8, priority: 0, cookie, match: '', actions: '' })),
    ),
    withLook(
      {
        look: 'logical-traces',
        node: 'controller',
        packets: [{ datapath: own.datapath as string, flow, withRows: true }],
      },
      [{ outputs: ['ls0-ns1'], rows }],
    ),
    withLook(
      { look: 'daemon', node: 'hypervisor', daemon: 'ovn-controller' },
      { southbound: 'connected', status: 'running' },
    ),
  ]
  return flowMissing(
    solvedLab(...edits),
    recordedRoute,
    { node: 'hypervisor', ovs, steps: STEPS, origins: ORIGINS },
    lost,
  )
}

const PORTS = bindings.map(cookieOf)

it('names the row of Logical_Flow of which the bridge has no flow', async () => {
  expect(await missingIn([...PORTS, 'aaaaaaaa'])).toMatchObject({
    where: 'hypervisor · br-int · OpenFlow',
    saw: { en: expect.stringContaining('ls_in_l2_lkup, match eth.dst == 02:00:00:00:00:01') },
    cause: 'flow-missing',
  })
})

it('names nothing where the bridge has it, or where it is another node that needs it', async () => {
  expect(await missingIn([...PORTS, 'aaaaaaaa', 'bbbbbbbb'])).toBeUndefined()
  const elsewhere = [ROWS[0]!, { ...ROWS[1]!, stage: 'ls_out_check_port_sec' }]
  expect(await missingIn([...PORTS, 'aaaaaaaa'], elsewhere)).toBeUndefined()
})

it('names nothing where the row makes flows only on the chassis that a port is on', async () => {
  const gateway = { ...ROWS[1]!, match: `${ROWS[1]!.match} && is_chassis_resident("cr-lr0-ls1")` }
  expect(await missingIn([...PORTS, 'aaaaaaaa'], [ROWS[0]!, gateway])).toBeUndefined()
})

it('names a port of the node of which the bridge has no flow at all', async () => {
  const others = PORTS.filter(cookie => cookie !== cookieOf(own))
  expect((await missingIn([...others, 'aaaaaaaa', 'bbbbbbbb']))?.saw.en).toBe(
    `br-int has none of the flows that OVN creates for the port ${own.logical_port} there`,
  )
})
