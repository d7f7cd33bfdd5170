import { same, type Text, text } from '../core/text.ts'
import type { Link } from '../look/evidence.ts'
import type { Plug } from '../look/integration-bridge.ts'
import { interfaceKey, linkKey } from './keys.ts'
import { type Detail, rowDetail } from './model.ts'
import { DOWN, NO_CARRIER } from './words.ts'

/** A link as `ip -d address` tells it. */
export const linkDetail = (where: string, link: Link, key: string): Detail =>
  rowDetail(
    `${where} · ${link.name}`,
    {
      ...link,
      addresses: link.addresses.map(({ address, prefixLength }) => `${address}/${prefixLength}`),
      ...(link.bridge && { bridge: { ...link.bridge } }),
      ...(link.bridgePort && { bridgePort: { ...link.bridgePort } }),
    },
    key,
  )

/** The rows by which Open vSwitch has an interface in a bridge. */
const rowsOf = (node: string, plug: Plug): Detail[] => [
  rowDetail(`${node} · Open_vSwitch · Interface`, plug.iface, interfaceKey(node, plug.iface.name)),
  rowDetail(`${node} · Open_vSwitch · Port`, plug.port, `Port:${node}/${plug.port.name}`),
]

/** All rows behind what is, or could be, in a bridge: the kernel's link, and those of Open vSwitch. */
export const plugRows = (node: string, link: Link | undefined, plug: Plug | undefined): Detail[] => [
  ...(link ? [linkDetail(node, link, linkKey(node, '', link.name))] : []),
  ...(plug ? rowsOf(node, plug) : []),
]

/** Why nothing gets through a link: it is down, its other end is, or a Linux bridge blocks it. */
export function offOfLink(link: Link): Text | undefined {
  if (!link.isUp) return DOWN
  if (!link.hasCarrier) return NO_CARRIER
  const { state } = link.bridgePort ?? {}
  return state === undefined || state === '' || state === 'forwarding' ? undefined : same(state)
}

/** What a link is, where it is no veth, and what its port in Open vSwitch is told. */
export function plugFacts(link: Link | undefined, plug: Plug | undefined): Text[] {
  const ifaceId = plug?.iface.external_ids['iface-id']
  const kind = plug?.iface.type || link?.kind
  const vlans = [
    ...(plug?.port.tag ?? []).map(tag => `tag ${tag}`),
    ...(plug && plug.port.trunks.length > 0 ? [`trunks ${plug.port.trunks.join(',')}`] : []),
    ...(link?.vlan === undefined ? [] : [`id ${link.vlan}`]),
  ]
  return [
    ...(ifaceId === undefined ? [] : [text(`iface-id ${ifaceId}`, `iface-id ${ifaceId}`)]),
    ...(kind === undefined || kind === 'veth' ? [] : [same(kind)]),
    ...vlans.map(same),
  ]
}
