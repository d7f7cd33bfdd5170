import { connect } from 'node:net'
import { Duplex } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Tables } from '../core/rows.ts'
import { paced } from '../testing/paced.ts'
import { Replica } from './replica.ts'
import { startServer, whyNoServer } from './testing/ovsdb-server.ts'

/** An older release: refuses the methods named, passes everything else on to the real server. */
function olderServer(socket: string, unknown: string[]): Duplex {
  const real = connect(socket)
  const stream = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      const { id, method } = JSON.parse(chunk.toString())
      if (unknown.includes(method)) stream.push(JSON.stringify({ id, result: null, error: 'unknown method' }))
      else real.write(chunk)
      done()
    },
    destroy(_why, done) {
      real.destroy()
      done(null)
    },
  })
  real.on('data', chunk => stream.push(chunk))
  real.on('close', () => stream.push(null))
  return stream
}

const switchWithPort = (name: string, port: object) => [
  { op: 'insert', table: 'Logical_Switch', row: { name, ports: ['named-uuid', 'port'] } },
  { op: 'insert', table: 'Logical_Switch_Port', 'uuid-name': 'port', row: port },
]
const LOCALNET = {
  name: 'ls0-localnet',
  type: 'localnet',
  addresses: 'unknown',
  options: ['map', [['network_name', 'flat0']]],
}

const namesIn = (tables: Tables, table: string) => tables[table]?.map(row => row.name)

const reason = whyNoServer()
describe.skipIf(reason)(`a copy of a real database${reason ? ` (skipped, ${reason})` : ''}`, () => {
  let server: Awaited<ReturnType<typeof startServer>>
  beforeEach(async () => {
    server = await startServer('OVN_Northbound')
  })
  afterEach(() => server.stop())

  it('has every known table and column, sets as lists also when they hold one element or none', async () => {
    await server.transact(...switchWithPort('ls0', LOCALNET))
    const tables = (await server.replica()).snapshot()
    const [port] = tables.Logical_Switch_Port!
    expect(port).toEqual({
      _uuid: expect.stringMatching(/^[0-9a-f-]{36}$/),
      name: 'ls0-localnet',
      type: 'localnet',
      addresses: ['unknown'],
      dynamic_addresses: [],
      port_security: [],
      options: { network_name: 'flat0' },
      up: [],
      enabled: [],
      parent_name: [],
      tag: [],
      tag_request: [],
      dhcpv4_options: [],
      dhcpv6_options: [],
      ha_chassis_group: [],
      mirror_rules: [],
      external_ids: {},
    })
    expect(tables.Logical_Switch).toMatchObject([{ name: 'ls0', ports: [port!._uuid] }])
    expect(tables.Logical_Router).toEqual([])
  })

  it('is told of each change, and an old snapshot stays as it was', async () => {
    const replica = await server.replica()
    const before = replica.snapshot()
    const changed = new Promise<void>(resolve => replica.onChange(() => resolve()))
    await server.transact(...switchWithPort('ls0', LOCALNET))
    await changed
    expect(namesIn(replica.snapshot(), 'Logical_Switch')).toEqual(['ls0'])
    expect(namesIn(before, 'Logical_Switch')).toEqual([])
    expect(replica.snapshot()).toBe(replica.snapshot())
  })

  it('wakes nobody for what ticks by itself, but has it', async () => {
    await server.transact({ op: 'insert', table: 'NB_Global', row: {} })
    const replica = await server.replica()
    let woken = 0
    replica.onChange(() => woken++)
    await server.transact({ op: 'update', table: 'NB_Global', where: [], row: { nb_cfg: 7 } })
    await replica.catchUp(5_000)
    expect(replica.snapshot().NB_Global).toMatchObject([{ nb_cfg: 7 }])
    expect(woken).toBe(0)
    await server.transact({ op: 'update', table: 'NB_Global', where: [], row: { nb_cfg: 8, name: 'x' } })
    await replica.catchUp(5_000)
    expect(woken).toBe(1)
  })

  it.each([
    ['monitor_cond_since', []],
    ['monitor_cond', ['monitor_cond_since']],
    ['monitor', ['monitor_cond_since', 'monitor_cond']],
  ])('kept up to date by %s, equals a fresh copy after any change', async (_dialect, unknown) => {
    const stream = olderServer(server.socket, unknown)
    const replica = await Replica.open(
      stream,
      { node: 'controller', database: 'OVN_Northbound' },
      paced(5_000),
    )
    const byName = (name: string) => ({ table: 'Logical_Switch_Port', where: [['name', '==', name]] })
    const update = (row: object) => ({ op: 'update', ...byName('ls0-localnet'), row })
    const mutate = (...mutations: unknown[]) => ({ op: 'mutate', ...byName('ls0-localnet'), mutations })
    const changes = [
      switchWithPort('ls0', LOCALNET),
      [update({ type: 'router', tag: 7 })],
      [mutate(['addresses', 'insert', ['set', ['b', 'a', 'c']]])],
      [mutate(['addresses', 'delete', ['set', ['unknown', 'b']]])],
      [
        mutate(
          ['options', 'insert', ['map', [['qos', '1']]]],
          ['options', 'delete', ['set', ['network_name']]],
        ),
      ],
      [update({ options: ['map', [['qos', '2']]], tag: ['set', []], enabled: false })],
      [update({ name: '埠-"localnet"' })],
      switchWithPort('ls1', { name: 'other' }),
      [{ op: 'delete', table: 'Logical_Switch', where: [['name', '==', 'ls0']] }],
    ]
    for (const operations of changes) {
      await server.transact(...operations)
      await replica.catchUp(paced(5_000))
      const fresh = await server.replica()
      expect(replica.snapshot()).toEqual(fresh.snapshot())
      fresh.close()
    }
    expect(namesIn(replica.snapshot(), 'Logical_Switch_Port')).toEqual(['other'])
    replica.close()
  })

  it('says so when the server goes away, and answers no more from what it had', async () => {
    const replica = await server.replica()
    await server.kill()
    expect(await replica.ended).toMatchObject({
      reason: {
        en: 'the OVN northbound database on controller does not answer: the connection ended',
        'zh-TW': 'controller 上的 OVN northbound 資料庫沒有回應：連線已中斷',
      },
      where: 'controller · OVN_Northbound',
      help: 'systemctl status ovn-central   # on controller',
    })
    expect(() => replica.snapshot()).toThrow('does not answer: the connection ended')
  })

  it('says so when the server hangs', async () => {
    const replica = await server.replica()
    server.hang()
    await expect(replica.catchUp(100)).rejects.toThrow(
      'the OVN northbound database on controller does not answer: no answer within 0.1 s',
    )
  })

  it('cannot look at a database the server does not have', async () => {
    const opened = Replica.open(connect(server.socket), { node: 'h', database: 'Open_vSwitch' }, paced(5_000))
    await expect(opened).rejects.toThrow('the Open vSwitch database on h does not answer: unknown database')
  })
})
