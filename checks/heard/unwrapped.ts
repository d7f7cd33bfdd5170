import type { TraceSeen } from '../../harness/look/evidence.ts'

/** What Open vSwitch notes where its userspace datapath wraps a packet itself (native tunnels, ofproto-dpif-xlate.c). */
const WRAPS = /native tunnel/

/**
 * A trace without what becomes of the packet once it is inside a tunnel: the bridges of the underlay do with the tunnel's
 * packet what they do with every one. For a path that should not enter a tunnel, it ends where it does.
 */
export function unwrapped(trace: TraceSeen): TraceSeen {
  const at = trace.steps.findIndex(({ notes }) => notes.some(note => WRAPS.test(note)))
  const bridge = trace.steps[at]?.bridge
  if (bridge === undefined) return trace
  return {
    ...trace,
    steps: trace.steps.filter((step, index) => index <= at || step.bridge === bridge),
    bridges: trace.bridges.slice(0, trace.bridges.indexOf(bridge) + 1),
  }
}
