import { expect, it } from 'vitest'
import type { LogicalRouterPort } from '../../harness/ovsdb/tables.ts'
import { unreadRaConfig } from './ra-configs-unread.ts'

const of = (ipv6_ra_configs: Record<string, string>) =>
  unreadRaConfig({ name: 'lr0-ls0', ipv6_ra_configs } as unknown as LogicalRouterPort)

it.each([
  [{ router_preference: 'high' }, 'router_preference', /is "high": OVN takes only HIGH, MEDIUM or LOW/],
  [{ rdnss: '10.0.0.1' }, 'rdnss', /is "10\.0\.0\.1": OVN takes only IPv6 addresses here/],
])('a value that leaves hosts without an answer is named: %j', (configs, key, saw) => {
  const found = of(configs)
  expect(found?.where).toBe(`OVN_Northbound · Logical_Router_Port · ipv6_ra_configs:${key}`)
  expect(found?.saw.en).toMatch(saw)
})

it.each([
  {},
  { address_mode: 'slaac', mtu: '1400', dnssl: 'exa mple' },
  { router_preference: 'HIGH', rdnss: '{2001:db8::53, 2001:db8::54}' },
])('one that OVN reads is none: %j', configs => {
  expect(of(configs as Record<string, string>)).toBeUndefined()
})
