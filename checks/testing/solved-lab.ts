import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type {
  CaptureHeard,
  DiagnosticRequest,
  KernelFacts,
  Link,
  Request,
  Traffic,
} from '../../harness/look/evidence.ts'
import { CENTRAL, Lab } from '../../harness/look/lab.ts'
import { type Recording, replay } from '../../harness/look/recording.ts'
import type {
  Bridge,
  Chassis,
  DatapathBinding,
  Interface,
  LogicalSwitch,
  LogicalSwitchPort,
  OpenVSwitch,
  Port,
  PortBinding,
} from '../../harness/ovsdb/tables.ts'
import { root } from '../../harness/root.ts'
import type { Endpoint } from '../endpoint.ts'
import type { Experiment } from '../traffic.ts'

type Node = 'controller' | 'hypervisor'

interface OvsTables {
  Open_vSwitch: [OpenVSwitch]
  Bridge: Bridge[]
  Port: Port[]
  Interface: Interface[]
}

/** What was seen on two real machines that had day 06 solved, ready to be changed. */
export interface Evidence {
  kernel: Record<Node, KernelFacts>
  northbound: { Logical_Switch: LogicalSwitch[]; Logical_Switch_Port: LogicalSwitchPort[] }
  southbound: { Port_Binding: PortBinding[]; Chassis: Chassis[]; Datapath_Binding: DatapathBinding[] }
  ovs: Record<Node, OvsTables>
  traffic: Traffic
  /** What looks that are taken only on failure would have seen. Those that are not here cannot look. */
  diagnostics: { request: DiagnosticRequest; evidence: unknown }[]
}

/** Changes evidence in place. */
export type Edit = (evidence: Evidence) => void

export const ns1: Endpoint = {
  node: 'controller',
  netns: 'ns1',
  address: '192.168.10.100',
  prefixLength: 24,
}
export const ns2: Endpoint = {
  node: 'hypervisor',
  netns: 'ns2',
  address: '192.168.10.200',
  prefixLength: 24,
}
export const both = [ns1, ns2]

const recorded = JSON.parse(
  readFileSync(join(root, 'lessons/day-06/recordings/mapping.json'), 'utf8'),
) as Recording

/** The experiment the recording has the outcome of. */
export const pings: Experiment = experimentIn(recorded)

function experimentIn({ answers }: Recording): Experiment {
  const asked = answers.map(({ request }) => request).find(request => request.look === 'traffic')
  if (!asked) throw new Error('The recording has no traffic')
  const { look: _, ...experiment } = asked
  return experiment
}

/** Looks that every check takes. */
const isUsual = (request: Request): request is Exclude<Request, DiagnosticRequest> =>
  ['database', 'kernel', 'traffic'].includes(request.look)

/** The solved lab, with what the edits make of it. */
export function solvedLab(...edits: Edit[]): Lab {
  const evidence = solvedEvidence()
  for (const edit of edits) edit(evidence)
  const answers = recorded.answers.flatMap(({ request }) => {
    if (!isUsual(request)) return []
    if (request.look === 'traffic') return { request, evidence: evidence.traffic }
    const node = request.node as Node
    if (request.look === 'kernel') return { request, evidence: evidence.kernel[node] }
    if (request.database === 'Open_vSwitch') return { request, evidence: evidence.ovs[node] }
    const { northbound, southbound } = evidence
    return { request, evidence: request.database === 'OVN_Northbound' ? northbound : southbound }
  })
  return new Lab(replay({ ...recorded, answers: [...answers, ...evidence.diagnostics] }), {
    central: CENTRAL,
  })
}

/**
 * A copy of the recorded evidence, for the values that differ from lab to lab (MAC addresses, tokens).
 * Rows are in the order of their names: that of the database is another one in each recording.
 */
