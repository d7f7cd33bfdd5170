import { execFileSync } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CannotLook } from '../core/errors.ts'
import { same } from '../core/text.ts'
import { SOCKETS } from '../ovsdb/bridge.ts'
import { startServer, whyNoServer } from '../ovsdb/testing/ovsdb-server.ts'
import { paced } from '../testing/paced.ts'
import { type NodesLooker, openNodes } from './open-nodes.ts'
import { type LocalMachine, localMachine } from './testing/local-machine.ts'
import { makeNodes, whyNoNamespaces } from './testing/two-nodes.ts'

const NORTHBOUND = { look: 'database', node: 'controller', database: 'OVN_Northbound' } as const
const KERNEL = { look: 'kernel', node: 'controller' } as const
const patience = () => AbortSignal.timeout(paced(4_500))

const reason = whyNoServer() ?? whyNoNamespaces()
describe.skipIf(reason)(`looking at machines${reason ? ` (skipped, ${reason})` : ''}`, () => {
  let server: Awaited<ReturnType<typeof startServer>>
  let nodes: ReturnType<typeof makeNodes>
  let controller: LocalMachine
  let looker: NodesLooker
  beforeEach(async () => {
    nodes = makeNodes()
    server = await startServer('OVN_Northbound')
    controller = localMachine('controller', nodes.a)
    const { connect } = controller
    controller.connect = sockets =>
      connect(sockets.map(path => (path === SOCKETS.OVN_Northbound[0] ? server.socket : path)))
    const dead = Promise.reject(new CannotLook(same('hypervisor is switched off')))
    dead.catch(() => undefined)
    looker = openNodes(
      'test',
      new Map([
        ['controller', Promise.resolve(controller)],
        ['hypervisor', dead],
      ]),
    )
  })
  afterEach(async () => {
    await looker.close()
    await server.stop()
    nodes.remove()
  })

  const addSwitch = (name: string) =>
    server.transact({ op: 'insert', table: 'Logical_Switch', row: { name } })
  const switches = async () => (await looker.look(NORTHBOUND)).Logical_Switch!.map(row => row.name)

  it('asks nothing before the first look, and what is asked twice only once', async () => {
    expect(controller.started).toBe(0)
    const [first, second] = await Promise.all([looker.look(KERNEL), looker.look({ ...KERNEL })])
    expect(second).toBe(first)
    await Promise.all([looker.look(NORTHBOUND), looker.look(NORTHBOUND)])
    expect(controller.started).toBe(2)
    expect(looker.epoch).toBe(0)
  })

  it('sees a change, wakes those who wait for one, and looks at the kernel anew after it', async () => {
    expect(await switches()).toEqual([])
    const before = await looker.look(KERNEL)
    const { epoch } = looker
    const changed = looker.changed(epoch, patience())
    await addSwitch('ls0')
    await changed
    expect(looker.epoch).toBeGreaterThan(epoch)
    expect(await switches()).toEqual(['ls0'])
    expect(await looker.look(KERNEL)).not.toBe(before)
    await looker.changed(epoch, patience())
  })

  it('is told to look anew at what no database tells', async () => {
    const before = await looker.look(KERNEL)
    nodes.ip('-n', nodes.a, 'link', 'set', 'eth2', 'down')
    looker.refresh()
    const after = await looker.look(KERNEL)
    const isUp = ({ links }: typeof before) => links.find(link => link.name === 'eth2')?.isUp
    expect([isUp(before), isUp(after)]).toEqual([true, false])
  })

  it('stops waiting when the patience is over', async () => {
    await switches()
    await expect(looker.changed(looker.epoch, AbortSignal.timeout(20))).rejects.toThrow()
  })

  it('cannot look at a server that stopped, and can again when it is back', async () => {
    await addSwitch('ls0')
    expect(await switches()).toEqual(['ls0'])
    let { epoch } = looker
    await server.kill()
    await looker.changed(epoch, patience())
    await expect(switches()).rejects.toThrow(
      'the OVN northbound database on controller does not answer: Connection refused',
    )
    epoch = looker.epoch
    const back = looker.changed(epoch, patience())
    await server.restart()
    await back
    expect(await switches()).toEqual(['ls0'])
  })

  it('cannot look at a server that hangs, though it has a copy of what was there', {
    timeout: paced(10_000),
  }, async () => {
    expect(await switches()).toEqual([])
    server.hang()
    looker.refresh()
    await expect(switches()).rejects.toThrow(
      'the OVN northbound database on controller does not answer: no answer within 4 s',
    )
  })

  it('cannot look at a node that is off or unknown, and says so each time', async () => {
    const off = { look: 'kernel', node: 'hypervisor' } as const
    await expect(looker.look(off)).rejects.toThrow('hypervisor is switched off')
    await expect(
      looker.look({ look: 'database', node: 'hypervisor', database: 'Open_vSwitch' }),
    ).rejects.toThrow('hypervisor is switched off')
    await expect(looker.look({ ...KERNEL, node: 'nowhere' })).rejects.toThrow(
      'lab test has no node named nowhere',
    )
  })

  it('tells a capture on a dead node as blind, while pings from the other go on', async () => {
    const { captures, pings } = await looker.look({
      look: 'traffic',
      pings: [{ from: { node: 'controller' }, to: '192.168.33.20' }],
      listen: [{ node: 'hypervisor', link: 'eth1' }],
      markers: [],
    })
    expect(pings).toMatchObject([{ received: 20 }])
    expect(captures).toEqual([
      { node: 'hypervisor', link: 'eth1', blind: { reason: same('hypervisor is switched off') } },
    ])
  })

  it('leaves nothing running when it is closed in the middle of an experiment', async () => {
    await switches()
    const look = looker.look({
      look: 'traffic',
      pings: [{ from: { node: 'controller', netns: nodes.inner }, to: '192.168.10.77' }],
      listen: [{ node: 'controller', link: 'eth2' }],
      markers: [],
    })
    const ended = expect(look).rejects.toBeInstanceOf(CannotLook)
    const pids = () =>
      [nodes.a, nodes.inner].map(name => execFileSync('ip', ['netns', 'pids', name]).toString()).join('')
    while (!execFileSync('sh', ['-c', `ip netns pids ${nodes.inner}`]).toString()) await pause(5)
    await looker.close()
    await ended
    expect(pids()).toBe('')
    await expect(looker.look(KERNEL)).rejects.toThrow('lab test is no longer open')
  })
})
