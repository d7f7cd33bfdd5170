import { expect, it } from 'vitest'
import { Gate } from './gate.ts'
import { hostsAt } from './hosts.ts'

/** Whether a page at this address, as a browser names it in Host and Origin, is the studio's. */
const isOurs = (address: string, port: number) => {
  const { protocol, host, origin } = new URL(address)
  const isSecure = protocol === 'https:'
  const gate = new Gate({ hosts: hostsAt('127.0.0.1', port, isSecure), port, isSecure })
  return gate.isOurHost(host) && gate.isOurOrigin(origin, host)
}

it.each([
  ['http://127.0.0.1:18080/', 18080],
  ['http://localhost:80/', 80],
  ['https://[::1]:443/', 443],
  ['https://127.0.0.1:80/', 80],
])('the address %s is its own', (address, port) => {
  expect(isOurs(address, port)).toBe(true)
})

it.each([
  ['http://127.0.0.1/', 18080],
  ['http://127.0.0.1/', 443],
  ['https://127.0.0.1/', 80],
  ['http://evil.example/', 80],
])('the address %s is not, at port %i', (address, port) => {
  expect(isOurs(address, port)).toBe(false)
})
