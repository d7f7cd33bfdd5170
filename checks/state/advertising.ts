import { isIPv6 } from 'node:net'
import { Unmet } from '../../harness/core/errors.ts'
import { canonicalInet6 } from '../../harness/core/inet6.ts'
import { isInPrefix } from '../../harness/core/prefix.ts'
import { text } from '../../harness/core/text.ts'
import { jointsOf, switchesWith } from '../../harness/look/joints.ts'
import type { Lab } from '../../harness/look/lab.ts'
import type { LogicalSwitchPort } from '../../harness/ovsdb/tables.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { northdAbsent } from '../diagnosis/northd.ts'
import { valueIn } from '../diagnosis/similar-key.ts'
import { type Advertiser, advertisersOf } from '../nouns/advertiser.ts'
import { list, quoted } from '../nouns/phrases.ts'
import { hasRouterPort } from './router-ports.ts'

/** The router port that is to advertise a prefix; the first of several. */
export async function advertiserOf(lab: Lab, prefix: string): Promise<Advertiser | undefined> {
  return advertisersOf(await lab.northbound(), prefix)[0]
}

/** A port of a logical router has an address in the prefix with just that length, and is enabled. */
export async function hasInet6RouterPort(lab: Lab, prefix: string): Promise<void> {
  const own = await advertiserOf(lab, prefix)
  if (own) return hasRouterPort(lab, { gateway: own.address, prefixLength: Number(prefix.split('/')[1]) })
  const { routerPorts } = await lab.northbound()
  const seen = list(routerPorts.map(({ name, networks }) => `${name} ${networks.join(' ')}`))
  throw new Unmet({
    expected: text(
      `a Logical_Router_Port with an address of ${prefix} in networks, and with this length`,
      `有一個 Logical_Router_Port 的 networks 包含 ${prefix} 裡的位址，長度也相同`,
    ),
    saw: text(
      `router ports and their networks: ${seen.en}`,
      `現有的 router port 和 networks：${seen['zh-TW']}`,
    ),
    where: 'OVN_Northbound · Logical_Router_Port · networks',
    isBegun: routerPorts.some(({ networks }) => networks.some(network => network.includes(':'))),
    tryThis: 'sudo ovn-nbctl --columns=name,networks list Logical_Router_Port',
  })
}

/** Modes in which a host forms its address by itself (ovn-nb(5), ipv6_ra_configs:address_mode). */
const MODES = ['slaac', 'dhcpv6_stateless']

/** The router port is told to advertise its prefix, for hosts that form their addresses by themselves, unasked as well. */
export async function advertises(lab: Lab, prefix: string): Promise<void> {
  const own = await advertiserOf(lab, prefix)
  const name = own?.port.name ?? '(none)'
  // A recording of an earlier release has no such column.
  const configs: Record<string, string> = own?.port.ipv6_ra_configs ?? {}
  const isRight = {
    address_mode: MODES.includes(configs.address_mode ?? ''),
    send_periodic: configs.send_periodic === 'true',
  }
  const lacking = (['address_mode', 'send_periodic'] as const).find(key => !isRight[key])
  if (own && lacking === undefined) return
  throw new Unmet({
    expected: text(
      `ipv6_ra_configs of ${name} has address_mode=slaac and send_periodic=true`,
      `${name} 的 ipv6_ra_configs 有 address_mode=slaac 和 send_periodic=true`,
    ),
    saw: text(
      `${lacking} in ipv6_ra_configs of ${name} is ${valueIn(configs, lacking ?? '', own?.port)}`,
      `${name} 的 ipv6_ra_configs 裡，${lacking} 是 ${valueIn(configs, lacking ?? '', own?.port)}`,
    ),
    where: `OVN_Northbound · Logical_Router_Port · ipv6_ra_configs:${lacking}`,
    tryThis: `sudo ovn-nbctl get Logical_Router_Port ${name} ipv6_ra_configs`,
  })
}

/** ovn-northd has written to the router port's Port_Binding what ovn-controller is to advertise (ovn-sb(5), ipv6_ra_…). */
export async function advertisementCarriedSouth(lab: Lab, prefix: string): Promise<void> {
  const [own, { bindings }] = await Promise.all([advertiserOf(lab, prefix), lab.southbound()])
  const name = own?.port.name ?? ''
  const options: Record<string, string> =
    bindings.find(({ logical_port }) => logical_port === name)?.options ?? {}
  const prefixes = (options.ipv6_ra_prefixes ?? '').split(/\s+/).filter(Boolean)
  const isWritten =
    options.ipv6_ra_send_periodic === 'true' && prefixes.some(one => isSamePrefix(one, prefix))
  if (own && isWritten) return
  throw new Unmet({
    expected: text(
      `the Port_Binding of ${name} has ipv6_ra_send_periodic=true, and ${prefix} in ipv6_ra_prefixes`,
      `${name} 的 Port_Binding 有 ipv6_ra_send_periodic=true，ipv6_ra_prefixes 裡有 ${prefix}`,
    ),
    saw: text(
      `ipv6_ra_send_periodic ${quoted(options.ipv6_ra_send_periodic)}, ipv6_ra_prefixes ${quoted(options.ipv6_ra_prefixes)}`,
      `ipv6_ra_send_periodic 是 ${quoted(options.ipv6_ra_send_periodic)}，ipv6_ra_prefixes 是 ${quoted(options.ipv6_ra_prefixes)}`,
    ),
    where: 'OVN_Southbound · Port_Binding · options:ipv6_ra_send_periodic',
    tryThis: `sudo ovn-sbctl --columns=logical_port,options find Port_Binding logical_port=${name}`,
    ...(await northdAbsent(lab)),
  })
}

/** Another port of a router on the switch of a port that advertises itself, unasked. */
export async function advertisedBeside(
  lab: Lab,
  prefix: string,
  port: LogicalSwitchPort | undefined,
): Promise<BrokenLink | undefined> {
  const [own, northbound] = await Promise.all([advertiserOf(lab, prefix), lab.northbound()])
  const other = jointsOf(northbound, switchesWith(northbound, port?.name)).find(joint => {
    const configs: Record<string, string> = joint.port.ipv6_ra_configs ?? {}
    const isEnabled = [joint.port, joint.peer, joint.router].every(row => row?.enabled[0] !== false)
    return (
      isEnabled &&
      joint.port._uuid !== own?.port._uuid &&
      configs.send_periodic === 'true' &&
      configs.address_mode
    )
  })?.port
  if (!own || !other) return undefined
  return {
    where: 'OVN_Northbound · Logical_Router_Port · ipv6_ra_configs',
    saw: text(
      `the router port ${other.name} (${list(other.networks).en}) advertises itself on this switch as well`,
      `router port ${other.name}（${list(other.networks)['zh-TW']}）也在這個 switch 上通告自己`,
    ),
    row: `Logical_Router_Port ${other.name}`,
    tryThis: 'sudo ovn-nbctl --columns=name,networks,ipv6_ra_configs list Logical_Router_Port',
    cause: 'advertiser-beside',
  }
}

/** The same prefix, however it is written. */
export function isSamePrefix(one: string, other: string): boolean {
  const [[base = '', length], [, otherLength]] = [one.split('/'), other.split('/')]
  return length === otherLength && isIPv6(base) && isInPrefix(canonicalInet6(base) ?? base, other)
}
