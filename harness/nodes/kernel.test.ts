import { execFileSync, spawn } from 'node:child_process'
import { copyFileSync, mkdtempSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { Link } from '../look/evidence.ts'
import { shellQuote } from '../ssh/root-shell.ts'
import { lookAtKernel } from './kernel.ts'
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
    onTestFinished(() => {
      attached.kill('SIGKILL')
      unnamed.kill('SIGKILL')
    })
    const netnsOf = (pid: number | string = '') => readlinkSync(`/proc/${pid}/ns/net`)
    await expect.poll(() => netnsOf(attached.pid)).not.toBe(netnsOf('self'))
    execFileSync('ip', ['netns', 'attach', name, String(attached.pid)])
    onTestFinished(() => void execFileSync('ip', ['netns', 'delete', name]))
    const look = () => lookAtKernel(localMachine('controller', nodes.a))
    expect((await look()).netnsOfNode).toContain(name)
    const isThere = async () => (await look()).netnsUnnamed?.some(links => named(links, 'odd'))
    await expect.poll(isThere).toBe(true)
  })

  it('knows a name of which only the file is left', async () => {
    const name = `${nodes.a}-gone`
    writeFileSync(`/run/netns/${name}`, '')
    onTestFinished(() => rmSync(`/run/netns/${name}`))
    const { netns, netnsGone } = await lookAtKernel(localMachine('controller', nodes.a))
    expect(netnsGone).toContain(name)
    expect(Object.keys(netns)).not.toContain(name)
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
