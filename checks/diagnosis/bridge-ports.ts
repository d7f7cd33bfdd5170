import { text } from '../../harness/core/text.ts'
import type { Plug } from '../../harness/look/integration-bridge.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import { firstOf } from '../nouns/first-of.ts'
import { on } from '../nouns/phrases.ts'
import type { BrokenLink } from './broken-link.ts'

/** A bridge that speaks a spanning tree holds its ports back at first, or for good. */
export function spanningTree(node: string, own: Plug[]): BrokenLink | undefined {
  const bridge = own.find(plug => plug.bridge.stp_enable || plug.bridge.rstp_enable)?.bridge
  if (!bridge) return undefined
  const column = bridge.stp_enable ? 'stp_enable' : 'rstp_enable'
  return {
    where: `${node} · Open_vSwitch · Bridge · ${column}`,
    saw: text(
      `${bridge.name} has ${column} = true, so a port of it forwards nothing until the spanning tree allows it`,
      `${bridge.name} 的 ${column} = true，在 spanning tree 放行之前，它的 port 不會轉送任何封包`,
    ),
    tryThis: on(node, `sudo ovs-vsctl list Bridge ${bridge.name}`),
    cause: 'spanning-tree',
  }
}

const numberOf = ({ ofport }: Plug['iface']) => String(ofport[0])

/** A bridge was told not to take in, send out or flood at a port (ovs-ofctl(8), mod-port). */
export async function flagged(lab: Lab, node: string, own: Plug[]): Promise<BrokenLink | undefined> {
  return firstOf([...new Set(own.map(({ bridge }) => bridge.name))], async name => {
    const flagsOf = await unlessBlind(lab.portFlags(node, name))
    const plug = own.find(
      ({ bridge, iface }) =>
        bridge.name === name && iface.type !== 'internal' && (flagsOf?.[numberOf(iface)]?.length ?? 0) > 0,
    )
    if (!plug) return undefined
    const flags = flagsOf![numberOf(plug.iface)]!.join(', ')
    return {
      where: `${node} · ${name} · OpenFlow · port ${plug.iface.name}`,
      saw: text(
        `port ${plug.iface.name} of ${name} is set to ${flags}`,
        `${name} 的 port ${plug.iface.name} 被設定了 ${flags}`,
      ),
      tryThis: on(node, `sudo ovs-ofctl dump-ports-desc ${name}`),
      cause: 'port-flags' as const,
    }
  })
}

/** What a trace says instead of a flow, where a table has none for the packet (ovs-vswitchd(8), ofproto/trace). */
export const NO_FLOW = 'No match.'

/** A bridge that has no flow for a packet drops it: in the mode secure it was left without the one that switches (ovs-vsctl(8)). */
export function noFlow(node: string, { name, fail_mode }: Plug['bridge']): BrokenLink {
  const isSecure = fail_mode[0] === 'secure'
  return {
    where: isSecure ? `${node} · Open_vSwitch · Bridge · fail_mode` : `${node} · ${name} · OpenFlow`,
    saw: isSecure
      ? text(
          `${name} has fail_mode = secure and no flow for the packet, so it drops it`,
          `${name} 的 fail_mode = secure，又沒有符合的 flow，所以丟棄封包`,
        )
      : text(`${name} has no flow for the packet, so it drops it`, `${name} 沒有符合的 flow，所以丟棄封包`),
    tryThis: on(
      node,
      isSecure ? `sudo ovs-vsctl get-fail-mode ${name}` : `sudo ovs-ofctl dump-flows ${name}`,
    ),
    cause: isSecure ? 'fail-mode-secure' : 'flow-absent',
  }
}
