import { expect, it } from 'vitest'
import { canonicalInet6, canonicalNetwork } from './inet6.ts'

it.each([
  ['2001:DB8:3:0::0001', '2001:db8:3::1'],
  ['fe80::1', 'fe80::1'],
  ['10.0.0.1', undefined],
  ['fe80::1%eth0', undefined],
  ['2001:db8::/64', undefined],
])('writes an address in the one way there is: %s', (address, written) => {
  expect(canonicalInet6(address)).toBe(written)
})

it.each([
  ['2001:0DB8:3:0::53/64', '2001:db8:3::53/64'],
  ['10.0.0.1/24', '10.0.0.1/24'],
  ['02:00:00:00:03:F0', '02:00:00:00:03:f0'],
])('writes a network in that way, and leaves what is none: %s', (network, written) => {
  expect(canonicalNetwork(network)).toBe(written)
})
