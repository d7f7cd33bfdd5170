import { Unmet } from '../../harness/core/errors.ts'
import { isInPrefix } from '../../harness/core/prefix.ts'
import { text } from '../../harness/core/text.ts'
import { holdersOf } from '../../harness/look/holding.ts'
import type { Lab } from '../../harness/look/lab.ts'
import type { LogicalSwitchPort } from '../../harness/ovsdb/tables.ts'
import { isLeftToOvn, misread } from '../diagnosis/address-form.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { northdAbsent } from '../diagnosis/northd.ts'
import { notChosen } from '../diagnosis/not-chosen.ts'
import { valueIn } from '../diagnosis/similar-key.ts'
import { type Endpoint, linkOf } from '../nouns/endpoint.ts'
import { assignedTo, type Subnet } from '../nouns/guest.ts'
import { andThen, list, nameOf, quoted } from '../nouns/phrases.ts'
import { isSameCidr } from './dhcp-options.ts'
import { ownPorts, sharedSwitch } from './one-switch.ts'

/** The switch that holds all endpoints has the subnet to choose addresses from (ovn-nb(5), other_config:subnet). */
export async function choosesFrom(lab: Lab, all: Endpoint[], { cidr }: Subnet): Promise<void> {
  const holder = (await sharedSwitch(lab, all))?.logicalSwitch
  const subnet = holder?.other_config.subnet
  if (subnet !== undefined && isSameCidr(subnet, cidr)) return
  const name = nameOf(holder)
  const found = valueIn(holder?.other_config ?? {}, 'subnet', holder)
  const { switches } = await lab.northbound()
  // Only ovn-nbctl cares (ovn-nbctl(8), --add-duplicate): a name of two rows leads it to neither.
  const twin = switches.find(other => other.name === holder?.name && other._uuid !== holder._uuid)
  throw new Unmet({
    expected: text(`other_config:subnet of ${name} is ${cidr}`, `${name} 的 other_config:subnet 是 ${cidr}`),
    saw: andThen(
      text(`other_config:subnet of ${name} is ${found}`, `${name} 的 other_config:subnet 是 ${found}`),
      twin &&
        text(
          `another switch is called ${name} too, and its other_config:subnet is ${quoted(twin.other_config.subnet)}`,
          `另外還有一個 switch 也叫 ${name}，它的 other_config:subnet 是 ${quoted(twin.other_config.subnet)}`,
        ),
    ),
    where: `OVN_Northbound · Logical_Switch · ${twin ? 'name' : 'other_config:subnet'}`,
    tryThis: twin ? 'sudo ovn-nbctl show' : `sudo ovn-nbctl get Logical_Switch ${name} other_config`,
  })
}

/** The endpoint's port leaves its address to OVN, and ovn-northd has chosen one of the subnet. */
export async function addressAssigned(
  lab: Lab,
  endpoint: Endpoint,
  all: Endpoint[],
  { cidr }: Subnet,
): Promise<void> {
  const [[port], link] = await Promise.all([ownPorts(lab, endpoint, all), linkOf(lab, endpoint)])
  const isDynamic = port?.addresses.some(isLeftToOvn) ?? false
  const address = port && assignedTo(port)
  const mac = port?.dynamic_addresses[0]?.split(/\s+/)[0]?.toLowerCase()
  // `dynamic` alone is a machine of its own to OVN, with a MAC address that OVN chooses as well.
  const isAnothers =
    isDynamic && address !== undefined && link !== undefined && mac !== link.mac.toLowerCase()
  if (isDynamic && address !== undefined && isInPrefix(address, cidr) && !isAnothers) return
  const name = nameOf(port)
  const withoutChoice = isDynamic && address === undefined ? await lackingChoice(lab, port!) : undefined
  throw new Unmet({
    expected: text(
      `addresses of ${name} has "dynamic", and dynamic_addresses an address of ${cidr}`,
      `${name} 的 addresses 有 dynamic，dynamic_addresses 有 ${cidr} 裡的位址`,
    ),
    saw: andThen(
      text(
        `addresses ${quoted(port?.addresses.join(' '))}, dynamic_addresses ${quoted(port?.dynamic_addresses[0])}`,
        `addresses 是 ${quoted(port?.addresses.join(' '))}，dynamic_addresses 是 ${quoted(port?.dynamic_addresses[0])}`,
      ),
      isAnothers
        ? text(
            `addresses has ${list(port!.addresses.map(quoted)).en}, so OVN chose ${address} for ${mac}, and not for the MAC of ${endpoint.netns}, ${link.mac}`,
            `addresses 是 ${list(port!.addresses.map(quoted))['zh-TW']}，所以 OVN 選的 ${address} 是給 ${mac} 的，不是給 ${endpoint.netns} 的 MAC 位址 ${link.mac}`,
          )
        : (withoutChoice?.saw ?? (isDynamic ? undefined : misread(port?.addresses))),
    ),
    where:
      withoutChoice?.where ??
      `OVN_Northbound · Logical_Switch_Port · ${isDynamic && !isAnothers ? 'dynamic_addresses' : 'addresses'}`,
    tryThis:
      withoutChoice?.tryThis ??
      `sudo ovn-nbctl --columns=name,addresses,dynamic_addresses list Logical_Switch_Port ${name}`,
    ...(isDynamic && (await northdAbsent(lab))),
  })
}

/** What of the port's switch leaves ovn-northd nothing to choose. */
async function lackingChoice(lab: Lab, port: LogicalSwitchPort): Promise<BrokenLink | undefined> {
  const { switches, ports } = await lab.northbound()
  const [holder] = holdersOf(switches, port)
  return holder && notChosen(holder, ports)
}
