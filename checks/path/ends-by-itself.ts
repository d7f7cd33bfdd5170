import { text } from '../../harness/core/text.ts'
import type { Flow } from '../../harness/look/evidence.ts'
import { integrationBridgeName } from '../../harness/look/integration-bridge.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import type { Crossing } from '../heard/carried.ts'
import { traceable } from '../heard/crossings.ts'
import { firstOf } from '../nouns/first-of.ts'
import { on } from '../nouns/phrases.ts'
import type { Route } from '../route/route.ts'

/**
 * A bridge beside OVN's that a ping crossed, and that passes packets by flows alone which it takes away by itself after some time, or
 * when nobody has used them for a while (ovs-ofctl(8), hard_timeout and idle_timeout): then it passes none. A bridge that learns by
 * such flows has one that stays, for what it has not learnt yet. One that has a controller is left out: that makes such flows anew, and
 * where it stays away the bridge may switch by itself (ovs-vswitchd.conf.db(5), fail_mode).
 */
export async function endsByItself(
  lab: Lab,
  route: Route,
  node: string,
  crossings: Crossing[],
): Promise<BrokenLink | undefined> {
  const [ovs, crossed] = await Promise.all([lab.ovs(node), traceable(lab, route, node, crossings)])
  const packets = crossed.map(({ packet }) => packet)
  const traces = await unlessBlind(lab.traces(node, packets, { again: false }))
  const own = integrationBridgeName(ovs)
  const controlled = ovs.bridges.filter(({ controller }) => controller.length > 0).map(({ name }) => name)
  const bridges = [...new Set(traces?.flatMap(trace => trace.bridges))].filter(
    bridge => bridge !== own && !controlled.includes(bridge),
  )
  return firstOf(bridges, async bridge => {
    const passing = ((await unlessBlind(lab.flows(node, bridge))) ?? []).filter(
      ({ actions }) => actions !== 'drop',
    )
    if (passing.length === 0 || !passing.every(isEnding)) return undefined
    const { match, actions } = passing[0]!
    return {
      where: `${node} · ${bridge} · OpenFlow`,
      saw: text(
        `every flow by which ${bridge} passes packets ends by itself, and none is left then: ${match} actions=${actions}`,
        `${bridge} 用來放行封包的 flow 都會自己到期，到期之後就一條也不剩：${match} actions=${actions}`,
      ),
      tryThis: on(node, `sudo ovs-ofctl dump-flows ${bridge}`),
    }
  })
}

const isEnding = ({ match }: Flow): boolean => /\b(hard|idle)_timeout=[1-9]/.test(match)
