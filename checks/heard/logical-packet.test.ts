import { expect, it } from 'vitest'
import { asLogical } from './logical-packet.ts'

it('writes a packet for ofproto/trace as ovn-trace takes it', () => {
  expect(
    asLogical(
      'in_port=3,dl_src=02:00:00:00:00:01,dl_dst=02:00:00:00:00:02,icmp,nw_src=10.0.0.1,nw_dst=10.0.0.2,nw_ttl=64,icmp_type=8,icmp_code=0',
      'ls0-ns1',
    ),
  ).toBe(
    'inport == "ls0-ns1" && eth.src == 02:00:00:00:00:01 && eth.dst == 02:00:00:00:00:02 && ip4.src == 10.0.0.1 && ip4.dst == 10.0.0.2 && ip.ttl == 64 && icmp4.type == 8 && icmp4.code == 0',
  )
})

it('has no words for one in a VLAN, or out of a tunnel', () => {
  expect(asLogical('in_port=3,dl_vlan=7,arp,arp_op=1', 'ls0-ns1')).toBeUndefined()
  expect(asLogical('in_port=1,tun_id=0x1,arp,arp_op=1', 'ls0-ns1')).toBeUndefined()
})
