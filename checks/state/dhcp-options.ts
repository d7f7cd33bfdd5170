import { isIPv4 } from 'node:net'
import { Unmet } from '../../harness/core/errors.ts'
import { isMac } from '../../harness/core/mac.ts'
import { isInPrefix } from '../../harness/core/prefix.ts'
import { type Text, text } from '../../harness/core/text.ts'
import type { Lab } from '../../harness/look/lab.ts'
import type { DhcpOptions } from '../../harness/ovsdb/tables.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { valueIn } from '../diagnosis/similar-key.ts'
import type { Endpoint } from '../nouns/endpoint.ts'
import type { Subnet } from '../nouns/guest.ts'
import { andThen, quoted } from '../nouns/phrases.ts'
import { ownPorts } from './one-switch.ts'

const LIST = 'sudo ovn-nbctl list DHCP_Options'

/** The same network, whatever host bits are written. */
export function isSameCidr(one: string, other: string): boolean {
  const [base = '', length] = other.split('/')
  return one.split('/')[1] === length && isInPrefix(base, one)
}

/** A row of DHCP_Options has all that OVN answers with: without server_id, server_mac or lease_time it does not (ovn-nb(5)). */
export async function hasDhcpOptions(lab: Lab, subnet: Subnet): Promise<void> {
  const { dhcpOptions } = await lab.northbound()
  const lacks = dhcpOptions.map(row => lackIn(row, subnet))
  if (lacks.includes(undefined)) return
  // Of several the one for this network.
  const nearest = Math.max(
    0,
    dhcpOptions.findIndex(({ cidr }) => isSameCidr(cidr, subnet.cidr)),
  )
  throw new Unmet({
    expected: expectedOf(subnet),
    saw: text('no row in DHCP_Options', 'DHCP_Options 裡沒有任何資料列'),
    where: 'OVN_Northbound · DHCP_Options',
    tryThis: LIST,
    ...lacks[nearest],
  })
}

/** The endpoint's port refers to such a row. */
export async function refersToDhcpOptions(
  lab: Lab,
  endpoint: Endpoint,
  all: Endpoint[],
  subnet: Subnet,
): Promise<void> {
  const [[port], { dhcpOptions }] = await Promise.all([ownPorts(lab, endpoint, all), lab.northbound()])
  const uuid = port?.dhcpv4_options[0]
  const row = dhcpOptions.find(({ _uuid }) => _uuid === uuid)
  const lack = row && lackIn(row, subnet)
  if (row && !lack) return
  const name = port?.name ?? endpoint.netns
  throw new Unmet({
    expected: text(
      `dhcpv4_options of ${name} refers to such a row: ${expectedOf(subnet).en}`,
      `${name} 的 dhcpv4_options 指向這樣的資料列：${expectedOf(subnet)['zh-TW']}`,
    ),
    saw: text(
      `dhcpv4_options of ${name} is ${valueIn({}, 'dhcpv4_options', port)}`,
      `${name} 的 dhcpv4_options 是 ${valueIn({}, 'dhcpv4_options', port)}`,
    ),
    where: 'OVN_Northbound · Logical_Switch_Port · dhcpv4_options',
    tryThis: `sudo ovn-nbctl lsp-get-dhcpv4-options ${name}`,
    ...lack,
    ...(row && lack && dhcpOptions.some(one => !lackIn(one, subnet)) && elsewhere(name, row, lack)),
  })
}

/** There is a row that fits: the mistake is that the port refers to another one. */
const elsewhere = (name: string, { _uuid, cidr }: DhcpOptions, { saw }: BrokenLink): BrokenLink => ({
  where: 'OVN_Northbound · Logical_Switch_Port · dhcpv4_options',
  saw: andThen(
    text(
      `dhcpv4_options of ${name} refers to the row ${_uuid.slice(0, 8)} of ${cidr}`,
      `${name} 的 dhcpv4_options 指向 ${cidr} 的那一筆 ${_uuid.slice(0, 8)}`,
    ),
    saw,
  ),
  tryThis: `sudo ovn-nbctl lsp-get-dhcpv4-options ${name}`,
})

