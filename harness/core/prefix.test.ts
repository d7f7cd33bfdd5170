import { describe, expect, it } from 'vitest'
import { isInPrefix } from './prefix.ts'

describe('isInPrefix', () => {
  it.each([
    ['192.168.10.100', '192.168.10.0/24', true],
    ['192.168.11.100', '192.168.10.0/24', false],
    ['192.168.10.100', '192.168.10.100', true],
    ['192.168.10.100', '192.168.10.101', false],
    ['192.168.10.100', '192.168.10.101/24', true],
    ['223.255.255.255', '192.0.0.0/3', true],
    ['10.0.0.1', '0.0.0.0/0', true],
    ['10.0.0.1', 'default', false],
    ['10.0.0.1', '10.0.0.0/33', false],
    ['10.0.0.1', '10.0.0.0/', false],
    ['fe80::1', '10.0.0.0/8', false],
    ['10.0.0.1', 'fe80::/64', false],
    ['10.0.0.1', '', false],
  ])('%s in %s: %s', (address, range, within) => {
    expect(isInPrefix(address, range)).toBe(within)
  })
})
