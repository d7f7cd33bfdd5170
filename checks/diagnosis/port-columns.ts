import type { LogicalSwitchPort } from '../../harness/ovsdb/tables.ts'
import { isInPrefix } from '../../harness/prefix.ts'
import { type Text, text } from '../../harness/say/text.ts'
import { linkOf } from '../endpoint.ts'
import { localnetPort } from '../localnet-port.ts'
import { on, quoted } from '../phrases.ts'
import type { BrokenLink } from './broken-link.ts'
import type { Cause } from './cause.ts'
import { endsOf, firstOf, portOf, type Suspect } from './path.ts'

const column = (port: LogicalSwitchPort, name: string, saw: Text, cause: Cause): BrokenLink => ({
  where: `controller · OVN_Northbound · Logical_Switch_Port · ${name}`,
  saw,
  tryThis: on(
    'controller',
    `sudo ovn-nbctl --columns=name,${name} find Logical_Switch_Port name=${port.name}`,
  ),
  cause,
})

/** A port on the way is switched off (ovn-nb(5), Logical_Switch_Port.enabled). */
export const portDisabled: Suspect = async (lab, path) => {
  const ports = await Promise.all(endsOf(path).map(end => portOf(lab, path, end)))
  const off = [...ports, await localnetPort(lab, path.endpoints)].find(port => port?.enabled[0] === false)
  return (
    off &&
    column(
      off,
      'enabled',
      text(
        `${off.name} has enabled = false, so it passes nothing`,
        `${off.name} 的 enabled = false，所以什麼封包都不會通過`,
      ),
      'port-disabled',
    )
  )
}

/** A port lets its guest send from other addresses only (ovn-nb(5), Logical_Switch_Port.port_security). */
export const portSecurity: Suspect = (lab, path) =>
  firstOf(endsOf(path), async end => {
    const [port, link] = await Promise.all([portOf(lab, path, end), linkOf(lab, end)])
    if (!port || !link || port.port_security.length === 0) return undefined
    const rules = port.port_security.map(rule => rule.trim().split(/\s+/))
    // What does not start with a MAC (`VRRPv4 …`) is a grammar we do not read: then nothing is claimed.
    if (rules.some(([mac]) => !/^([0-9a-f]{1,2}:){5}[0-9a-f]{1,2}$/i.test(mac ?? ''))) return undefined
    const admits = ([mac, ...addresses]: string[]) =>
      mac?.toLowerCase() === link.mac.toLowerCase() &&
      (addresses.length === 0 || addresses.some(range => isInPrefix(end.address, range)))
    if (rules.some(admits)) return undefined
    return column(
      port,
      'port_security',
      text(
        `port_security of ${port.name} admits ${port.port_security.map(quoted).join(', ')}, but ${end.netns} is ${link.mac} ${end.address}`,
        `${port.name} 的 port_security 只允許 ${port.port_security.map(quoted).join('、')}，但 ${end.netns} 是 ${link.mac} ${end.address}`,
      ),
      'port-security',
    )
  })

/** The localnet port puts a VLAN tag on what leaves (ovn-nb(5), Logical_Switch_Port.tag). */
export const localnetTag: Suspect = async (lab, { endpoints, link }) => {
  const port = await localnetPort(lab, endpoints)
  const [tag] = port?.tag ?? []
  if (!port || !tag) return undefined
  return column(
    port,
    'tag',
    text(
      `${port.name} has tag = ${tag}, so frames leave ${link} as VLAN ${tag}, but the machines out there speak without a tag`,
      `${port.name} 的 tag = ${tag}，從 ${link} 出去的訊框會帶 VLAN ${tag}，但外面的機器不使用 tag`,
    ),
    'localnet-tag',
  )
}
