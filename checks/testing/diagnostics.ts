import type { DiagnosticRequest, NetworkStack, TraceSeen, TraceStep } from '../../harness/look/evidence.ts'
import type { Edit } from './solved-lab.ts'

type Node = 'controller' | 'hypervisor'

/** A namespace that does nothing special with packets. */
export const quietStack: NetworkStack = {
  routes: [],
  rules: [],
  neighbours: [],
  sysctls: {},
  chains: [],
  qdiscs: [],
  filters: [],
  blockingPolicies: [],
  xdp: [],
}

/** An edit: what a look that is taken only on failure would have seen. */
export const withLook =
  (request: DiagnosticRequest, evidence: unknown): Edit =>
  ({ diagnostics }) => {
    diagnostics.push({ request, evidence })
  }

/** An edit: what a namespace of a node does with packets, asked which way one goes from an address to another. */
export const withStack = (
  node: Node,
  netns: string,
  [from, to]: [string, string],
  about: Partial<NetworkStack>,
): Edit =>
  withLook(
    { look: 'stack', node, netns, routes: [{ to, from }] },
    { ...quietStack, routes: [{ to, device: 'eth0' }], ...about },
  )

/** An edit: packets of a node are traced otherwise, where `isMeant` says so of the flow that is asked for. */
export const traced =
  (node: Node, isMeant: RegExp, change: (seen: TraceSeen) => TraceSeen): Edit =>
  ({ traces }) => {
    const meant = traces.filter(one => one.node === node && isMeant.test(one.packet.flow))
    if (meant.length === 0) throw new Error(`No trace on ${node} of ${isMeant}`)
    for (const one of meant) one.seen = change(structuredClone(one.seen))
  }

/** An edit: nobody could trace on a node. */
export const untraced =
  (node: Node): Edit =>
  evidence => {
    evidence.traces = evidence.traces.filter(one => one.node !== node)
  }

/** A step of a trace that a flow made by hand is. */
export const byHand = (bridge: string, flow: string, ...actions: string[]): TraceStep => ({
  bridge,
  table: 0,
  flow,
  cookie: '0',
  actions,
  notes: [],
})
