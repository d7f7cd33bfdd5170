import { EMULATED_PATIENCE_FACTOR } from '../core/patience.ts'
import type { Inventory } from '../inventory/inventory.ts'
import type { Wires } from '../look/evidence.ts'
import {
  linksOf,
  managementAddress,
  markerOn,
  nodeNames,
  outsideOn,
  type Topology,
} from '../topology/topology.ts'
import { enterWires } from './enter.ts'
import { paths } from './names.ts'
import { publicHostKey } from './seed.ts'
import { isUp, stateOf } from './state.ts'

/** How to reach the nodes of a lab over ssh; undefined when it is not up. Needs no root. */
export async function embeddedInventory(lab: string): Promise<Inventory | undefined> {
  if (!isUp(lab)) return undefined
  const { identity, socket } = paths(lab)
  const { topology, accelerator } = stateOf(lab)
  const nodes = nodeNames(topology).map(node => [
    node,
    {
      host: managementAddress(topology, node),
      port: 22,
      user: 'vagrant',
      identityFile: identity,
      hostKey: publicHostKey(lab, node),
      // The socket leads to the node's real sshd on its eth0; -N passes on that we have closed our side.
      proxyCommand: ['nc.openbsd', '-N', '-U', socket(node)],
      ...(accelerator === 'tcg' && { patienceFactor: EMULATED_PATIENCE_FACTOR }),
      statusCommand: `npx ovn-lab lab status --lab ${lab}`,
    },
  ])
  const enter = enterWires(lab)
  return {
    name: lab,
    nodes: Object.fromEntries(nodes) as Inventory['nodes'],
    ...(enter && { wires: { enter, ...wiresOf(topology) } }),
  }
}

/** The ports of world.sh's bridges that node.sh and vm.sh make, and where its markers are heard. */
function wiresOf(topology: Topology): Omit<Wires, 'enter'> {
  const links = linksOf(topology).filter(({ role }) => role !== 'management')
  return {
    ports: Object.fromEntries(
      nodeNames(topology).map(node => [
        node,
        Object.fromEntries(links.map(({ name }) => [name, `${node}-${name}`])),
      ]),
    ),
    markers: linksOf(topology, 'physical').map(link => ({
      link: link.name,
      to: markerOn(topology, link).broadcast,
    })),
    outside: linksOf(topology, 'physical').flatMap(outsideOn),
  }
}
