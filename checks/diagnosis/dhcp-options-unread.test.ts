import { expect, it } from 'vitest'
import { unreadHostname, unreadOption } from './dhcp-options-unread.ts'

const told = (options: Record<string, string>) => {
  const own = {
    server_id: '10.0.0.1',
    server_mac: '02:00:0a:00:00:01',
    lease_time: '3600',
    router: '10.0.0.1',
  }
  const found = unreadOption({
    _uuid: 'd',
    cidr: '10.0.0.0/24',
    options: { ...own, ...options },
    external_ids: {},
  })
  return found && `${found.where.split(':').at(-1)}: ${found.saw.en}`
}

it.each<[Record<string, string>, RegExp]>([
  [
    { domain_name: 'lab' },
    /^domain_name: .* have domain_name = "lab": OVN takes only a text in double quotes here/,
  ],
  [{ dns: '8.8.8.8' }, /^dns: .*: OVN knows no option dns, /],
  [{ mtu: 'big' }, /^mtu: .*: OVN takes only a number here, /],
  [
    { dns_server: '8.8.8.8, dns.example' },
    /^dns_server: .*: OVN takes only IPv4 addresses, several of them in braces here/,
  ],
  [
    { dns_server: '{10.0.0.1' },
    /^dns_server: .*: OVN takes only IPv4 addresses, several of them in braces here/,
  ],
  [{ dns_server: '8.8.8.8,1.1.1.1' }, /^dns_server: /],
  [{ dns_server: '8.8.8.8,' }, /^dns_server: /],
  [{ classless_static_route: '10.1.0.0/16,10.0.0.1' }, /^classless_static_route: .*: OVN takes only pairs/],
  [
    { domain_search_list: 'a.example, b.example' },
    /^domain_search_list: .*: OVN takes only a text in double quotes/,
  ],
  [{ server_mac: '"02:00:0a:00:00:01' }, /^server_mac: /],
  [{ server_mac: '02:00:0a:00:00' }, /^server_mac: .*: OVN takes only a MAC address here/],
  [{ tftp_server: 'tftp.example' }, /^tftp_server: .*: OVN takes only an IPv4 address, or a text in/],
  [{ ip_forward_enable: 'true' }, /^ip_forward_enable: .*: OVN takes only 0 or 1 here/],
])('is named: %j', (options, words) => {
  expect(told(options)).toMatch(words)
})

it('is none of what OVN reads', () => {
  const much = {
    dns_server: '{10.0.0.1, 8.8.8.8}',
    domain_name: '"lab"',
    mtu: '1400',
    hostname: '"h"',
    classless_static_route: '{0.0.0.0/0,10.0.0.1}',
    ms_classless_static_route: '{ 10.1.0.0/16 10.0.0.1, 10.2.0.0/16, 10.0.0.1 }',
    tftp_server: '10.0.0.5',
    bootfile_name: '"b"',
    domain_search_list: '"a.example,b.example"',
    log_server: '10.0.0.1',
    router_discovery: '{1}',
    ntp_server: '{10.0.0.1 10.0.0.2,}',
  }
  expect(told(much)).toBeUndefined()
})

it('is the hostname of a port without its quotes', () => {
  const of = (hostname: string) => unreadHostname({ name: 'ls0-ns1', options: { hostname } })
  expect(of('ns1')?.where).toBe('OVN_Northbound · Logical_Switch_Port · options:hostname')
  expect(of('ns1')?.saw.en).toMatch(/^ls0-ns1 has hostname = "ns1": OVN takes only a text in double quotes/)
  expect(of('"ns1"')).toBeUndefined()
})
