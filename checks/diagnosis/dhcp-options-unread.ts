import { isIPv4 } from 'node:net'
import { text } from '../../harness/core/text.ts'
import type { DhcpOptions, LogicalSwitchPort } from '../../harness/ovsdb/tables.ts'
import { quoted } from '../nouns/phrases.ts'
import type { BrokenLink } from './broken-link.ts'

type Kind = 'ipv4' | 'number' | 'bool' | 'str' | 'routes' | 'mac' | 'host'

/** Options of DHCPv4, by what ovn-controller takes for a value (ovn-nb(5), DHCP_Options; ovn-sb(5), DHCP_Options.type). */
const NAMES: Record<Kind, string> = {
  ipv4: 'server_id router netmask dns_server log_server lpr_server swap_server policy_filter router_solicitation nis_server ntp_server netbios_name_server tftp_server_address next_server broadcast_address offerip',
  number:
    'lease_time mtu default_ttl tcp_ttl T1 T2 arp_cache_timeout tcp_keepalive_interval netbios_node_type',
  bool: 'ip_forward_enable router_discovery ethernet_encap',
  str: 'domain_name wpad bootfile_name bootfile_name_alt path_prefix hostname domain_search_list',
  routes: 'classless_static_route ms_classless_static_route',
  mac: 'server_mac',
  host: 'tftp_server',
}
const KINDS = new Map(
  Object.entries(NAMES).flatMap(([kind, names]) => names.split(' ').map(name => [name, kind as Kind])),
)

/** One constant as ovn-controller reads it (ovn-sb(5), Logical_Flow.match, "Symbols"): a text in quotes, a number, an address, a prefix. */
const CONSTANT = /"(?:[^"\\]|\\.)*"|[\w.:/]+/y

/** The constants of a value: one, or several in braces, with commas between them or blanks; undefined where it is neither. */
function constantsOf(value: string): string[] | undefined {
  const braced = /^\s*\{(.*)\}\s*$/s.exec(value)
  const words = (braced ? braced[1]! : value).trim()
  const found: string[] = []
  for (let at = 0; at < words.length; ) {
    CONSTANT.lastIndex = at
    const [constant] = CONSTANT.exec(words) ?? []
    if (constant === undefined) return undefined
    found.push(constant)
    at += constant.length
    const between = /^\s*,?\s*/.exec(words.slice(at))![0]
    if (between === '' && at < words.length) return undefined
    at += between.length
  }
  return found.length === 0 || (!braced && (found.length > 1 || /,\s*$/.test(words))) ? undefined : found
}

const all = (is: (constant: string) => boolean) => (value: string) => constantsOf(value)?.every(is) === true

const IS: Record<Kind, (value: string) => boolean> = {
  ipv4: all(isIPv4),
  number: all(one => /^(\d+|0x[0-9a-f]+)$/i.test(one)),
  bool: all(one => /^[01]$/.test(one)),
  str: all(one => one.startsWith('"')),
  routes: all(one => isIPv4(one.replace(/\/\d+$/, ''))),
  mac: all(one => /^([0-9a-f]{1,2}:){5}[0-9a-f]{1,2}$/i.test(one)),
  host: all(one => isIPv4(one) || one.startsWith('"')),
}

/**
 * What of a row ovn-controller cannot read: ovn-northd copies all options into one action, so a name that it does not know, or
 * a value of another kind, leaves every port of the row without an answer. Asked where no answer came: newer releases may know
 * more names.
 */
export function unreadOption({ cidr, options }: DhcpOptions): BrokenLink | undefined {
  const isRead = (name: string) => {
    const kind = KINDS.get(name)
    return kind ? IS[kind](options[name]!) : constantsOf(options[name]!) !== undefined
  }
  const key = Object.keys(options).find(name => !isRead(name))
  const unknown = key ?? Object.keys(options).find(name => !KINDS.has(name))
  if (unknown === undefined) return undefined
  const kind = KINDS.get(unknown)
  const value = `${unknown} = ${quoted(options[unknown])}`
  const [en, zhTW] =
    kind === undefined
      ? [`OVN knows no option ${unknown}`, `OVN 沒有 ${unknown} 這個選項`]
      : kind === 'str'
        ? [
            'OVN takes only a text in double quotes here, which are part of the value',
            '這裡的值必須是雙引號括起來的文字，雙引號也是值的一部分',
          ]
        : [`OVN takes only ${WORDS[kind][0]} here`, `OVN 在這裡只接受${WORDS[kind][1]}`]
  return {
    where: `OVN_Northbound · DHCP_Options · options:${unknown}`,
    saw: text(
      `the options of ${cidr} have ${value}: ${en}, and answers by none of them`,
      `${cidr} 的 options 裡有 ${value}：${zhTW}，所以整筆都不會用來回應`,
    ),
    tryThis: 'sudo ovn-nbctl list DHCP_Options',
  }
}

/** The same of the one option that a port has for itself (ovn-nb(5), Logical_Switch_Port.options:hostname). */
export function unreadHostname({
  name,
  options,
}: Pick<LogicalSwitchPort, 'name' | 'options'>): BrokenLink | undefined {
  const { hostname } = options
  if (hostname === undefined || IS.str(hostname)) return undefined
  return {
    where: 'OVN_Northbound · Logical_Switch_Port · options:hostname',
    saw: text(
      `${name} has hostname = ${quoted(hostname)}: OVN takes only a text in double quotes here, which are part of the value, and answers this port nothing`,
      `${name} 有 hostname = ${quoted(hostname)}：這裡的值必須是雙引號括起來的文字，雙引號也是值的一部分，所以這個 port 得不到任何回應`,
    ),
    tryThis: `sudo ovn-nbctl lsp-get-options ${name}`,
  }
}

const WORDS: Record<Exclude<Kind, 'str'>, [string, string]> = {
  ipv4: ['IPv4 addresses, several of them in braces', ' IPv4 位址，多個要用大括號括起來'],
  number: ['a number', '數字'],
  bool: ['0 or 1', ' 0 或 1'],
  routes: ['pairs of a prefix and a gateway in braces', '成對的「網段, 閘道」，並用大括號括起來'],
  mac: ['a MAC address', '一個 MAC 位址'],
  host: [
    'an IPv4 address, or a text in double quotes, which are part of the value',
    ' IPv4 位址，或是雙引號括起來的文字（雙引號也是值的一部分）',
  ],
}
