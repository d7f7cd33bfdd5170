import { Unmet } from '../../harness/core/errors.ts'
import { text } from '../../harness/core/text.ts'
import { isDeclaredBy, isMacIn } from '../../harness/look/declared-macs.ts'
import type { Lab } from '../../harness/look/lab.ts'
import type { LogicalSwitchPort } from '../../harness/ovsdb/tables.ts'
import { misread } from '../diagnosis/address-form.ts'
import { addressesUnread } from '../diagnosis/addresses-unread.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { takenMac } from '../diagnosis/taken-mac.ts'
import { type Endpoint, linkOf } from '../nouns/endpoint.ts'
import { andThen, list, quoted } from '../nouns/phrases.ts'
import { plugsOf } from '../nouns/plug-of.ts'
import { portsOf, portTypeOf } from '../nouns/ports-of.ts'

/** A logical switch port declares the MAC of the endpoint's link, which none of the other endpoints has. */
export async function hasSwitchPort(lab: Lab, endpoint: Endpoint, all: Endpoint[] = []): Promise<void> {
  const [taken, link, { ports }] = await Promise.all([
    takenMac(lab, endpoint, all),
    linkOf(lab, endpoint),
    lab.northbound(),
  ])
  const declaring = ports.filter(port => link && isDeclaredBy(port, link.mac))
  const wanted = portTypeOf(endpoint)
  if (!taken && declaring.some(({ type }) => type === wanted)) return
  const typed = declaring.find(({ type }) => type !== wanted)
  const seen = list(
    ports
      .filter(port => port.type === wanted)
      .map(port => `${port.name} ${quoted(port.addresses.join(' '))}`),
  )
  throw new Unmet({
    expected: text(
      `a Logical_Switch_Port whose addresses contain ${link?.mac ?? 'its MAC'}, the MAC of ${endpoint.netns}`,
      `有一個 Logical_Switch_Port 的 addresses 包含 ${endpoint.netns} 的 MAC 位址 ${link?.mac ?? ''}`.trim(),
    ),
    saw: text(`ports and their addresses: ${seen.en}`, `現有的 port 和位址：${seen['zh-TW']}`),
    where: 'OVN_Northbound · Logical_Switch_Port · addresses',
    tryThis: 'sudo ovn-nbctl show',
    cause: (await hadItsPort(lab, endpoint, all)) ? 'mac-changed' : undefined,
    ...(taken ??
      (typed ? wrongType(typed) : await onAnotherLink(lab, endpoint)) ??
      (await withoutMac(lab, endpoint, link?.mac ?? ''))),
  })
}

/** The address is on a link that leads nowhere in Open vSwitch, while a port has the MAC of another link of the namespace. */
export async function onAnotherLink(lab: Lab, endpoint: Endpoint): Promise<BrokenLink | undefined> {
  const { node, netns, address } = endpoint
  const [link, { netns: namespaces }, { ports }, plugs] = await Promise.all([
    linkOf(lab, endpoint),
    lab.kernel(node),
    lab.northbound(),
    plugsOf(lab, endpoint),
  ])
  const meant = namespaces[netns]?.find(
    ({ name, mac }) =>
      name !== link?.name &&
      ports.some(port => port.type === portTypeOf(endpoint) && isDeclaredBy(port, mac)),
  )
  if (!link || !meant || plugs.length > 0) return undefined
  return {
    where: `${node} · netns ${netns} · ${link.name}`,
    saw: text(
      `${address} is on ${link.name} of ${netns}, which is connected to no port of Open vSwitch; a logical switch port has the MAC of ${meant.name} there, ${meant.mac}`,
      `${address} 在 ${netns} 的 ${link.name} 上，而它沒有接到 Open vSwitch 的任何 port；logical switch port 寫的是那裡的 ${meant.name} 的 MAC 位址 ${meant.mac}`,
    ),
    tryThis: `sudo ip -n ${netns} address   # on ${node}`,
    cause: 'address-on-another-link',
  }
}

/**
 * In what the port has that the endpoint's interface names (where it names none, in any port's) OVN reads no MAC: it is written
 * otherwise, or the words are those of other ports (ovn-nb(5), addresses).
 */
async function withoutMac(lab: Lab, endpoint: Endpoint, mac: string): Promise<BrokenLink | undefined> {
  const [plugs, { ports }] = await Promise.all([plugsOf(lab, endpoint), lab.northbound()])
  const names = plugs.map(({ iface }) => iface.external_ids['iface-id'])
  const wanted = ports.filter(({ type }) => type === portTypeOf(endpoint))
  const own = wanted.find(({ name }) => names.includes(name))
  const unread = addressesUnread(own ? [own] : wanted, mac)
  if (unread || !own?.addresses.length || own.addresses.some(isMacIn)) return unread
  const has = quoted(own.addresses.join(' '))
  return {
    where: 'OVN_Northbound · Logical_Switch_Port · addresses',
    saw: andThen(
      text(
        `${own.name}, the port of ${endpoint.netns} by its iface-id, has the addresses ${has}, in which OVN reads no MAC address`,
        `${own.name} 是 ${endpoint.netns} 的 iface-id 所寫的 port，它的 addresses 是 ${has}，OVN 在裡面讀不出 MAC 位址`,
      ),
      misread(own.addresses),
    ),
    tryThis: `sudo ovn-nbctl lsp-get-addresses ${own.name}`,
    cause: 'mac-unwritten',
  }
}

/** The endpoint had a port once: its interface bears a label still, or its switch has a port whose MAC nobody has now. */
async function hadItsPort(lab: Lab, endpoint: Endpoint, all: Endpoint[]): Promise<boolean> {
  if ((await plugsOf(lab, endpoint)).some(({ iface }) => 'iface-id' in iface.external_ids)) return true
  const { switches, ports } = await lab.northbound()
  const taken = (await Promise.all(all.map(other => portsOf(lab, other)))).flat().map(({ _uuid }) => _uuid)
  const theirs = switches.filter(holder => holder.ports.some(uuid => taken.includes(uuid)))
  return ports.some(
    ({ _uuid, type, addresses }) =>
      type === '' &&
      addresses.length > 0 &&
      !taken.includes(_uuid) &&
      theirs.some(holder => holder.ports.includes(_uuid)),
  )
}

/** A port with a type is for something else than the interface of a guest (ovn-nb(5), Logical_Switch_Port.type). */
export const wrongType = ({ name, type }: LogicalSwitchPort): BrokenLink => ({
  where: 'OVN_Northbound · Logical_Switch_Port · type',
  saw: text(
    `${name} has type ${quoted(type)}, but the port of a virtual machine has no type`,
    `${name} 的 type 是 ${quoted(type)}，但給虛擬機器用的 port 不設定 type`,
  ),
  tryThis: `sudo ovn-nbctl lsp-get-type ${name}`,
  cause: 'port-type',
})