export function solvedEvidence(): Evidence {
  const found = <E>(look: string, node?: Node, database?: string): E => {
    const answer = recorded.answers.find(({ request }) => {
      const { look: of, ...about } = request as { look: string; node?: string; database?: string }
      return of === look && about.node === node && about.database === database
    })
    if (!answer || !('evidence' in answer))
      throw new Error(`The recording has no ${look} ${node} ${database}`)
    return structuredClone(answer.evidence) as E
  }
  const evidence: Evidence = {
    kernel: { controller: found('kernel', 'controller'), hypervisor: found('kernel', 'hypervisor') },
    northbound: found('database', 'controller', 'OVN_Northbound'),
    southbound: found('database', 'controller', 'OVN_Southbound'),
    ovs: {
      controller: found('database', 'controller', 'Open_vSwitch'),
      hypervisor: found('database', 'hypervisor', 'Open_vSwitch'),
    },
    traffic: found('traffic'),
    diagnostics: [],
  }
  const { ovs, northbound, southbound } = evidence
  for (const tables of [northbound, southbound, ovs.controller, ovs.hypervisor])
    for (const rows of Object.values(tables)) rows.sort(byName)
  return evidence
}

type AnyRow = { name?: string; logical_port?: string; hostname?: string }

function byName(one: AnyRow, other: AnyRow): number {
  const nameOf = ({ name = '', logical_port = '', hostname = '' }: AnyRow) => hostname + logical_port + name
  return nameOf(one) < nameOf(other) ? -1 : 1
}

/** The row, or link, of that name; an Error where the evidence has none, so that no edit misses its aim. */
export function named<Row extends { name: string }>(rows: Row[] | undefined, name: string): Row {
  const row = rows?.find(candidate => candidate.name === name)
  if (!row) throw new Error(`No ${name} among ${rows?.map(candidate => candidate.name)}`)
  return row
}

/** The Port_Binding of a logical port. */
export function bindingOf({ southbound }: Evidence, port: string): PortBinding {
  const binding = southbound.Port_Binding.find(row => row.logical_port === port)
  if (!binding) throw new Error(`No Port_Binding ${port}`)
  return binding
}

/** The link that carries an endpoint's address. */
export const innerLink = ({ kernel }: Evidence, { node, netns }: Endpoint): Link =>
  named(kernel[node as Node].netns[netns], 'eth0')

/** What a capture heard. */
export function captureOn({ traffic }: Evidence, node: Node, link: string): CaptureHeard {
  const capture = traffic.captures.find(one => one.node === node && one.link === link)
  if (!capture || !('heard' in capture)) throw new Error(`No capture on ${node} ${link}`)
  return capture
}

/** Takes a port, with its interface, out of whatever bridge has it. */
export function unplug(ovs: OvsTables, name: string): void {
  const port = named(ovs.Port, name)
  for (const bridge of ovs.Bridge) bridge.ports = bridge.ports.filter(uuid => uuid !== port._uuid)
}

/** Every name the lesson leaves to the learner is another one. The order matters: the longer names first. */
const OTHER_NAMES = [
  ['ls0-localnet', 'gate'],
  ['ls0-ns1', 'p1'],
  ['ls0-ns2', 'p2'],
  ['ls0', 'web'],
  ['flat0', 'physnet1'],
  ['br-eth2', 'br-ex'],
  ['veth-ns1-br', 'tap1'],
  ['veth-ns2-br', 'tap2'],
] as const

/** An edit: every free name is another one, wherever it stands. */
export const renamed: Edit = evidence => {
  for (const [from, to] of OTHER_NAMES) replaced(from, to)(evidence)
}

/** An edit: a name is another one, wherever it stands. */
export const replaced =
  (from: string, to: string): Edit =>
  evidence => {
    Object.assign(evidence, JSON.parse(JSON.stringify(evidence).replaceAll(from, to)))
  }

/** An edit: the chassis are told to use another integration bridge, for all or for each by its system-id. */
export const otherIntegrationBridge =
  (name: string, { perChassis = false } = {}): Edit =>
  evidence => {
    replaced('br-int', name)(evidence)
    for (const { Open_vSwitch: tables } of Object.values(evidence.ovs)) {
      const ids = tables[0].external_ids
      ids[perChassis ? `ovn-bridge-${ids['system-id']}` : 'ovn-bridge'] = name
    }
  }
