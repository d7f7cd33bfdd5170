import { text } from '../../harness/say/text.ts'
import { bridgeOf } from '../bridge-holds.ts'
import { type Plug, plugs } from '../integration-bridge.ts'
import { list, on } from '../phrases.ts'
import { plugsOf } from '../plug-of.ts'
import { endsOf, firstOf, nodesOf, type Path, type Suspect } from './path.ts'
import { physicalBridge } from './physical-bridge.ts'

/** A bridge was told not to take in, send out or flood at a port on the way (ovs-ofctl(8), mod-port). */
export const portFlagged: Suspect = (lab, path) =>
  firstOf(nodesOf(path), async node => {
    const all = plugs(await lab.ovs(node))
    const physical = all.find(({ iface }) => iface.name === path.link)
    const ends = endsOf(path).filter(end => end.node === node)
    const own = (await Promise.all(ends.map(end => plugsOf(lab, end)))).flat()
    const patches = all.filter(({ iface }) => iface.type === 'patch')
    return firstOf([...own, ...patches, ...(physical ? [physical] : [])], async plug => {
      const flags = (await lab.portFlags(node, plug.bridge.name))[plug.iface.name]
      return flags && flags.length > 0 ? flagged(node, plug, flags) : undefined
    })
  })

const flagged = (node: string, { bridge, iface }: Plug, flags: string[]) => ({
  where: `${node} · ${bridge.name} · OpenFlow · port ${iface.name}`,
  saw: text(
    `port ${iface.name} of ${bridge.name} was told ${flags.join(', ')}`,
    `${bridge.name} 的 port ${iface.name} 被設定了 ${flags.join('、')}`,
  ),
  tryThis: on(node, `sudo ovs-ofctl dump-ports-desc ${bridge.name}`),
  cause: 'port-flags' as const,
})

/** On the bridge of the physical network both ports are protected, and such ports do not speak to each other. */
export const protectedApart: Suspect = (lab, path) =>
  firstOf(nodesOf(path), async node => {
    const { physical, patch } = (await physicalBridge(lab, node, path)) ?? {}
    if (!physical?.port.protected || !patch?.port.protected) return undefined
    const names = list([physical.port.name, patch.port.name])
    return {
      where: `${node} · Open_vSwitch · Port · protected`,
      saw: text(
        `${names.en} of ${physical.bridge.name} have protected = true, and protected ports send nothing to each other`,
        `${physical.bridge.name} 的 ${names['zh-TW']} 都是 protected = true，而 protected port 彼此不會傳送封包`,
      ),
      tryThis: on(node, `sudo ovs-vsctl list Port ${physical.port.name}`),
      cause: 'ports-protected',
    }
  })

/** The bridge of the physical network speaks a spanning tree, and so holds its ports back at first, or for good. */
export const spanningTree: Suspect = (lab, path: Path) =>
  firstOf(nodesOf(path), async node => {
    const bridge = await bridgeOf(lab, node, path.link)
    const column = bridge?.stp_enable ? 'stp_enable' : bridge?.rstp_enable ? 'rstp_enable' : undefined
    if (!bridge || !column) return undefined
    return {
      where: `${node} · Open_vSwitch · Bridge · ${column}`,
      saw: text(
        `${bridge.name} has ${column} = true, so a port of it passes nothing until the spanning tree lets it`,
        `${bridge.name} 的 ${column} = true，在 spanning tree 放行之前，它的 port 不會轉送任何封包`,
      ),
      tryThis: on(node, `sudo ovs-vsctl list Bridge ${bridge.name}`),
      cause: 'spanning-tree',
    }
  })
