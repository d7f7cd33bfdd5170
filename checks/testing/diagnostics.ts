import type { Flow, NetworkStack, TraceSeen } from '../../harness/look/evidence.ts'
import { type Edit, named } from './solved-lab.ts'

type Node = 'controller' | 'hypervisor'

/** An edit: no ping that starts in a namespace, or goes to that address, is answered. */
export const unanswered =
  (from: string, to: string): Edit =>
  ({ traffic }) => {
    for (const ping of traffic.pings)
      if (ping.from.netns === from && ping.to === to) Object.assign(ping, { sent: 3, received: 0 })
  }

/** An edit: what a bridge of a node has for flows. */
export const withFlows =
  (node: Node, bridge: string, flows: Flow[]): Edit =>
  ({ diagnostics }) => {
    diagnostics.push({ request: { look: 'flows', node, bridge }, evidence: flows })
  }

/** The one flow of a bridge that simply switches. */
export const switching: Flow = { table: 0, priority: 0, cookie: '0', match: '', actions: 'NORMAL' }

/** Flows as ovn-controller makes them for this recording: one of each kind that can be told from others. */
export const ovnsFlows =
  (node: Node, ...others: Flow[]): Edit =>
  evidence => {
    const { ovs, southbound } = evidence
    const tunnel = ovs[node].Interface.find(({ type }) => type === 'geneve')
    const [binding] = southbound.Port_Binding
    const flows: Flow[] = [
      {
        table: 0,
        priority: 100,
        cookie: '0',
        match: `in_port=${tunnel?.ofport[0]}`,
        actions: 'resubmit(,43)',
      },
      {
        table: 0,
        priority: 100,
        cookie: binding!._uuid.slice(0, 8).replace(/^0+/, ''),
        match: 'in_port=2',
        actions: 'resubmit(,8)',
      },
      { table: 0, priority: 0, cookie: '0', match: '', actions: 'drop' },
      { table: 8, priority: 50, cookie: 'c322f218', match: 'metadata=0x1', actions: 'resubmit(,9)' },
      { table: 41, priority: 10, cookie: '0', match: 'reg10=0x1/0x1', actions: 'resubmit(,43)' },
      // As OVN 26.03 makes it, without a match.
      {
        table: 85,
        priority: 65534,
        cookie: '0',
        match: '',
        actions: 'move:NXM_NX_CT_STATE[0..7]->NXM_NX_REG4[0..7]',
      },
      { table: 81, priority: 100, cookie: '0', match: 'ct_state=+est+trk,ip', actions: 'drop' },
      ...others,
    ]
    withFlows(node, 'br-int', flows)(evidence)
  }

/** An edit: what a namespace does with packets. */
export const withStack =
  (node: Node, netns: string, about: Partial<NetworkStack>): Edit =>
  ({ diagnostics }) => {
    const evidence: NetworkStack = {
      routes: [{ destination: '192.168.10.0/24', device: 'eth0', type: 'unicast' }],
      rules: [],
      staticNeighbours: [],
      arpIgnore: 0,
      echoIgnoreAll: 0,
      filters: [],
      ...about,
    }
    diagnostics.push({ request: { look: 'stack', node, netns }, evidence })
  }

/** An edit: how far a ping from one address to another would get that enters a bridge by an interface. */
export const withTrace =
  (
    node: Node,
    bridge: string,
    from: { link: string; source: string; sourceMac: string },
    to: { target: string; targetMac: string },
    seen: TraceSeen,
  ): Edit =>
  ({ ovs, diagnostics }) => {
    const [port] = named(ovs[node].Interface, from.link).ofport
    const packet = `in_port=${port},icmp,dl_src=${from.sourceMac},dl_dst=${to.targetMac},nw_src=${from.source},nw_dst=${to.target},nw_ttl=64,icmp_type=8`
    diagnostics.push({ request: { look: 'trace', node, bridge, packet }, evidence: seen })
  }
