import { text } from '../../harness/core/text.ts'
import { isDeclaredBy } from '../../harness/look/declared-macs.ts'
import { switchesWith } from '../../harness/look/joints.ts'
import type { Lab } from '../../harness/look/lab.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { on } from '../nouns/phrases.ts'

/** A link in the integration bridge, what its `iface-id` is, and the MAC of the machine behind it. */
export interface Labelled {
  node: string
  plug: string
  logicalPort: string
  mac: string
}

/**
 * The `iface-id` of a plug is the name of a port that does not declare the machine's MAC, while another port of the same switch
 * does: to OVN this machine is where the other one should be. Undefined where no other port declares it.
 */
export async function mislabelled(
  lab: Lab,
  { node, plug, logicalPort, mac }: Labelled,
): Promise<BrokenLink | undefined> {
  const northbound = await lab.northbound()
  const own = northbound.ports.find(({ name }) => name === logicalPort)
  if (!own || isDeclaredBy(own, mac)) return undefined
  const beside = switchesWith(northbound, logicalPort).flatMap(({ ports }) => ports)
  const meant = northbound.ports.find(port => beside.includes(port._uuid) && isDeclaredBy(port, mac))
  return (
    meant && {
      where: `${node} · Open_vSwitch · Interface · external_ids:iface-id`,
      saw: text(
        `${plug} has the iface-id "${logicalPort}", but the port with the MAC of its machine, ${mac}, is ${meant.name}`,
        `${plug} 的 iface-id 是 "${logicalPort}"，但寫著它那台機器的 MAC 位址 ${mac} 的 port 是 ${meant.name}`,
      ),
      tryThis: on(node, 'sudo ovs-vsctl --columns=name,external_ids list Interface'),
      cause: 'iface-id-of-another',
    }
  )
}
