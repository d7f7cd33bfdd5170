import { execFileSync, spawn } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Link } from '../look/evidence.ts'
import { shellQuote } from '../ssh/root-shell.ts'
import { kernelFactsFrom, lookAtKernel } from './kernel.ts'
import { localMachine } from './testing/local-machine.ts'
import { makeNodes, whyNoNamespaces } from './testing/two-nodes.ts'

/** Something that is called, and executed from a file called, like a daemon. */
function spawnDaemon(folder: string) {
  copyFileSync('/bin/sleep', join(folder, 'ovn-northd'))
  return spawn(join(folder, 'ovn-northd'), ['60'])
}

const named = (links: Link[] | undefined, name: string) => links?.find(link => link.name === name)

const reason = whyNoNamespaces()
describe.skipIf(reason)(`the kernel facts of a real machine${reason ? ` (skipped, ${reason})` : ''}`, () => {
  let nodes: ReturnType<typeof makeNodes>
  beforeAll(() => {
    nodes = makeNodes()
  })
  afterAll(() => nodes.remove())

  it('has the links of the node and of its namespaces, in one script', async () => {
    const machine = localMachine('controller', nodes.a)
    const { links, netns } = await lookAtKernel(machine)
    expect(machine.started).toBe(1)
    const inner = named(netns[nodes.inner], 'eth0')!
    const outer = named(links, 'eth2')!
    expect(inner).toMatchObject({
      isUp: true,
      hasCarrier: true,
      mtu: 1500,
      kind: 'veth',
      addresses: [{ family: 'inet', address: '192.168.10.100', prefixLength: 24 }, { family: 'inet6' }],
    })
    expect(inner.mac).toMatch(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/)
    expect(inner.peerIndex).toBe(outer.index)
    expect(outer.peerIndex).toBe(inner.index)
  })

  it('tells a link that is down', async () => {
    nodes.ip('-n', nodes.inner, 'link', 'set', 'eth0', 'down')
    const { links, netns } = await lookAtKernel(localMachine('controller', nodes.a))
    expect(named(netns[nodes.inner], 'eth0')).toMatchObject({ isUp: false, hasCarrier: false })
    expect(named(links, 'eth2')).toMatchObject({ isUp: true, hasCarrier: false })
    nodes.ip('-n', nodes.inner, 'link', 'set', 'eth0', 'up')
  })

  it('waits for nobody at what is no namespace: a pipe would be opened for ever', async () => {
    const machine = localMachine('controller', nodes.a)
    const { run } = machine
    // In a folder of its own, with that pipe and one namespace: each `ip link` that runs beside this test would wait as well.
    const apart = `exec 3<"/run/netns/$1"; mount -t tmpfs tmpfs /run/netns
      touch "/run/netns/$1"; mount -c --bind /proc/self/fd/3 "/run/netns/$1"; exec 3<&-
      mkfifo /run/netns/pipe; exec sh -c "$2"`
    const quoted = (script: string) => [apart, 'sh', nodes.inner, script].map(shellQuote).join(' ')
    machine.run = (script, options) =>
      run(`exec unshare --mount --propagation private sh -ec ${quoted(script)}`, options)
    const { netns } = await lookAtKernel(machine)
    expect(Object.keys(netns)).toEqual([nodes.inner])
  })

  it('passes over what is left of a namespace that is gone', async () => {
    const left = `/var/run/netns/${nodes.a} it's gone`
    writeFileSync(left, '')
    const { netns } = await lookAtKernel(localMachine('controller', nodes.a))
    rmSync(left)
    expect(Object.keys(netns)).toContain(nodes.inner)
    expect(Object.keys(netns).filter(name => name.includes('gone'))).toEqual([])
  })

  it('knows a namespace by whatever name it has', async () => {
    const odd = `${nodes.a} "daemons"\n[]$(x)`
    execFileSync('ip', ['netns', 'add', odd])
    const { netns } = await lookAtKernel(localMachine('controller', nodes.a))
    execFileSync('ip', ['netns', 'delete', odd])
    expect(netns[odd]).toMatchObject([{ name: 'lo', isUp: false }])
  })

  it('names the daemons that run, and those that were told to stop', async () => {
    const look = () => lookAtKernel(localMachine('controller', nodes.a))
    // A lab on this computer has one of its own, and that one runs.
    const isAlone = !(await look()).daemons.includes('ovn-northd')
    const folder = mkdtempSync(join(tmpdir(), 'daemon-'))
    const daemon = spawnDaemon(folder)
    await new Promise(resolve => daemon.on('spawn', resolve))
    const { daemons } = await look()
    expect(daemons).toContain('ovn-northd')
    expect(daemons).toEqual([...new Set(daemons)].sort())
    daemon.kill('SIGSTOP')
    const { paused = [] } = await look()
    expect(paused.includes('ovn-northd')).toBe(isAlone)
    daemon.kill('SIGKILL')
    rmSync(folder, { recursive: true })
  })

  it('takes no other program of that name for a daemon', async () => {
    const look = () => lookAtKernel(localMachine('controller', nodes.a))
    const isAlone = !(await look()).daemons.includes('ovn-northd')
    // It calls itself so, as a script with a loop in it would that somebody started under a daemon's name.
    const named = spawn('perl', ['-e', '$0 = "ovn-northd"; sleep 60'])
    await new Promise(resolve => setTimeout(resolve, 500))
    const { daemons, impostors } = await look()
    expect(daemons.includes('ovn-northd')).toBe(!isAlone)
    if (isAlone) expect(impostors).toEqual({ 'ovn-northd': expect.stringMatching(/\/perl[^/]*$/) })
    named.kill('SIGKILL')
  })

  it('reads the daemons with no more programs than a shell, ip and cat', async () => {
    const machine = localMachine('controller', nodes.a)
    const { run } = machine
    const folder = mkdtempSync(join(tmpdir(), 'bare-'))
    for (const tool of ['ip', 'sh', 'cat'])
      symlinkSync(execFileSync('which', [tool]).toString().trim(), join(folder, tool))
    machine.run = (script, options) => run(`PATH=${folder}\n${script}`, options)
    const daemon = spawnDaemon(folder)
    await new Promise(resolve => daemon.on('spawn', resolve))
    expect((await lookAtKernel(machine)).daemons).toContain('ovn-northd')
    daemon.kill('SIGKILL')
    rmSync(folder, { recursive: true })
  })

  it('knows a name of the node’s own namespace for what it is, and the links of one without a name', async () => {
    const name = `${nodes.a}-own`
    const attached = spawn('ip', ['netns', 'exec', nodes.a, 'sleep', '60'])
    const unnamed = spawn('ip', [
      'netns',
      'exec',
      nodes.a,
      'unshare',
      '-n',
      'sh',
      '-c',
      'ip link add odd type veth peer even; exec sleep 60',
    ])
    await new Promise(resolve => setTimeout(resolve, 500))
    execFileSync('ip', ['netns', 'attach', name, String(attached.pid)])
    const { netnsOfNode, netnsUnnamed = [] } = await lookAtKernel(localMachine('controller', nodes.a))
    execFileSync('ip', ['netns', 'delete', name])
    attached.kill('SIGKILL')
    unnamed.kill('SIGKILL')
    expect(netnsOfNode).toContain(name)
    expect(netnsUnnamed.some(links => named(links, 'odd'))).toBe(true)
  })

  it('cannot look where ip is missing', async () => {
    const machine = localMachine('controller')
    const { run } = machine
    machine.run = (script, options) => run(`PATH=/nowhere\n${script}`, options)
    await expect(lookAtKernel(machine)).rejects.toMatchObject({
      reason: {
        en: 'controller does not list its interfaces as ip -j does, or its processes as /proc does',
      },
      help: 'ip -d -j address; ls /proc   # on controller',
    })
  })
})

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