/** The row of DHCP_Options that a port refers to. */
export async function optionsOfPort(lab: Lab, uuid: string | undefined): Promise<DhcpOptions | undefined> {
  return (await lab.northbound()).dhcpOptions.find(({ _uuid }) => _uuid === uuid)
}

/** The mask of a network, as DHCP says it. */
function netmaskOf(cidr: string): string {
  const length = Number(cidr.split('/')[1])
  return [0, 8, 16, 24].map(bits => 256 - 2 ** (8 - Math.min(8, Math.max(0, length - bits)))).join('.')
}

const expectedOf = ({ cidr, router }: Subnet): Text =>
  text(
    `DHCP_Options with cidr ${cidr}, and server_id, server_mac, lease_time and router ${router} in options`,
    `DHCP_Options 的 cidr 是 ${cidr}，options 裡有 server_id、server_mac、lease_time，而且 router 是 ${router}`,
  )

/** What a row lacks for OVN to answer as the lesson wants. */
function lackIn({ cidr, options }: DhcpOptions, subnet: Subnet): BrokenLink | undefined {
  if (!isSameCidr(cidr, subnet.cidr))
    return {
      where: 'OVN_Northbound · DHCP_Options · cidr',
      saw: text(`cidr is ${quoted(cidr)}`, `cidr 是 ${quoted(cidr)}`),
      tryThis: LIST,
    }
  // They stand in order of preference (RFC 2132, section 3.5).
  const [router] = (options.router ?? '').split(/[\s,{}]+/).filter(Boolean)
  const isRight: Record<string, boolean> = {
    server_id: isIPv4(options.server_id ?? ''),
    server_mac: isMac(options.server_mac ?? ''),
    // Of 32 bits (RFC 2132, section 9.2): OVN answers with what it can read of a larger one.
    lease_time: Number(options.lease_time) > 0 && Number(options.lease_time) < 2 ** 32,
    router: router === subnet.router,
    // OVN answers with the mask of the cidr, unless the row has another one.
    netmask: options.netmask === undefined || options.netmask === netmaskOf(cidr),
  }
  const lacking = Object.keys(isRight).find(key => !isRight[key])
  if (lacking === undefined) return classlessLack(cidr, options, subnet)
  return {
    where: `OVN_Northbound · DHCP_Options · options:${lacking}`,
    saw: text(
      `${lacking} in options of ${cidr} is ${valueIn(options, lacking)}`,
      `${cidr} 的 options 裡，${lacking} 是 ${valueIn(options, lacking)}`,
    ),
    tryThis: LIST,
  }
}

/**
 * A client that takes classless routes passes over the router (RFC 3442): where these have a way to everybody, it must be the
 * same. Which client asks for them is left open, so routes for single networks are nobody's mistake.
 */
function classlessLack(
  cidr: string,
  options: DhcpOptions['options'],
  { router }: Subnet,
): BrokenLink | undefined {
  const key = ['classless_static_route', 'ms_classless_static_route'].find(name => {
    const words = (options[name] ?? '').split(/[\s,{}]+/).filter(Boolean)
    const at = words.indexOf('0.0.0.0/0')
    return at >= 0 && words[at + 1] !== router
  })
  if (key === undefined) return undefined
  return {
    where: `OVN_Northbound · DHCP_Options · options:${key}`,
    saw: text(
      `${key} in options of ${cidr} is ${valueIn(options, key)}: a client that takes it passes over router, and 0.0.0.0/0 does not lead to ${router} there`,
      `${cidr} 的 options 裡，${key} 是 ${valueIn(options, key)}：採用它的用戶端會略過 router，但它的 0.0.0.0/0 並不是通往 ${router}`,
    ),
    tryThis: LIST,
  }
}
