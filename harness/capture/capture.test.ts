import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { localMachine } from '../nodes/testing/local-machine.ts'
import { makeNodes, whyNoNamespaces } from '../nodes/testing/two-nodes.ts'
import { Capture } from './capture.ts'
import type { Heard } from './heard.ts'
import { Signal } from './signal.ts'
import { arp, echo, ethernet, geneve, ipv4, ipv6, payloadOf, TOKEN, udp } from './testing/frames.ts'

/** Sends frames as they are, from a raw socket (packet(7)). */
const SEND = `use Socket; socket(my $s, 17, SOCK_RAW, 0) or die $!;
my $index = \`cat /sys/class/net/$ARGV[0]/ifindex\`; shift;
for (@ARGV) { send($s, pack("H*", $_), 0, pack("SnlSCCx8", 17, 0x0003, $index, 0, 0, 6)) or die $! }`

const PLAIN = ipv4(1, echo(8))
const OUTER = { from: [10, 0, 0, 1], to: [10, 0, 0, 2] }
const TUNNEL = ipv4(17, udp(6081, geneve(5, ethernet(0x0800, PLAIN))), OUTER)

/** How much a capture has heard that is ours. */
const numberOf = ({ packets, arps, otherwise }: Heard) =>
  [...packets, ...arps, ...otherwise].reduce((sum, { count }) => sum + count, 0)

