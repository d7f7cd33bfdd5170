import { expect, it } from 'vitest'
import { fdbFrom } from './fdb.ts'

it('reads where a Linux bridge takes MAC addresses to be, and what of it was typed', () => {
  const entry = { ifname: 'veth-ns1-br', master: 'br0', flags: [], state: '' }
  const printed = JSON.stringify([
    { ...entry, mac: '02:00:00:00:00:01' },
    { ...entry, mac: '02:00:00:00:00:0A', state: 'static' },
    { ...entry, mac: '02:00:00:00:00:02', flags: ['sticky'] },
    { ...entry, mac: '02:00:00:00:00:03', state: 'permanent' },
    { ifname: 'veth-ns1-br', mac: '33:33:00:00:00:01', flags: ['self'], state: 'permanent' },
  ])
  expect(fdbFrom(printed)).toEqual([
    { mac: '02:00:00:00:00:01', port: 'veth-ns1-br' },
    { mac: '02:00:00:00:00:0a', port: 'veth-ns1-br', typed: 'static' },
    { mac: '02:00:00:00:00:02', port: 'veth-ns1-br', typed: 'static' },
    { mac: '02:00:00:00:00:03', port: 'veth-ns1-br', typed: 'local' },
  ])
  expect(() => fdbFrom('{')).toThrow(SyntaxError)
})
