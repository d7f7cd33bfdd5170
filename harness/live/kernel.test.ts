import { execFileSync, spawn } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Link } from '../look/evidence.ts'
import { kernelFactsFrom, lookAtKernel } from './kernel.ts'
import { localMachine } from './testing/local-machine.ts'
import { makeNodes, whyNoNamespaces } from './testing/two-nodes.ts'

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
    copyFileSync('/bin/sleep', join(folder, 'ovn-northd'))
    const daemon = spawn(join(folder, 'ovn-northd'), ['60'])
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

  it('cannot look where ip is missing', async () => {
    const machine = localMachine('controller')
    const { run } = machine
    machine.run = (script, options) => run(`PATH=/nowhere\n${script}`, options)
    await expect(lookAtKernel(machine)).rejects.toMatchObject({
      reason: { en: 'controller does not tell its interfaces as ip -j does' },
      help: 'ip -d -j address   # on controller',
    })
  })
})

describe('the output of a look at the kernel', () => {
  const whole =
    'M root\n[{"ifname":"lo"}]\nM netns ns1\n[]\nM daemons\novs-vswitchd S\novsdb-server T\novsdb-server R\novn-northd T\nM end\n'

  it('is taken apart by the mark', () => {
    expect(kernelFactsFrom(whole, 'M')).toMatchObject({
      links: [{ name: 'lo' }],
      netns: { ns1: [] },
      daemons: ['ovs-vswitchd', 'ovsdb-server'],
      paused: ['ovn-northd'],
    })
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
