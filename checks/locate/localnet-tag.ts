import { text } from '../../harness/core/text.ts'
import { holdersOf } from '../../harness/look/holding.ts'
import { routersWith } from '../../harness/look/joints.ts'
import type { Lab } from '../../harness/look/lab.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { localnetPortsOf } from '../nouns/localnet-ports.ts'
import type { Route } from '../route/route.ts'
import { switchesAt } from '../route/through-routers.ts'

/** The localnet port of the path's switch puts a VLAN tag on what leaves (ovn-nb(5), Logical_Switch_Port.tag). */
export async function localnetTag(
  lab: Lab,
  { from, to, address, outward }: Route,
): Promise<BrokenLink | undefined> {
  const northbound = await lab.northbound()
  const { switches, ports } = northbound
  const ends = ports.filter(({ name }) => name === from.logicalPort || name === to?.logicalPort)
  const outer = outward ? routersWith(northbound, outward.outer.address) : []
  const own = [...holdersOf(switches, ...ends), ...outer.flatMap(one => switchesAt(northbound, one.port))]
  const port = localnetPortsOf(ports, ...own).find(({ tag }) => (tag[0] ?? 0) > 0)
  if (!port) return undefined
  const isOfLab = to !== undefined || !lab.wires || lab.wires.outside?.includes(address) === true
  return {
    where: 'OVN_Northbound · Logical_Switch_Port · tag',
    saw: isOfLab
      ? text(
          `${port.name} has tag = ${port.tag[0]}, so frames leave as VLAN ${port.tag[0]}, but the machines on the physical network use no tag`,
          `${port.name} 的 tag = ${port.tag[0]}，出去的訊框會帶 VLAN ${port.tag[0]}，但實體網路上的機器不使用 tag`,
        )
      : text(
          `${port.name} has tag = ${port.tag[0]}, so frames leave as VLAN ${port.tag[0]}, and nobody answered there`,
          `${port.name} 的 tag = ${port.tag[0]}，出去的訊框會帶 VLAN ${port.tag[0]}，而那裡沒有任何機器回應`,
        ),
    tryThis: `sudo ovn-nbctl --columns=name,tag find Logical_Switch_Port name=${port.name}`,
    cause: 'localnet-tag',
  }
}
