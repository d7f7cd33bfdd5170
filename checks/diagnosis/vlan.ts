import { text } from '../../harness/say/text.ts'
import type { Plug } from '../integration-bridge.ts'
import { on } from '../phrases.ts'
import type { BrokenLink } from './broken-link.ts'
import { firstOf, nodesOf, type Suspect } from './path.ts'
import { physicalBridge } from './physical-bridge.ts'

/** How a port of a bridge that switches by itself treats VLANs, where nothing says it (ovs-vswitchd.conf.db(5), Port). */
const modeOf = ({ port }: Plug) => port.vlan_mode[0] ?? (port.tag.length > 0 ? 'access' : 'trunk')

/** The VLAN frames without a tag belong to; 0 is none. */
const vlanOf = (plug: Plug) => (modeOf(plug) === 'trunk' ? 0 : (plug.port.tag[0] ?? 0))

/** On the bridge of the physical network, the physical port and the patch port do not pass untagged frames to each other. */
export const vlanApart: Suspect = (lab, path) =>
  firstOf(nodesOf(path), async node => {
    const { physical, patch } = (await physicalBridge(lab, node, path)) ?? {}
    if (!physical || !patch) return undefined
    return firstOf([physical, patch], plug => {
      const column = columnAtFault(plug, vlanOf(physical) !== vlanOf(patch))
      return column && broken(node, plug, column)
    })
  })

function columnAtFault(plug: Plug, areApart: boolean): 'tag' | 'trunks' | 'vlan_mode' | undefined {
  const { trunks } = plug.port
  if (modeOf(plug) === 'trunk') return trunks.length > 0 && !trunks.includes(0) ? 'trunks' : undefined
  // Such a port tags also what belongs to its own VLAN.
  if (vlanOf(plug) !== 0 && modeOf(plug) === 'native-tagged') return 'vlan_mode'
  return areApart && vlanOf(plug) !== 0 ? 'tag' : undefined
}

function broken(node: string, { bridge, port }: Plug, column: 'tag' | 'trunks' | 'vlan_mode'): BrokenLink {
  const value = column === 'trunks' ? `[${port.trunks.join(', ')}]` : port[column].join()
  return {
    where: `${node} · Open_vSwitch · Port · ${column}`,
    saw: text(
      `port ${port.name} of ${bridge.name} has ${column} = ${value}, so frames without a tag do not pass between it and the others`,
      `${bridge.name} 的 port ${port.name} 設定了 ${column} = ${value}，沒有 tag 的訊框因此無法在它和其他 port 之間通過`,
    ),
    tryThis: on(node, `sudo ovs-vsctl list Port ${port.name}`),
    cause: 'bridge-port-vlan',
  }
}
