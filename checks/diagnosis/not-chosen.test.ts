import { describe, expect, it } from 'vitest'
import type { LogicalSwitch, LogicalSwitchPort } from '../../harness/ovsdb/tables.ts'
import { notChosen } from './not-chosen.ts'

const port = (_uuid: string, dynamic: string) =>
  ({
    _uuid,
    addresses: ['02:00:00:00:00:01 dynamic'],
    dynamic_addresses: [dynamic],
  }) as unknown as LogicalSwitchPort
const told = (other_config: Record<string, string>, ...taken: string[]) => {
  const ports = taken.map((address, at) => port(`p${at}`, `02:00:00:00:00:0${at} ${address}`))
  const holder = { name: 'ls0', ports: ports.map(({ _uuid }) => _uuid), other_config }
  const found = notChosen(holder as unknown as LogicalSwitch, [...ports, port('beyond', '10.0.0.3')])
  return found && `${found.where.split(':').at(-1)}: ${found.saw.en}`
}

describe('why no address is chosen for a port', () => {
  it.each<[string, Record<string, string>, string[], string]>([
    [
      'no subnet',
      {},
      [],
      'subnet: other_config:subnet of ls0 is (none), so OVN has no address to choose for it',
    ],
    [
      'a subnet without a length',
      { subnet: '10.0.0.0' },
      [],
      'subnet: other_config:subnet of ls0 is "10.0.0.0", so OVN has no address to choose for it',
    ],
    [
      'each address excluded',
      { subnet: '10.0.0.0/24', exclude_ips: '10.0.0.2..10.0.0.253 10.0.0.254' },
      [],
      'exclude_ips: other_config:exclude_ips of ls0 is "10.0.0.2..10.0.0.253 10.0.0.254", which leaves no address of 10.0.0.0/24 to choose',
    ],
    [
      'each address in use',
      { subnet: '10.0.0.9/29' },
      ['10.0.0.10', '10.0.0.11', '10.0.0.12', '10.0.0.13', '10.0.0.14'],
      'subnet: other_config:subnet of ls0 is "10.0.0.9/29", and none of its addresses is left to choose',
    ],
  ])('%s', (_, config, taken, words) => {
    expect(told(config, ...taken)).toBe(words)
  })

  it.each<[Record<string, string>, string[]]>([
    [{ subnet: '10.0.0.0/24', exclude_ips: '10.0.0.2..10.0.0.253' }, ['10.0.0.9']],
    [{ subnet: '10.0.0.0/30' }, []],
    [{ subnet: '10.0.0.0/8', exclude_ips: '10.0.0.2..10.255.255.254' }, []],
  ])('says nothing of %j, of which something is left or nobody counts', (config, taken) => {
    expect(told(config, ...taken)).toBeUndefined()
  })
})
