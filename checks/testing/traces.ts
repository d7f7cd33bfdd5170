import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TraceSeen } from '../../harness/look/evidence.ts'
import { traceFrom } from '../../harness/nodes/flows.ts'
import { logicalFlowsFrom } from '../../harness/nodes/logical-flows.ts'
import type { Break } from '../heard/bracket.ts'
import type { End } from '../route/hop.ts'
import type { Route } from '../route/route.ts'
import { across, OUTSIDE } from './heard.ts'
import type { Edit } from './solved-lab.ts'
import { innerLink, ns1, ns2, solvedEvidence } from './solved-lab.ts'

/**
 * What `ovs-appctl ofproto/trace` printed of a ping of ns2 on the lab of the recording, while it had the mistake the file is
 * called by; steps that only go on to the next table are left out.
 */
export const traceOf = (name: string): TraceSeen =>
  traceFrom(readFileSync(join(import.meta.dirname, 'traces', `${name}.txt`), 'utf8'))

/** Rows of Logical_Flow as they were there meanwhile (`ovn-sbctl -f csv list Logical_Flow`). */
const LOGICAL_FLOWS = `c23f35e0-fbc3-47ab-8238-0ff04ac826f3,stage-hint=8749a12c stage-name=ls_in_acl_eval,2000,(icmp4 && ip4.src==192.168.10.200),reg8[17] = 1; next;
80aefbf3-dbb3-4b9a-bbae-c94e926380d0,stage-name=ls_in_acl_action,1000,reg8[17] == 1,reg8[16] = 0; reg8[17] = 0; reg8[18] = 0; /* drop */
141e4c23-2ac7-44f8-a1cc-403ae112fbd8,stage-name=ls_in_acl_hint,0,1,next;
2472502e-ef32-4ce6-9c3c-5ed7d1639d94,stage-hint=b579fb77 stage-name=ls_in_qos,100,ip4,"set_meter(1, 1); next;"
c9a6b1d4-1848-47d5-89c7-71a0bb4d2bef,stage-hint=a1421f40 stage-name=ls_in_check_port_sec,100,"inport == ""ls0-ns2""",reg0[15] = 1; next;
01220932-fe72-4be9-800b-42dac1495d72,stage-name=ls_in_apply_port_sec,50,reg0[15] == 1,drop;
e4b480b9-30f2-4d48-b778-6bbc46eefcd9,stage-name=ls_in_l2_unknown,50,"outport == ""none""",drop;
`
export const withLogicalFlows: Edit = ({ logicalFlows }) => {
  logicalFlows.push(...logicalFlowsFrom(LOGICAL_FLOWS))
}

/** An edit: a row that the northbound database had meanwhile. */
export const withRow =
  (table: 'ACL' | 'QoS' | 'NAT' | 'Logical_Router' | 'Logical_Router_Port', row: object): Edit =>
  ({ northbound }) => {
    Object.assign(northbound, { [table]: [row] })
  }
export const ACL = {
  ...{ _uuid: '8749a12c-ac26-4b0e-ad52-5f3ba7001542', direction: 'from-lport', priority: 1000 },
  ...{ match: 'icmp4 && ip4.src==192.168.10.200', action: 'drop', name: [] },
}
export const QOS = {
  ...{ _uuid: 'b579fb77-5285-4af7-8fe6-743a25857055', direction: 'from-lport', priority: 100 },
  ...{ match: 'ip4', bandwidth: { rate: 1, burst: 1 }, action: {} },
}

const evidence = solvedEvidence()
const real = (end: End, endpoint: typeof ns1): End => ({ ...end, mac: innerLink(evidence, endpoint).mac })
/** The path from ns2 to ns1 with the MACs of the recording. */
export const recordedRoute: Route = { ...across, from: real(across.from, ns2), to: real(across.to!, ns1) }

/** A ping of ns2 that was lost in hypervisor's bridges. */
export const lost: Break = {
  place: { kind: 'bridge', node: 'hypervisor', enters: across.posts[0]!, leaves: across.posts[1]! },
  packet: { kind: 'echo-request', source: ns2.address, destination: ns1.address, token: '' },
  before: 20,
  behind: 0,
}
export const lostOutward: Break = { ...lost, packet: { ...lost.packet, destination: OUTSIDE } }