const reason = whyNoNamespaces()
describe.skipIf(reason)(`a capture on a real link${reason ? ` (skipped, ${reason})` : ''}`, () => {
  let nodes: ReturnType<typeof makeNodes>
  beforeAll(() => {
    nodes = makeNodes()
  })
  afterAll(() => nodes.remove())

  const send = (netns: string, link: string, ...frames: Buffer[]) =>
    nodes.inside(netns, 'perl', '-e', SEND, link, ...frames.map(frame => frame.toString('hex')))

  /** What captures on both ends of eth1 hear of frames sent from the first end, when `count` of them have arrived. */
  async function heardAtBothEnds(frames: Buffer[], count: number, everything?: true) {
    const signal = new Signal()
    const place = { link: 'eth1', tokens: new Set([TOKEN]), signal, ...(everything && { everything }) }
    const captures = await Promise.all([
      Capture.open(localMachine('a', nodes.a), place, 5_000),
      Capture.open(localMachine('b', nodes.b), place, 5_000),
    ])
    send(nodes.a, 'eth1', ...frames)
    await signal.until(() => captures.every(({ heard }) => numberOf(heard) >= count), 5_000)
    const taken = await Promise.all(captures.map(capture => capture.stop()))
    return { heard: captures.map(capture => capture.heard), taken }
  }

  it.each([
    ['plain ICMP', ethernet(0x0800, PLAIN), {}],
    ['ICMP in a VLAN', ethernet(0x0800, PLAIN, [0x8100, 7]), { vlan: 7 }],
    ['ICMP in two VLANs', ethernet(0x0800, PLAIN, [0x88a8, 100], [0x8100, 7]), { vlan: 100 }],
    ['ICMPv6', ethernet(0x86dd, ipv6(58, echo(128))), { source: 'fd00::1' }],
    ['Geneve', ethernet(0x0800, TUNNEL), { geneve: { vni: 5 } }],
    ['Geneve in a VLAN', ethernet(0x0800, TUNNEL, [0x8100, 33]), { geneve: { vni: 5 } }],
  ])('hears %s where it leaves and where it arrives', async (_what, frame, expected) => {
    const { heard, taken } = await heardAtBothEnds([frame], 1)
    for (const { packets } of heard) expect(packets).toMatchObject([{ token: TOKEN, ...expected }])
    for (const { droppedByKernel } of taken) expect(droppedByKernel).toBe(0)
  })

  it("counts other people's packets but keeps none", async () => {
    const theirs = ethernet(0x0800, ipv4(1, echo(8, payloadOf('a'.repeat(32)))))
    const { heard, taken } = await heardAtBothEnds([theirs, ethernet(0x0800, PLAIN)], 1)
    for (const { packets } of heard) expect(packets.map(packet => packet.token)).toEqual([TOKEN])
    // The kernel may add a router solicitation of its own.
    for (const { packetsTotal } of taken) expect(packetsTotal).toBeGreaterThanOrEqual(2)
  })

  it('tells echoes that are alike as one, with how many sequence numbers it heard', async () => {
    const numbered = (sequence: number) => ethernet(0x0800, ipv4(1, echo(8, undefined, sequence)))
    const { heard } = await heardAtBothEnds([1, 2, 2, 3].map(numbered), 3)
    for (const { packets } of heard) expect(packets).toMatchObject([{ icmp: 'echo-request', count: 3 }])
  })

  it('hears ARP, plain and in a VLAN', async () => {
    const frames = [ethernet(0x0806, arp(1)), ethernet(0x0806, arp(2), [0x8100, 7])]
    const { heard } = await heardAtBothEnds(frames, 2)
    for (const { arps } of heard) {
      const [asked, answered] = arps.filter(({ source }) => source === '192.168.10.200')
      expect(asked).toMatchObject({ arp: 'request', saysMac: '02:00:00:00:00:09', count: 1 })
      expect(answered).toMatchObject({ arp: 'reply', vlan: 7 })
    }
  })

  it.each<[string, Buffer, string]>([
    [
      'Geneve on another port',
      ipv4(17, udp(6082, geneve(5, ethernet(0x0800, PLAIN))), OUTER),
      'UDP 10.0.0.1 > 10.0.0.2 port 6082',
    ],
    ['VXLAN', ipv4(17, udp(4789, geneve(5, PLAIN)), OUTER), 'UDP 10.0.0.1 > 10.0.0.2 port 4789'],
    [
      'GRE',
      ipv4(47, Buffer.concat([Buffer.from('00000800', 'hex'), PLAIN]), OUTER),
      'GRE 10.0.0.1 > 10.0.0.2',
    ],
    [
      'TCP',
      ipv4(6, Buffer.concat([Buffer.from('c8221538', 'hex'), PLAIN]), OUTER),
      'TCP 10.0.0.1 > 10.0.0.2 port 5432',
    ],
    [
      'an ICMP error about it',
      ipv4(1, Buffer.concat([Buffer.from('0301000000000000', 'hex'), PLAIN]), OUTER),
      'ICMP type 3 code 1 10.0.0.1 > 10.0.0.2',
    ],
  ])('of everything, finds a token in %s', async (_what, datagram, how) => {
    const { heard } = await heardAtBothEnds([ethernet(0x0800, datagram)], 1, true)
    for (const { packets, otherwise } of heard) {
      expect(packets).toEqual([])
      expect(otherwise).toEqual([{ token: TOKEN, how, count: 1 }])
    }
  })

  it.each<[string, Buffer, string]>([
    ['a frame of no known kind', ethernet(0x88b5, PLAIN, [0x8100, 7]), 'EtherType 0x88b5'],
    ['what follows an ARP packet', ethernet(0x0806, Buffer.concat([arp(1), PLAIN])), 'EtherType 0x0806'],
  ])('of everything, finds a token in %s', async (_what, frame, how) => {
    const { heard } = await heardAtBothEnds([frame], 1, true)
    for (const { otherwise } of heard) expect(otherwise).toEqual([{ token: TOKEN, how, count: 1 }])
  })

  it('leaves no tcpdump behind, also when it is never stopped', async () => {
    const machine = localMachine('a', nodes.a)
    const place = { link: 'eth1', tokens: new Set([TOKEN]), signal: new Signal() }
    const capture = await Capture.open(machine, place, 5_000)
    await capture.stop()
    await Capture.open(machine, place, 5_000)
    machine.hangUp()
    await machine.ended()
    expect(nodes.programsIn(nodes.a)).not.toContain('tcpdump')
  })

  it('says that a link is down', async () => {
    nodes.ip('-n', nodes.b, 'link', 'set', 'eth1', 'down')
    const place = { link: 'eth1', tokens: new Set<string>(), signal: new Signal() }
    const opened = Capture.open(localMachine('hypervisor', nodes.b), place, 5_000)
    await expect(opened).rejects.toMatchObject({
      reason: { en: 'interface eth1 on hypervisor is down, so nothing can be captured there' },
      where: 'hypervisor · eth1',
      help: 'ip -br link show dev eth1   # on hypervisor',
    })
    nodes.ip('-n', nodes.b, 'link', 'set', 'eth1', 'up')
  })

  it('says that a link which goes away meanwhile ended the capture', async () => {
    nodes.ip('-n', nodes.b, 'link', 'add', 'eth3', 'type', 'veth', 'peer', 'name', 'eth4')
    nodes.ip('-n', nodes.b, 'link', 'set', 'eth3', 'up')
    const place = { link: 'eth3', tokens: new Set<string>(), signal: new Signal() }
    const capture = await Capture.open(localMachine('hypervisor', nodes.b), place, 5_000)
    nodes.ip('-n', nodes.b, 'link', 'delete', 'eth3')
    await place.signal.until(() => !capture.isOpen, 4_000)
    await expect(capture.stop()).rejects.toThrow('the capture on eth3 of hypervisor ended too early')
  })

  it('says that there is no such link', async () => {
    const place = { link: 'eth9', tokens: new Set<string>(), signal: new Signal() }
    const opened = Capture.open(localMachine('hypervisor', nodes.b), place, 5_000)
    await expect(opened).rejects.toThrow('there is no interface eth9 on hypervisor')
  })

  it('says that there is no tcpdump', async () => {
    const machine = localMachine('hypervisor', nodes.b)
    const { start } = machine
    machine.start = (script, options) => start(`PATH=/nowhere\n${script}`, options)
    const place = { link: 'eth1', tokens: new Set<string>(), signal: new Signal() }
    await expect(Capture.open(machine, place, 5_000)).rejects.toMatchObject({
      reason: { en: 'hypervisor has no tcpdump', 'zh-TW': 'hypervisor 上沒有安裝 tcpdump' },
      help: 'sudo apt install tcpdump   # on hypervisor',
    })
  })

  it('says that what arrives is no capture, whatever it is and however much', async () => {
    const machine = localMachine('hypervisor', nodes.b)
    const { start } = machine
    for (const garbage of ['head -c 20000000 /dev/zero', 'printf "\\033[31m\\0tcpdump: no such file\\n"']) {
      machine.start = (_script, options) =>
        start(
          `echo 'listening on eth1' >&2; trap 'echo 0 packets dropped by kernel >&2' TERM; ${garbage}; sleep 9`,
          options,
        )
      const place = { link: 'eth1', tokens: new Set<string>(), signal: new Signal() }
      const capture = await Capture.open(machine, place, 5_000)
      await place.signal.until(() => !capture.isOpen, 5_000)
      await expect(capture.stop()).rejects.toThrow(
        'the output of tcpdump on eth1 of hypervisor is not a capture',
      )
    }
  })
})
