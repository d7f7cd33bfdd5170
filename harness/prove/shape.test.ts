import { describe, expect, it } from 'vitest'
import { notPrinted } from './shape.ts'

const PRINTED = `
64 bytes from 192.168.1.1: icmp_seq=1 ttl=64 time=0.412 ms
logical_port        : ls0-ns1
chassis             : d07f2174-05c1-4141-b4ab-70f192ee6c62
external_ids        : {iface-id=ls0-ns1, ovn-installed="true", ovn-installed-ts="1764150000"}
eth0@if21        UP             192.168.10.100/24 fe80::24d3:eff:fe01:2/64
                options: {csum="true", dst_port="6081", key=flow, remote_ip="192.168.33.20"}
`

describe('an output shown in a text has the shape of what was printed', () => {
  it.each([
    '64 bytes from 192.168.1.1: icmp_seq=7 ttl=64 time=12 ms',
    'chassis             : 5f0c1c7e-…',
    'external_ids        : {iface-id=ls0-ns1, ovn-installed="true", …}',
    'eth0@if8         UP             192.168.10.100/24 fe80::b8d8:3dff:fe87:245f/64',
    'options: {csum="true", key=flow, remote_ip="192.168.33.20"}',
    '\n  logical_port        : ls0-ns1\n',
  ])('%j is of its shape', shown => {
    expect(notPrinted(shown, PRINTED)).toEqual([])
  })

  it.each([
    '64 bytes from 192.168.1.2: icmp_seq=1 ttl=64 time=0.4 ms',
    'logical_port        : ls0-ns2',
    'options: {csum="true", key=flow, remote_ip="192.168.33.10"}',
    'ct_zones            : {}',
  ])('%j is not there', line => {
    expect(notPrinted(`logical_port: ls0-ns1\n${line}`, PRINTED)).toEqual([line])
  })
})
