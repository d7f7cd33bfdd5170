import { expect, it } from 'vitest'
import { peersIn, relaysIn } from './peers.ts'

it('whom a machine is connected to, once each; who only listens, or has left, is not told', () => {
  const rest = '00000000:00000000 00:00000000 00000000     0        0 1 1 0000000000000000 20 4 30 10 -1'
  const lines = [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    `   0: 00000000:0016 00000000:0000 0A ${rest}`,
    `   1: 1421A8C0:B2C4 0A21A8C0:1A2B 01 ${rest}`,
    `   2: 1421A8C0:B2C6 0A21A8C0:1A2B 01 ${rest}`,
    `   3: 1421A8C0:B2C8 0A21A8C0:19F2 06 ${rest}`,
    '',
  ]
  expect(peersIn(lines)).toEqual(['192.168.33.10:6699'])
})

it('what passes on what it is asked on its own machine, and to where', () => {
  const lines = [
    '0      0      127.0.0.1:50122     127.0.0.1:16642   users:(("ovn-controller",pid=300,fd=20))',
    '0      0      127.0.0.1:16642     127.0.0.1:50122   users:(("ovsdb-server",pid=400,fd=15))',
    '0      0      [::ffff:192.168.33.20]:41000 [::ffff:192.168.33.10]:6642 users:(("ovsdb-server",pid=400,fd=12))',
    '0      0      192.168.33.20:41002 192.168.33.10:6641 users:(("ovn-nbctl",pid=500,fd=3))',
  ]
  expect(relaysIn(lines).filter(line => line.startsWith('127.0.0.1:16642'))).toEqual([
    '127.0.0.1:16642>192.168.33.10:6642',
  ])
})
