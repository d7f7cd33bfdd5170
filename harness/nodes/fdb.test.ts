import { expect, it } from 'vitest'
import { fdbFrom, writtenIn } from './fdb.ts'

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

it('reads what was written by hand into a bridge of Open vSwitch', () => {
  const printed = ` port  VLAN  MAC                Age
    1     0  02:00:c0:a8:0a:01   27
LOCAL    20  4a:9b:8e:85:ca:50  static
    1     0  4a:9b:8e:85:ca:51  static
`
  expect(writtenIn(printed)).toEqual([
    { port: 'LOCAL', vlan: 20, mac: '4a:9b:8e:85:ca:50' },
    { port: '1', vlan: 0, mac: '4a:9b:8e:85:ca:51' },
  ])
})
