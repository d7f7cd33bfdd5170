import { text } from '../../harness/core/text.ts'
import type { Plug } from '../../harness/look/integration-bridge.ts'
import { on } from '../nouns/phrases.ts'
import type { BrokenLink } from './broken-link.ts'

/** How a port of a bridge that switches by itself treats VLANs, where nothing says it (ovs-vswitchd.conf.db(5), Port). */
const modeOf = ({ port }: Plug) => port.vlan_mode[0] ?? (port.tag.length > 0 ? 'access' : 'trunk')

/** The VLAN frames without a tag belong to; 0 is none. */
export const vlanOf = (plug: Plug) => (modeOf(plug) === 'trunk' ? 0 : (plug.port.tag[0] ?? 0))

/**
 * A port that tags, or does not pass, what belongs to the packet's VLAN. A packet that crosses one port of a bridge alone goes
 * to the node itself, by the port that bears the bridge's name.
 */
export function vlanApart(
  node: string,
  own: Plug[],
  { frame }: { frame?: { vlan?: number } },
  all: Plug[] = own,
): BrokenLink | undefined {
  const ports = own.filter(({ iface }) => iface.type !== 'internal')
  const inOne = (name: string) => {
    const [only, ...others] = ports.filter(({ bridge }) => bridge.name === name)
    const itself = all.filter(({ bridge, iface }) => bridge.name === name && iface.name === name)
    return only && others.length === 0 ? [only, ...itself] : [only!, ...others]
  }
  const vlan = frame?.vlan ?? 0
  const crossed = [...new Set(ports.map(({ bridge }) => bridge.name))].flatMap(inOne)
  for (const plug of crossed) {
    const { bridge, port } = plug
    const isTrunk = modeOf(plug) === 'trunk'
    const areApart = new Set(inOne(bridge.name).map(vlanOf)).size > 1
    const column = isTrunk
      ? port.trunks.length > 0 && !port.trunks.includes(vlan)
        ? 'trunks'
        : undefined
      : vlanOf(plug) !== 0 && modeOf(plug) === 'native-tagged'
        ? 'vlan_mode'
        : areApart && vlanOf(plug) !== 0
          ? 'tag'
          : undefined
    if (!column) continue
    const value = column === 'trunks' ? `[${port.trunks.join(', ')}]` : port[column].join()
    const [frames, ofFrames] =
      vlan === 0
        ? ['frames without a tag', '沒有 tag 的訊框']
        : [`frames of VLAN ${vlan}`, `VLAN ${vlan} 的訊框`]
    return {
      where: `${node} · Open_vSwitch · Port · ${column}`,
      saw: text(
        `port ${port.name} of ${bridge.name} has ${column} = ${value}, so ${frames} do not pass between it and the others`,
        `${bridge.name} 的 port ${port.name} 設定了 ${column} = ${value}，${ofFrames}因此無法在它和其他 port 之間通過`,
      ),
      tryThis: on(node, `sudo ovs-vsctl list Port ${port.name}`),
      cause: 'bridge-port-vlan',
    }
  }
  return undefined
}
