import { macsOf } from '../../harness/look/declared-macs.ts'
import type { Link } from '../../harness/look/evidence.ts'
import { mayClaim, type Plug } from '../../harness/look/integration-bridge.ts'
import type { LogicalSwitchPort } from '../../harness/ovsdb/tables.ts'
import { parentOf } from '../nouns/ports-of.ts'
import type { KnownEnd } from './known-ends.ts'

const isOf = (mac: string) => (port: LogicalSwitchPort) => macsOf(port).includes(mac.toLowerCase())

/**
 * Whose a link is that leaves by the interface of a port: of one nested in that, if it has the MAC address of one. Where the port
 * itself has it too, as a VLAN has that of the link beneath it, the address tells.
 */
export function nestedBehind(
  ports: LogicalSwitchPort[],
  claimed: string | undefined,
  { mac, addresses }: Pick<Link, 'mac' | 'addresses'>,
): string | undefined {
  const isShared = ports.some(port => port.name === claimed && isOf(mac)(port))
  const hasAddress = ({ addresses: told, dynamic_addresses }: LogicalSwitchPort) =>
    [...told, ...dynamic_addresses].some(words =>
      addresses.some(({ address }) => words.split(/\s+/).includes(address)),
    )
  return ports.find(
    port =>
      claimed !== undefined &&
      parentOf(port) === claimed &&
      isOf(mac)(port) &&
      (!isShared || hasAddress(port)),
  )?.name
}

/** The interfaces that ovn-controller takes for a port, by its iface-id. */
export const claimsOf = (all: Plug[], integration: string, name: string | undefined) =>
  all.find(
    one => one.bridge.name === integration && mayClaim(one) && one.iface.external_ids['iface-id'] === name,
  )

/** The interface by which a link leaves that has no cable of its own, such as a VLAN in a namespace of its own. */
export function carrierOf(
  ports: LogicalSwitchPort[],
  all: Plug[],
  integration: string,
  mac: string,
): Plug | undefined {
  const own = ports.find(port => parentOf(port) !== undefined && isOf(mac)(port))
  const carrier = own && claimsOf(all, integration, parentOf(own))
  return carrier?.iface.type === 'patch' ? undefined : carrier
}

/**
 * The interface of the port that has the MAC address of an end whose cable is in another bridge than OVN's, or of the port in which
 * that is nested. What leads there by a patch port can be listened to at its own cable alone.
 */
export function beyondOf(
  { plug, loose, linuxBridge, isInternal, mac }: KnownEnd,
  all: Plug[],
  integration: string,
  ports: LogicalSwitchPort[],
): Pick<KnownEnd, 'beyond'> {
  const cable = all.find(({ iface }) => iface.name === plug)
  const bridge = linuxBridge ?? cable?.bridge.name
  const outer = isInternal ? plug : (plug ?? loose)
  const own = ports.find(isOf(mac))
  if (!own || bridge === undefined || bridge === integration || outer === undefined) return {}
  const parent = parentOf(own)
  const there = claimsOf(all, integration, parent ?? own.name)
  const segment = `${bridge} ${cable?.port.tag[0] ?? 0}`
  const claimedBy = there?.iface.name ?? ''
  if (parent !== undefined || there?.iface.type === 'patch')
    return { beyond: { plug: outer, logicalPort: own.name, claimedBy, segment } }
  return there
    ? { beyond: { plug: claimedBy, logicalPort: own.name, behind: { bridge, outer }, segment } }
    : {}
}
