import { describe, expect, it } from 'vitest'
import type { TraceSeen } from '../../harness/look/evidence.ts'
import { logicalFlowsFrom } from '../../harness/nodes/logical-flows.ts'
import { type Edit, named, solvedLab } from '../testing/solved-lab.ts'
import {
  ACL,
  lost,
  lostOutward,
  QOS,
  recordedRoute,
  traceOf,
  withLogicalFlows,
  withRow,
} from '../testing/traces.ts'
import { logicalEnd } from './logical-end.ts'

const endOf = (trace: string, edits: Edit[], broken = lost) =>
  logicalEnd(
    solvedLab(withLogicalFlows, ...edits),
    recordedRoute,
    'hypervisor',
    undefined,
    traceOf(trace),
    broken,
  )
const port =
  (columns: object): Edit =>
  ({ northbound }) => {
    Object.assign(named(northbound.Logical_Switch_Port, 'ls0-ns2'), columns)
  }
const NB = 'OVN_Northbound'

describe('the row of OVN a packet ends at', () => {
  it.each([
    {
      trace: 'acl',
      edits: [withRow('ACL', ACL)],
      where: `${NB} · ACL · match`,
      saw: 'the echo-request from 192.168.10.200 to 192.168.10.100 ends at the flow that OVN created for ACL from-lport 1000 "icmp4 && ip4.src==192.168.10.200" drop (ls_in_acl_eval, table 16)',
      cause: 'acl-drops',
    },
    {
      trace: 'qos',
      edits: [withRow('QoS', QOS)],
      where: `${NB} · QoS · bandwidth`,
      saw: /^the echo-request .* ends at the flow that OVN created for QoS from-lport 100 "ip4" .*rate.* \(ls_in_qos, table \d+\)$/,
      cause: 'qos',
    },
    {
      trace: 'port-security',
      edits: [port({ port_security: ['02:00:00:00:00:01'] })],
      where: `${NB} · Logical_Switch_Port · port_security`,
      saw: 'ls0-ns2 has port_security = 02:00:00:00:00:01, and this drops the packet (ls_in_apply_port_sec)',
      cause: 'port-security',
    },
    {
      trace: 'port-disabled',
      edits: [port({ enabled: [false] })],
      where: `${NB} · Logical_Switch_Port · enabled`,
      saw: 'ls0-ns2 has enabled = false, and this drops the packet (ls_in_apply_port_sec)',
      cause: 'port-disabled',
    },
    {
      trace: 'foreign-flow',
      edits: [],
      where: 'hypervisor · br-int · OpenFlow',
      saw: 'the packet matches a flow on br-int that OVN did not create: table 0: icmp, priority 200 actions=drop',
      cause: 'flow-by-hand',
    },
  ])('is told as what it is: $trace', async ({ trace, edits, where, saw, cause }) => {
    const told = await endOf(trace, edits)
    expect(told).toMatchObject({ where, cause })
    expect(told?.saw.en).toMatch(saw)
    expect(told?.saw['zh-TW']).toMatch(/\p{Script=Han}/u)
  })

  it('is told of a MAC nobody has', async () => {
    expect(await endOf('unknown-mac', [], lostOutward)).toMatchObject({
      where: `${NB} · Logical_Switch_Port · addresses`,
      saw: { en: expect.stringMatching(/has unknown, so OVN drops the packet \(ls_in_l2_unknown\)$/) },
    })
  })

  it.each(['through', 'drop-on-br-eth2', 'flooded'])(
    'is none where the packet leaves br-int: %s',
    async trace => {
      expect(await endOf(trace, [])).toBeUndefined()
    },
  )

  it('is the route that sent it to somebody else, though its next hop is known', async () => {
    const uuid = '5ca1ab1e-0000-4000-8000-000000000000'
    const flow = '1c0ffee1-0000-4000-8000-000000000000'
    const routed: Edit = ({ northbound, southbound, logicalFlows }) => {
      const way = { ip_prefix: '10.10.0.1/32', nexthop: '192.168.10.7', output_port: ['lr0-ls9'] }
      Object.assign(northbound, { Logical_Router_Static_Route: [{ _uuid: uuid, ...way }] })
      Object.assign(southbound, { MAC_Binding: [{ _uuid: 'm', ip: way.nexthop, mac: '02:00:00:00:00:07' }] })
      logicalFlows.push(
        ...logicalFlowsFrom(`${flow},stage-hint=5ca1ab1e stage-name=lr_in_ip_routing,97,1,next;\n`),
      )
    }
    const [first] = traceOf('acl').steps
    const through = (datapathActions: string): TraceSeen => ({
      datapathActions,
      bridges: ['br-int'],
      steps: [
        { ...first!, table: 21, cookie: '1c0ffee1', flow: 'ip,metadata=0x3, priority 97', actions: ['x'] },
        {
          ...first!,
          table: 65,
          cookie: '0',
          flow: 'reg15=0x1,metadata=0x1, priority 100',
          actions: ['output:5'],
        },
      ],
    })
    const outerPort =
      (network: string): Edit =>
      ({ northbound }) => {
        Object.assign(northbound, {
          Logical_Router_Port: [{ _uuid: 'lrp9', name: 'lr0-ls9', networks: [network] }],
        })
      }
    const ended = (actions: string, ...edits: Edit[]) =>
      logicalEnd(solvedLab(routed, ...edits), recordedRoute, 'hypervisor', undefined, through(actions), lost)
    expect((await ended('5'))?.where).toBe(`${NB} · Logical_Router_Static_Route · nexthop`)
    expect((await ended('drop'))?.where).not.toBe(`${NB} · Logical_Router_Static_Route · nexthop`)
    // Which port it leaves by is the mistake where that one has no such next hop.
    const [near, far] = [outerPort('192.168.10.30/24'), outerPort('10.9.0.254/24')]
    expect((await ended('5', near))?.where).toBe(`${NB} · Logical_Router_Static_Route · nexthop`)
    expect((await ended('drop', far))?.where).toBe(`${NB} · Logical_Router_Static_Route · output_port`)
  })

  it('is the option that drops what no ACL decides on', async () => {
    const flow = '5e7f1a9c-0000-4000-8000-000000000000'
    const byDefault =
      (options: object): Edit =>
      ({ northbound, logicalFlows }) => {
        Object.assign(northbound, { NB_Global: [{ _uuid: 'g', options }] })
        logicalFlows.push(...logicalFlowsFrom(`${flow},stage-name=ls_in_acl_after_lb_action,0,1,drop;\n`))
      }
    const seen = traceOf('acl')
    const last = { ...seen.steps.at(-1)!, cookie: '5e7f1a9c', flow: 'metadata=0x1, priority 0' }
    const ended = (options: object) =>
      logicalEnd(
        solvedLab(byDefault(options)),
        recordedRoute,
        'hypervisor',
        undefined,
        { ...seen, steps: [last] },
        lost,
      )
    expect(await ended({ default_acl_drop: 'true' })).toMatchObject({
      where: `${NB} · NB_Global · options:default_acl_drop`,
      saw: {
        en: expect.stringMatching(
          /no ACL of the switch allows the packet, so OVN drops it \(ls_in_acl_after_lb_action, table \d+\)$/,
        ),
      },
    })
    expect(await ended({ default_acl_drop: 'false' })).toBeUndefined()
  })

  it('is the router port that answers the ping itself, though its flows are on the way of every packet', async () => {
    const answering: Edit = ({ northbound, logicalFlows }) => {
      const row = { _uuid: '0ddba11a-0', name: 'lr0-ls1', networks: ['192.168.10.100/32'] }
      Object.assign(northbound, { Logical_Router_Port: [row] })
      const actions = '"ip4.dst <-> ip4.src; icmp4.type = 0; flags.loopback = 1; next;"'
      const flow = `1c0ffee1-0000,stage-hint=0ddba11a stage-name=lr_in_ip_input,90,1,${actions}\n`
      logicalFlows.push(...logicalFlowsFrom(flow))
    }
    const seen = traceOf('acl')
    const [first] = seen.steps
    const steps = [{ ...first!, table: 11, cookie: '1c0ffee1', flow: 'icmp, priority 90' }, ...seen.steps]
    const ended = await logicalEnd(
      solvedLab(withLogicalFlows, answering),
      recordedRoute,
      'hypervisor',
      undefined,
      { ...seen, steps, datapathActions: '5' },
      lost,
    )
    expect(ended?.where).toBe(`${NB} · Logical_Router_Port · networks`)
  })

  it('is none where the row is gone, or where two rows begin alike', async () => {
    expect(await endOf('acl', [])).toBeUndefined()
    const twin: Edit = ({ northbound }) => {
      const other = { ...ACL, _uuid: `${ACL._uuid.slice(0, 8)}-0000-0000-0000-000000000000` }
      Object.assign(northbound, { ACL: [ACL, other] })
    }
    expect(await endOf('acl', [twin])).toBeUndefined()
  })
})
