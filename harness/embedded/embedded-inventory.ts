import type { Inventory } from '../inventory/inventory.ts'
import { EMULATED_PATIENCE_FACTOR } from '../ssh/patience.ts'
import { wayToWires } from './enter.ts'
import { managementAddress, NODE_NAMES, paths } from './names.ts'
import { publicHostKey } from './seed.ts'
import { isUp, readState } from './state.ts'

/** How to reach the nodes of a lab over ssh; undefined when it is not up. Needs no root. */
export async function embeddedInventory(lab: string): Promise<Inventory | undefined> {
  if (!isUp(lab)) return undefined
  const { identity, socket } = paths(lab)
  const nodes = NODE_NAMES.map(node => [
    node,
    {
      host: managementAddress(node),
      port: 22,
      user: 'vagrant',
      identityFile: identity,
      hostKey: publicHostKey(lab, node),
      // The socket leads to the node's real sshd on its eth0; -N passes on that we have closed our side.
      proxyCommand: ['nc.openbsd', '-N', '-U', socket(node)],
      ...(readState(lab)?.accelerator === 'tcg' && { patienceFactor: EMULATED_PATIENCE_FACTOR }),
      statusCommand: `npx ovn-lab lab status --lab ${lab}`,
    },
  ])
  const enter = wayToWires(lab)
  return {
    name: lab,
    nodes: Object.fromEntries(nodes) as Inventory['nodes'],
    ...(enter && { wires: { enter, ports: PORTS, markers: [{ link: 'eth2', to: MARKER_BROADCAST }] } }),
  }
}

/** That of world.sh's marker. */
const MARKER_BROADCAST = '198.51.100.255'

/** The ports of world.sh's bridges that node.sh and vm.sh make. */
const PORTS = Object.fromEntries(
  NODE_NAMES.map(node => [node, { eth1: `${node}-eth1`, eth2: `${node}-eth2` }]),
)
