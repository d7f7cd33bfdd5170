import { describe, expect, it } from 'vitest'
import { kernelFactsFrom } from './kernel.ts'

describe('the output of a look at the kernel', () => {
  const whole = `M root
[{"ifname":"lo"}]
M netns ns1
[]
M own self
[]
M unnamed
[{"ifname":"odd"}]
M daemons
control
ovs-vswitchd S /proc/1/exe
ovsdb-server T /proc/2/exe
ovsdb-server R /proc/3/exe
ovn-northd F /proc/4/exe
ovn-controller S /proc/5/exe
'/proc/1/exe' -> '/usr/lib/openvswitch-switch-dpdk/ovs-vswitchd-dpdk'
'/proc/2/exe' -> '/usr/sbin/ovsdb-server'
'/proc/99/ns/net' -> 'net:[4026531840]'
'/proc/1/ns/net' -> 'net:[4026532000]'
/proc/2/ns/net -> net:[4026531840]
'/proc/5/ns/net' -> 'net:[4026532000]'
/proc/4/exe -> /usr/bin/ovn-northd (deleted)
'/proc/5/exe' -> '/usr/bin/python3.11'
M says ovn-northd
Status: active
M says ovn-controller
M datapath
netdev@ovs-netdev: hit:671 missed:62
  br-int:
    br-int 65534/1: (tap)
    veth 2/5: (system)
    patch-a 3/none: (patch: peer=patch-b)
    ovn-1 1/4: (geneve: csum=true, remote_ip=192.168.33.20)
M packets
'/proc/1/fd/3' -> 'socket:[101]'
/proc/1/fd/4 -> socket:[102]
'/proc/1/fd/5' -> '/dev/null'
sk               RefCnt Type Proto  Iface R Rmem   User   Inode
00000000aea18c4e 3      3    0003   3     1 0      0      101
0000000088e6e481 2      3    0000   0     0 0      0      102
00000000a57e7102 2      3    0003   4     1 0      0      103
M end
`

  it('is taken apart by the mark', () => {
    expect(kernelFactsFrom(whole, 'M')).toMatchObject({
      links: [{ name: 'lo' }],
      netns: { ns1: [], self: [] },
      netnsOfNode: ['self'],
      netnsUnnamed: [[{ name: 'odd' }]],
      daemons: ['ovs-vswitchd', 'ovsdb-server'],
      impostors: { 'ovn-controller': '/usr/bin/python3.11' },
      paused: ['ovn-northd'],
      elsewhere: ['ovs-vswitchd'],
      answers: { 'ovn-northd': { southbound: '', status: 'active' } },
      datapath: [
        { bridge: 'br-int', name: 'br-int', ofport: 65534, type: 'tap' },
        { bridge: 'br-int', name: 'veth', ofport: 2, type: 'system' },
        { bridge: 'br-int', name: 'patch-a', type: 'patch', peer: 'patch-b' },
        { datapath: 'netdev@ovs-netdev', name: 'ovn-1', ofport: 1, type: 'geneve' },
      ],
      received: [3],
    })
  })

  it('takes every daemon for one of the node where the kernel tells no namespaces', () => {
    expect(kernelFactsFrom(whole.replace(/.*ns\/net.*\n/g, ''), 'M')).not.toHaveProperty('elsewhere')
  })

  it('says nothing of a daemon, or of the datapath, that did not answer', () => {
    const facts = kernelFactsFrom(whole.replace(/(?<=M datapath\n)[^M]*/, ''), 'M')
    expect(facts).not.toHaveProperty('datapath')
    expect(facts.answers).not.toHaveProperty('ovn-controller')
  })

  it.each<[string, RegExp]>([
    ['the sockets of ovs-vswitchd', /.*socket:.*\n/g],
    ['any packet socket', /^(?:sk|0000).*\n/gm],
  ])('says nothing of what Open vSwitch receives where the kernel does not tell %s', (_, words) => {
    expect(kernelFactsFrom(whole.replace(words, ''), 'M')).not.toHaveProperty('received')
  })

  it('is refused where the reader itself is not among the processes', () => {
    expect(() => kernelFactsFrom(whole.replace('control\n', ''), 'M')).toThrow(SyntaxError)
  })

  it('is refused wherever it is cut', () => {
    for (let at = 0; at < whole.length; at++)
      expect(() => kernelFactsFrom(whole.slice(0, at), 'M'), `cut at ${at}`).toThrow(SyntaxError)
  })

  it.each([`${'x'.repeat(10 ** 7)}\n`, '\0\x1b[2J', 'M root\n\x1b[31m\nM end\n', 'M end\n'])(
    'is refused when it is something else (%#)',
    words => {
      expect(() => kernelFactsFrom(words, 'M')).toThrow(SyntaxError)
    },
  )
})
