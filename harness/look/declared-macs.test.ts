import { expect, it } from 'vitest'
import { macIn } from './declared-macs.ts'

it.each([
  ['02:00:0A:00:01:1e 10.0.1.30', '02:00:0a:00:01:1e'],
  ['02:00:0a:00:01:1e, 10.0.1.30', '02:00:0a:00:01:1e'],
  ['2:0:a:0:1:1e 10.0.1.30', '02:00:0a:00:01:1e'],
  [' 02:00:0a:00:01:1e', '02:00:0a:00:01:1e'],
  ['dynamic 10.0.1.30', 'dynamic'],
  ['unknown', 'unknown'],
  ['02:00:0a:00:01 10.0.1.30', '02:00:0a:00:01'],
  ['', ''],
])('reads %j as OVN does', (words, mac) => {
  expect(macIn(words)).toBe(mac)
})
