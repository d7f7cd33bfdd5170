import { text } from '../../harness/core/text.ts'
import { isDeclaredBy } from '../../harness/look/declared-macs.ts'
import { addressesOf, jointsOf, switchesWith } from '../../harness/look/joints.ts'
import type { Lab, Northbound } from '../../harness/look/lab.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import type { End } from '../route/hop.ts'
import type { Route } from '../route/route.ts'
import { isNear } from '../route/routed.ts'
import { leadsOutside, withoutPort } from './nobody-beside.ts'

/** No row of OVN is for an end: none has the name that its interface bears, or its MAC address. */
export async function ofNoPort(lab: Lab, ends: End[]): Promise<BrokenLink | undefined> {
  const { ports } = await lab.northbound()
  const end = ends.find(
    ({ logicalPort, mac }) => !ports.some(port => port.name === logicalPort || isDeclaredBy(port, mac)),
  )
  if (!end) return undefined
  const name = end.netns ?? end.device
  return {
    where: 'OVN_Northbound · Logical_Switch_Port · addresses',
    saw: text(
      `no logical switch port has the MAC address ${end.mac} of ${name}`,
      `沒有任何 logical switch port 有 ${name} 的 MAC 位址 ${end.mac}`,
    ),
    tryThis: 'sudo ovn-nbctl --columns=name,parent_name,tag,addresses list Logical_Switch_Port',
  }
}

/** An address in the subnet of the sender's own switch, which OVN has to itself: no port there is for it. */
export async function nobodyInSubnet(
  lab: Lab,
  { from, to, address }: Route,
): Promise<BrokenLink | undefined> {
  if (to || !isNear(from, address) || lab.wires?.outside?.includes(address)) return undefined
  const northbound = await lab.northbound()
  const joints = jointsOf(northbound, switchesWith(northbound, from.logicalPort))
  const port = joints.map(joint => joint.port).find(one => addressesOf(one).some(own => isNear(from, own)))
  if (!port || leadsOutside(northbound, port) || isDeclared(northbound, address)) return undefined
  return withoutPort(northbound, port, address)
}

const isDeclared = ({ ports, routerPorts, nats }: Northbound, address: string): boolean =>
  ports.some(one =>
    [...one.addresses, ...one.dynamic_addresses, one.options['virtual-ip'] ?? ''].some(words =>
      words.split(/\s+/).includes(address),
    ),
  ) ||
  routerPorts.some(port => addressesOf(port).includes(address)) ||
  nats.some(({ external_ip }) => external_ip === address)
