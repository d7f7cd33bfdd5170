import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { localMachine } from '../nodes/testing/local-machine.ts'
import { openDatabase } from './bridge.ts'
import { startServer, whyNoServer } from './testing/ovsdb-server.ts'

const reason = whyNoServer()
describe.skipIf(reason)(`reaching a database's socket${reason ? ` (skipped, ${reason})` : ''}`, () => {
  let server: Awaited<ReturnType<typeof startServer>>
  beforeAll(async () => {
    server = await startServer('Open_vSwitch')
    await server.transact({ op: 'insert', table: 'Open_vSwitch', row: { system_version: '一' } })
  })
  afterAll(async () => {
    await server.stop()
  })

  it('is gone when the copy is closed', async () => {
    const machine = localMachine('hypervisor')
    const replica = await openDatabase(machine, 'Open_vSwitch', {
      deadlineMs: 5_000,
      sockets: [server.socket],
    })
    expect(replica.snapshot().Open_vSwitch).toHaveLength(1)
    expect(server.connections()).toBe(1)
    replica.close()
    while (server.connections() > 0) await pause(10)
    await machine.close()
  })

  it('takes the first socket that is there', async () => {
    const sockets = ['/nowhere/db.sock', server.socket]
    const replica = await openDatabase(localMachine('hypervisor'), 'Open_vSwitch', {
      deadlineMs: 5_000,
      sockets,
    })
    expect(replica.snapshot().Open_vSwitch).toHaveLength(1)
    replica.close()
  })

  it('says which socket is missing', async () => {
    const opened = openDatabase(localMachine('hypervisor'), 'Open_vSwitch', {
      deadlineMs: 5_000,
      sockets: ['/nowhere/db.sock'],
    })
    await expect(opened).rejects.toMatchObject({
      reason: {
        en: 'the Open vSwitch database on hypervisor does not answer: there is no socket /nowhere/db.sock',
        'zh-TW': 'hypervisor 上的 Open vSwitch 資料庫沒有回應：沒有 /nowhere/db.sock 這個 socket',
      },
      help: 'systemctl status openvswitch-switch   # on hypervisor',
    })
  })

  it('says when nobody listens on the socket any more', async () => {
    const stale = await startServer('Open_vSwitch')
    await stale.kill()
    const opened = openDatabase(localMachine('hypervisor'), 'Open_vSwitch', {
      deadlineMs: 5_000,
      sockets: [stale.socket],
    })
    await expect(opened).rejects.toThrow(
      'the Open vSwitch database on hypervisor does not answer: Connection refused',
    )
    await stale.stop()
  })
})
