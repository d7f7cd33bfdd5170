import { describe, expect, it } from 'vitest'
import { type Fields, meets } from './acl-match.ts'

const fields: Fields = {
  ip: true,
  ip4: true,
  icmp: true,
  tcp: false,
  inport: 'ls0-ns1',
  'ip4.src': '192.168.10.100',
  'eth.src': '0a:00:00:00:00:01',
  'icmp4.type': 8,
}
const sets = { '@pg0': ['"ls0-ns1"', '"ls0-ns2"'], $web: ['10.0.0.1', '192.168.10.0/24'] }

describe('meets', () => {
  it.each([
    ['1', true],
    ['0', false],
    ['icmp', true],
    ['!icmp', false],
    ['tcp', false],
    ['ip4 && icmp', true],
    ['ip4 && tcp', false],
    ['tcp || icmp', true],
    ['!(tcp || icmp)', false],
    ['tcp && icmp || ip4', true],
    ['inport == "ls0-ns1"', true],
    ['inport != "ls0-ns1"', false],
    ['inport == {"a", "ls0-ns1"}', true],
    ['inport == @pg0', true],
    ['ip4.src == $web', true],
    ['ip4.src == 192.168.10.0/24', true],
    ['ip4.src == 192.168.11.0/24', false],
    ['ip4.src=={10.0.0.1,192.168.10.100}', true],
    ['eth.src == 0A:00:00:00:00:01', true],
    ['icmp4.type == 8', true],
    ['icmp4.type == 0', false],
    ['tcp && ct.new', false],
    ['icmp || ct.new', true],
  ])('%s: %s', (match, met) => {
    expect(meets(match, fields, sets)).toBe(met)
  })

  it.each([
    'ct.new',
    'icmp && ct.new',
    'inport == @pg9',
    'icmp4.type > 3',
    'icmp4.type',
    '8 < icmp4.type',
    '',
    '(icmp',
    'icmp)',
    'icmp ; tcp',
    'ip.ttl == 1',
  ])('does not pretend to know: %s', match => {
    expect(meets(match, fields, sets)).toBeUndefined()
  })
})
