import { describe, expect, it } from 'vitest'
import type { LogicalFlow, TracePacket, TraceSeen, TraceStep } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { logicalEnd } from '../heard/logical-end.ts'
import { endOf } from '../route/end.ts'
import type { Break } from '../route/place.ts'
import { plugPost, type Route } from '../route/route.ts'
import { toGateway } from '../route/routed.ts'
import { recordedIn } from '../testing/recorded.ts'
import { ns3 } from '../testing/routed-lab.ts'
import { told } from '../testing/told.ts'
import { innerQuestionLost } from './inner-question.ts'

const { found, labWith } = recordedIn('day-05/recordings/solved.json')
const LROUTER = '8749a12c'
const OTHER = 'f6a10b02'

interface Tables {
  [name: string]: object[]
}
const step = (table: number, cookie: string, actions: string[] = []): TraceStep => ({
  ...{ bridge: 'br-int', table, flow: 'ip', cookie, actions, notes: [] },
})
const seen = (...steps: TraceStep[]): TraceSeen => ({ steps, bridges: ['br-int'], datapathActions: 'drop' })
const flow = (uuid: string, stage: string, actions: string, hint: string): LogicalFlow => ({
  ...{ uuid, stage, priority: 100, match: '1', actions, hint },
})

/** The solved lab whose router does not know ns3, with further rows, and what Open vSwitch says of each packet. */
function labOf(rows: Tables, traces: (packet: TracePacket) => TraceSeen, learnt = false): Lab {
  const northbound = { ...found<Tables>('database', 'controller', 'OVN_Northbound'), ...rows }
  const southbound = found<Tables>('database', 'controller', 'OVN_Southbound')
  const row = { logical_port: 'lr0-ls1', ip: ns3.address, mac: '02:00:00:00:00:01', datapath: '' }
  southbound.MAC_Binding = learnt ? [row] : []
  return labWith(request => {
    if (request.look === 'traces') return request.packets.map(traces)
    if (request.look === 'flow-origins')
      return [
        flow('aaaaaaaa', 'ls_out_acl_eval', 'drop;', OTHER),
        flow('bbbbbbbb', 'lr_in_ip_input', 'ip4.dst <-> ip4.src; icmp4.type = 0; next;', LROUTER),
        flow('cccccccc', 'lr_in_policy', 'reg0 = 192.168.1.2; next;', OTHER),
      ]
    if (request.look !== 'database' || request.database === 'Open_vSwitch') return undefined
    return request.database === 'OVN_Northbound' ? northbound : southbound
  })
}

async function asked(lab: Lab): Promise<{ route: Route; broken: Break }> {
  const from = (await endOf(lab, ns3))!
  const post = plugPost(from)
  const route: Route = {
    ...{ from, to: undefined, address: ns3.gateway, posts: [post] },
    routed: await toGateway(lab, from, ns3.gateway),
  }
  const packet = {
    ...{ kind: 'echo-request' as const, source: ns3.address, destination: ns3.gateway },
    token: '',
  }
  const place = { kind: 'bridge' as const, node: 'controller', enters: post, leaves: post }
  return { route, broken: { place, packet, before: 20, behind: 0 } }
}

const ACL = {
  ...{ _uuid: `${OTHER}-0000-0000-0000-000000000001`, direction: 'to-lport', priority: 9 },
  ...{ match: 'inport == "ls1-lr0"', action: 'drop', name: [] },
}
const dropped = ({ flow: words }: TracePacket) =>
  words.includes('arp_op=1') ? seen(step(50, 'aaaaaaaa', ['drop'])) : seen(step(20, '0', ['controller()']))

describe('the question of a router for a host behind one of its switches', () => {
  const lost = async (learnt?: boolean) => {
    const lab = labOf({ ACL: [ACL] }, dropped, learnt)
    const { route, broken } = await asked(lab)
    return told(await innerQuestionLost(lab, route, 'controller', seen(), broken))
  }

  it('is followed into the switch, and ends at a row of OVN', async () => {
    expect(await lost()).toBe(
      'OVN_Northbound · ACL · match: the arp-request from 10.10.0.254 to 10.10.0.1 ends at the flow that OVN created for ACL to-lport 9 "inport == \\"ls1-lr0\\"" drop (ls_out_acl_eval, table 50)',
    )
  })

  it('is never asked where the router knows the host', async () => {
    expect(await lost(true)).toBeUndefined()
  })
})

describe('what a router answers', () => {
  it('is lost behind the flow that answers', async () => {
    const policy = {
      ...{ _uuid: `${OTHER}-0000-0000-0000-000000000002`, priority: 100, match: 'ip4.dst == 10.10.0.1' },
      ...{ action: 'reroute', nexthops: ['192.168.1.2'], nexthop: [] },
    }
    const { Logical_Router_Port: ports } = found<{ Logical_Router_Port: { _uuid: string; name: string }[] }>(
      'database',
      'controller',
      'OVN_Northbound',
    )
    const own = ports.map(port =>
      port.name === 'lr0-ls1' ? { ...port, _uuid: `${LROUTER}${port._uuid.slice(8)}` } : port,
    )
    const lab = labOf({ Logical_Router_Policy: [policy], Logical_Router_Port: own }, () => seen())
    const { route, broken } = await asked(lab)
    const trace = seen(step(11, 'bbbbbbbb'), step(65, 'cccccccc'))
    expect(told(await logicalEnd(lab, route, 'controller', undefined, trace, broken))).toMatch(
      /^OVN_Northbound · Logical_Router_Policy · match: the echo-reply from 10\.10\.0\.254 to 10\.10\.0\.1 ends at/,
    )
  })
})
