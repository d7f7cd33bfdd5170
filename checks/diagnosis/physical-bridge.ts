import type { Lab } from '../../harness/look/lab.ts'
import { type Plug, plugs } from '../integration-bridge.ts'
import type { Path } from './path.ts'

/** The two ports a packet passes on the bridge of the physical network: the physical one, and the patch port to OVN. */
export async function physicalBridge(
  lab: Lab,
  node: string,
  { link }: Path,
): Promise<{ physical: Plug; patch: Plug } | undefined> {
  const all = plugs(await lab.ovs(node))
  const physical = all.find(({ iface }) => iface.name === link)
  const patch = all.find(
    ({ bridge, iface }) => bridge.name === physical?.bridge.name && iface.type === 'patch',
  )
  return physical && patch && { physical, patch }
}
