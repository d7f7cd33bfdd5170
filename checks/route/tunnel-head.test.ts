import { expect, it } from 'vitest'
import { headsIn, inWords } from './tunnel-head.ts'

/** As ovs-appctl ofproto/trace printed them: the datapath in user space (3.5.0), one packet and a flooded one; the kernel's. */
const pushed =
  'tnl_push(tnl_port(4),header(size=58,type=5,eth(dst=22:ec:b2:9a:6c:4f,src=d2:ff:98:2c:c3:42,dl_type=0x0800),ipv4(src=192.168.33.10,dst=192.168.33.20,proto=17,tos=0,ttl=64,frag=0x4000),udp(src=0,dst=6081,csum=0xffff),geneve(crit,vni=0x1,options({class=0x102,type=0x80,len=4,0x10002}))),out_port(2)),3'
const set =
  'set(tunnel(tun_id=0x3,dst=192.168.33.20,ttl=64,tp_dst=6081,geneve({class=0x102,type=0x80,len=4,0x28000}),flags(df|csum|key))),4'
const head = {
  vni: 1,
  outerSource: '192.168.33.10',
  outerDestination: '192.168.33.20',
  ports: { ingress: 1, egress: 2 },
}

it('is read from what either datapath would do', () => {
  expect(headsIn(pushed)).toEqual([head])
  expect(headsIn(set)).toEqual([
    { vni: 3, outerSource: '', outerDestination: '192.168.33.20', ports: { ingress: 2, egress: 0x8000 } },
  ])
})

it('is told for each copy, and with those that bear no option of OVN’s', () => {
  const other = pushed.replace(/,options\([^)]*\)/, '').replace('33.20', '33.30')
  expect(headsIn(`5,${pushed},clone(${other}),6`)).toEqual([
    head,
    { vni: 1, outerSource: '192.168.33.10', outerDestination: '192.168.33.30' },
  ])
})

it.each(['drop', '5', 'push_vlan(vid=5,pcp=0),2', 'set(eth(dst=02:00:00:00:00:01)),2'])(
  'is none where nothing is tunnelled: %s',
  actions => {
    expect(headsIn(actions)).toEqual([])
  },
)

it('is told to ofproto/trace as a packet comes in with it', () => {
  expect(inWords(head)).toBe('tun_id=1,tun_src=192.168.33.10,tun_dst=192.168.33.20,tun_metadata0=0x10002')
  expect(inWords({ ...head, ports: { ingress: 2, egress: 0x8000 } })).toContain('tun_metadata0=0x28000')
})
