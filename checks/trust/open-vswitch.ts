import { type Text, text } from '../../harness/core/text.ts'
import type { DatapathPort, KernelFacts } from '../../harness/look/evidence.ts'
import type { OvsDatabase } from '../../harness/look/lab.ts'

/** Types whose interface is the kernel's link of the same name (ovs-vswitchd.conf.db(5)). */
const LINK_TYPES = ['', 'system', 'internal', 'tap']

/**
 * Where the database of a node contradicts ovs-vswitchd, which alone writes what is compared here, or the kernel, whose
 * numbers it writes down. Only while ovs-vswitchd runs and has done all it was told: else the database may be old.
 */
export function daemonContradictions(
  node: string,
  { links, daemons, datapath }: KernelFacts,
  { openVSwitch, bridges, ports, interfaces }: OvsDatabase,
): Text[] {
  const isCurrent =
    daemons.includes('ovs-vswitchd') && datapath && openVSwitch.cur_cfg >= openVSwitch.next_cfg
  if (!isCurrent) return []
  const portOf = new Map(ports.map(port => [port._uuid, port]))
  const interfaceOf = new Map(interfaces.map(one => [one._uuid, one]))
  // Each once, however often a forged database names it.
  const once = onlyOnce()
  const plugged = bridges.flatMap(bridge =>
    bridge.ports
      .flatMap(uuid => (once(uuid) ? (portOf.get(uuid)?.interfaces ?? []) : []))
      .flatMap(uuid => (once(uuid) ? (interfaceOf.get(uuid) ?? []) : []))
      .map(one => ({ bridge: bridge.name, one })),
  )
  const bridgesThere = new Set(datapath.map(({ bridge }) => bridge))
  const datapathPorts = new Map(datapath.map(port => [`${port.bridge}\0${port.name}`, port]))
  const linkOf = new Map(links.map(link => [link.name, link]))
  return plugged.flatMap(({ bridge, one }) => {
    const { name, type, ofport, ifindex, mac_in_use } = one
    const number = ofport[0] ?? 0
    // A bridge it could not make, of a datapath that is not there say, keeps what the database had of it.
    if (number <= 0 || !bridgesThere.has(bridge)) return []
    const port = datapathPorts.get(`${bridge}\0${name}`)
    if (port?.ofport !== number)
      return [
        text(
          `${node}: the database says that ${name} is port ${number} of ${bridge}, and ovs-vswitchd ${told(port).en}`,
          `${node}：資料庫說 ${name} 是 ${bridge} 的 port ${number}，ovs-vswitchd ${told(port)['zh-TW']}`,
        ),
      ]
    const link = LINK_TYPES.includes(type) ? linkOf.get(name) : undefined
    if (!link) return []
    if ((ifindex[0] ?? 0) > 0 && ifindex[0] !== link.index)
      return [
        text(
          `${node}: ${name} is interface ${ifindex[0]} to ovs-vswitchd, and interface ${link.index} to the kernel`,
          `${node}：對 ovs-vswitchd 來說 ${name} 是編號 ${ifindex[0]} 的介面，對核心則是 ${link.index}`,
        ),
      ]
    if (mac_in_use[0] && mac_in_use[0].toLowerCase() !== link.mac.toLowerCase())
      return [
        text(
          `${node}: ${name} has MAC ${mac_in_use[0]} to ovs-vswitchd, and ${link.mac} to the kernel`,
          `${node}：對 ovs-vswitchd 來說 ${name} 的 MAC 是 ${mac_in_use[0]}，對核心則是 ${link.mac}`,
        ),
      ]
    // The kernel's own datapath takes a link as a bridge does; it can be in one such only.
    if (port.datapath.startsWith('system@') && port.type === 'system' && link.master !== 'ovs-system')
      return [
        text(
          `${node}: ovs-vswitchd has ${name} in the kernel's datapath, and to the kernel it is ${link.master ? `in ${link.master}` : 'in none'}`,
          `${node}：ovs-vswitchd 說 ${name} 在核心的 datapath 裡，核心卻說它${link.master ? `屬於 ${link.master}` : '不屬於任何介面'}`,
        ),
      ]
    return []
  })
}

function onlyOnce(): (uuid: string) => boolean {
  const seen = new Set<string>()
  return uuid => !seen.has(uuid) && Boolean(seen.add(uuid))
}

const told = (port: DatapathPort | undefined): Text =>
  port
    ? text(`that it is port ${port.ofport}`, `說是 port ${port.ofport}`)
    : text('that it is not there', '說沒有這個 port')
