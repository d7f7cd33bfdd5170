import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CaptureHeard, CaptureSeen, TrafficRequest } from '../look/evidence.ts'
import { isLossy } from '../look/loss.ts'
import { ECHOES } from './ping.ts'
import { type LocalMachine, localMachine } from './testing/local-machine.ts'
import { makeNodes, whyNoNamespaces } from './testing/two-nodes.ts'
import { makeTraffic } from './traffic.ts'

const on = (captures: CaptureSeen[], node: string, link: string) =>
  captures.find(seen => seen.node === node && seen.link === link) as CaptureHeard

/** How many requests and replies were heard on the controller's eth2. */
const countsOn = (captures: CaptureSeen[]) =>
  on(captures, 'controller', 'eth2').heard.map(({ count }) => count)

const reason = whyNoNamespaces()
describe.skipIf(reason)(`an experiment on real links${reason ? ` (skipped, ${reason})` : ''}`, () => {
  let nodes: ReturnType<typeof makeNodes>
  let machines: Record<string, LocalMachine>
  beforeAll(() => {
    nodes = makeNodes()
    machines = {
      controller: localMachine('controller', nodes.a),
      hypervisor: localMachine('hypervisor', nodes.b),
    }
  })
  afterAll(() => nodes.remove())

  const machineOf = async (node: string) => machines[node]!
  const request = (more: Partial<TrafficRequest> = {}): TrafficRequest => ({
    look: 'traffic',
    pings: [{ from: { node: 'controller', netns: nodes.inner }, to: '192.168.10.1' }],
    listen: [
      { node: 'controller', link: 'eth1' },
      { node: 'controller', link: 'eth2' },
      { node: 'hypervisor', link: 'eth1' },
    ],
    markers: [{ link: 'eth1', from: { node: 'controller' }, to: '192.168.33.20' }],
    ...more,
  })
  /** Programs of ours that still run in the nodes, but for the agents, each with its guard. */
  const leftOver = () =>
    [nodes.a, nodes.b, nodes.inner]
      .flatMap(nodes.programsIn)
      .filter(program => !['perl', 'sh'].includes(program))

  it('hears a ping to its last reply where it passes, and only the marker elsewhere', async () => {
    const { pings, captures } = await makeTraffic(request(), machineOf)
    expect(pings).toEqual([
      {
        from: { node: 'controller', netns: nodes.inner },
        to: '192.168.10.1',
        token: expect.stringMatching(/^[0-9a-f]{32}$/),
        sent: ECHOES,
        received: ECHOES,
      },
    ])
    const eth2 = on(captures, 'controller', 'eth2')
    expect(eth2.heard).toMatchObject([
      {
        ...{ icmp: 'echo-request', source: '192.168.10.100', destination: '192.168.10.1', count: ECHOES },
        // eth2's other end is the namespace that asks: the node takes its questions in, and sends the answers out.
        ...{ token: pings[0]!.token, incoming: ECHOES },
      },
      {
        ...{ icmp: 'echo-reply', source: '192.168.10.1', destination: '192.168.10.100', count: ECHOES },
        ...{ token: pings[0]!.token, incoming: 0 },
      },
    ])
    expect(eth2.arps.map(({ arp, source }) => `${arp} ${source}`)).toContain('request 192.168.10.100')
    expect(eth2.otherwise).toEqual([])
    expect(eth2).not.toHaveProperty('heardMarker')
    for (const node of ['controller', 'hypervisor'])
      expect(on(captures, node, 'eth1')).toMatchObject({ heardMarker: true, droppedByKernel: 0, heard: [] })
    expect(leftOver()).toEqual([])
  })

  it('waits for what is still on its way out of tcpdump when the pings have ended', async () => {
    const slow = localMachine('controller', nodes.a)
    const { start } = slow
    slow.start = (script, options) =>
      start(`${script.replace('exec tcpdump', 'tcpdump')} | { sleep 0.35; cat; }`, options)
    const listen = [{ node: 'controller', link: 'eth2' }]
    const { captures } = await makeTraffic(request({ listen, markers: [] }), async () => slow)
    expect(countsOn(captures)).toEqual([ECHOES, ECHOES])
  })

  it('makes many pings at once with one script a node, each with a token of its own', async () => {
    const before = machines.controller!.started
    const from = { node: 'controller', netns: nodes.inner }
    const many = Array.from({ length: 12 }, () => ({ from, to: '192.168.10.1' }))
    const { pings } = await makeTraffic(request({ pings: many, listen: [], markers: [] }), machineOf)
    expect(pings.filter(isLossy)).toEqual([])
    expect(pings.map(ping => ping.sent)).toEqual(Array(12).fill(ECHOES))
    expect(new Set(pings.map(ping => ping.token)).size).toBe(12)
    // Beside it, what the kernels have sent is read before and after.
    expect(machines.controller!.started - before).toBe(3)
  })

  it('keeps apart a ping that is not answered, one that has no route, and one from no namespace', async () => {
    const pings = [
      { from: { node: 'controller', netns: nodes.inner }, to: '192.168.10.77' },
      { from: { node: 'controller', netns: nodes.inner }, to: '203.0.113.1' },
      { from: { node: 'controller', netns: `${nodes.a}-none` }, to: '192.168.10.1' },
    ]
    const traffic = await makeTraffic(request({ pings, listen: [], markers: [] }), machineOf)
    const [unanswered, unrouted, nowhere] = traffic.pings
    expect(unanswered).toMatchObject({ received: 0 })
    expect(unanswered!.sent).toBeGreaterThan(0)
    expect(unanswered).not.toHaveProperty('complaint')
    expect(unrouted).toMatchObject({
      sent: 0,
      received: 0,
      complaint: expect.stringContaining('unreachable'),
    })
    expect(nowhere).toMatchObject({
      sent: 0,
      received: 0,
      complaint: `Cannot open network namespace "${nodes.a}-none": No such file or directory`,
    })
  })

  it('makes the largest pings after the small ones that passed, fewer of them, and none where those were lost', async () => {
    const from = { node: 'controller', netns: nodes.inner }
    const pings = ['192.168.10.1', '192.168.10.77', '203.0.113.1'].flatMap(to => [
      { from, to, bytes: 1472, isLargest: true as const },
      { from, to },
    ])
    const seen = (await makeTraffic(request({ pings, markers: [] }), machineOf)).pings
    const asked = seen.filter(({ variants }) => variants === undefined)
    expect(asked.map(({ bytes, sent, received }) => [bytes, sent > 0, received > 0])).toEqual([
      [1472, true, true],
      [undefined, true, true],
      [1472, false, false],
      [undefined, true, false],
      [1472, false, false],
      [undefined, false, false],
    ])
    expect(seen[0]!.sent).toBeLessThan(seen[1]!.sent)
    expect(seen[4]!.complaint).toContain('unreachable')
  })

  it('goes on without a capture that cannot listen, and tells why it was blind', async () => {
    const listen = [
      { node: 'controller', link: 'eth9' },
      { node: 'controller', link: 'eth2' },
    ]
    const { captures, pings } = await makeTraffic(request({ listen, markers: [] }), machineOf)
    expect(pings[0]!.received).toBe(ECHOES)
    expect(captures[0]).toEqual({
      node: 'controller',
      link: 'eth9',
      blind: {
        reason: {
          en: 'there is no interface eth9 on controller',
          'zh-TW': 'controller 上沒有介面 eth9',
        },
        where: 'controller · eth9',
        help: 'ip -br link   # on controller',
      },
    })
    expect(countsOn(captures)).toEqual([ECHOES, ECHOES])
  })

  it('says that a capture heard no marker', async () => {
    const markers = [{ link: 'eth1', from: { node: 'controller' }, to: '192.168.33.77' }]
    const listen = [{ node: 'hypervisor', link: 'eth1' }]
    const { captures } = await makeTraffic(request({ listen, markers }), machineOf)
    expect(on(captures, 'hypervisor', 'eth1')).toMatchObject({ heardMarker: false, heard: [] })
  })

  it('shows by broadcasts that captures hear where the marker has not left its sender', async () => {
    const markers = [{ link: 'eth1', from: { node: 'controller' }, to: '192.168.33.77' }]
    const listen = ['controller', 'hypervisor'].map(node => ({ node, link: 'eth1' }))
    const { captures } = await makeTraffic(request({ listen, markers }), machineOf)
    expect(captures).toMatchObject([{ heardMarker: true }, { heardMarker: true }])
  })

  it('hears a broadcast by a link without an address on that link of that node alone', async () => {
    nodes.ip(...`link add eth3 netns ${nodes.a} type veth peer name eth3 netns ${nodes.b}`.split(' '))
    for (const name of [nodes.a, nodes.b]) nodes.ip('-n', name, 'link', 'set', 'eth3', 'up')
    const spots = [
      { node: 'controller', link: 'eth3', everything: true as const },
      { node: 'hypervisor', link: 'eth3', everything: true as const },
    ]
    const marker = {
      link: 'eth3',
      from: { node: 'controller' },
      to: '255.255.255.255',
      isBroadcast: true as const,
    }
    const { captures } = await makeTraffic(request({ listen: spots, markers: [marker] }), machineOf)
    expect(captures.map(seen => 'heardMarker' in seen && seen.heardMarker)).toEqual([true, false])
    expect(on(captures, 'hypervisor', 'eth3').otherwise).toEqual([])
  })

  it('makes packets as large as they are asked for, and none that does not fit', async () => {
    const from = { node: 'controller', netns: nodes.inner }
    const sizes = [{ bytes: 1472 }, { bytes: 1473 }]
    const pings = sizes.map(size => ({ from, to: '192.168.10.1', ...size }))
    const { pings: seen, captures } = await makeTraffic(request({ pings, markers: [] }), machineOf)
    expect(seen.map(({ bytes, received, variants }) => [bytes, received, variants?.length])).toEqual([
      [1472, ECHOES, undefined],
      [1473, 0, undefined],
      [undefined, 4, 4],
    ])
    const tokens = seen.map(({ token }) => token)
    const { heard } = on(captures, 'controller', 'eth2')
    expect(new Set(heard.map(({ token }) => tokens.indexOf(token)))).toEqual(new Set([0, 2]))
  })

  it('tells a ping that is missing as blind, and leaves no capture behind', async () => {
    const machine = localMachine('controller', nodes.a)
    const { run } = machine
    machine.run = (script, options) => run(`PATH=/nowhere\n${script}`, options)
    const all = { ...machines, controller: machine }
    const { pings } = await makeTraffic(request(), async node => all[node as keyof typeof all]!)
    expect(pings).toMatchObject([
      {
        ...{ sent: 0, received: 0 },
        blind: {
          reason: { en: 'controller has no working ping', 'zh-TW': 'controller 上沒有可以執行的 ping' },
          help: 'sudo apt install iputils-ping   # on controller',
        },
      },
    ])
    expect(leftOver()).toEqual([])
  })

  it('makes a burst that lost some packets once more, and tells what came of that', async () => {
    const machine = localMachine('controller', nodes.a)
    const { run } = machine
    let bursts = 0
    machine.run = async (script, options) => {
      const ran = await run(script, options)
      if (!/ received/.test(ran.stdout.toString()) || bursts++ > 0) return ran
      const worse = ran.stdout.toString().replace(/\d+ received/, '4 received')
      return { ...ran, stdout: Buffer.from(worse) }
    }
    const listen = [{ node: 'controller', link: 'eth2' }]
    const { pings, captures } = await makeTraffic(request({ listen, markers: [] }), async () => machine)
    expect(bursts).toBe(2)
    expect(pings).toMatchObject([{ sent: ECHOES, received: ECHOES }])
    // Only of the burst that is told.
    expect(on(captures, 'controller', 'eth2').heard.map(({ token }) => token)).toEqual(
      Array(2).fill(pings[0]!.token),
    )
    expect(countsOn(captures)).toEqual([ECHOES, ECHOES])
  })
})
