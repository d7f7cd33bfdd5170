import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { localMachine } from '../live/testing/local-machine.ts'
import { paced } from '../testing/paced.ts'
import { bridgeScript, openDatabase } from './bridge.ts'
import { startServer, whyNoServer } from './testing/ovsdb-server.ts'

/** Where a tool is; python3 may be a wrapper of a version manager, so it is asked itself. */
const has = (tool: string) => {
  const ask = tool === 'python3' ? `python3 -c 'import sys; print(sys.executable)'` : `command -v ${tool}`
  try {
    return execFileSync('sh', ['-c', ask]).toString().trim()
  } catch {
    return undefined
  }
}

const NEEDED = ['sh', 'setsid', 'cat', 'sleep', 'grep', 'head', 'timeout']
const reason = whyNoServer()
describe.skipIf(reason)(`reaching a database's socket${reason ? ` (skipped, ${reason})` : ''}`, () => {
  let server: Awaited<ReturnType<typeof startServer>>
  const folders: string[] = []
  beforeAll(async () => {
    server = await startServer('Open_vSwitch')
    await server.transact({ op: 'insert', table: 'Open_vSwitch', row: { system_version: '一' } })
  })
  afterAll(async () => {
    await server.stop()
    for (const folder of folders) rmSync(folder, { recursive: true })
  })

  /** A folder that holds the tools named and what the scripts need, to stand for a node's whole PATH. */
  const pathWith = (...tools: string[]) => {
    const folder = mkdtempSync(join(tmpdir(), 'path-'))
    folders.push(folder)
    for (const tool of [...NEEDED, ...tools]) symlinkSync(has(tool)!, join(folder, tool))
    return folder
  }
  /** The local machine with nothing but these tools. */
  const machineWith = (...tools: string[]) => {
    const machine = localMachine('hypervisor')
    const path = pathWith(...tools)
    const start = machine.start
    machine.start = (script, options) => start(`PATH=${path}; export PATH\n${script}`, options)
    return machine
  }

  for (const tool of ['perl', 'python3', 'socat', 'nc'])
    it.skipIf(!has(tool))(`through ${tool}, and it is gone when the copy is closed`, async () => {
      const machine = machineWith(tool)
      const replica = await openDatabase(machine, 'Open_vSwitch', {
        deadlineMs: paced(5_000),
        sockets: [server.socket],
      })
      expect(replica.snapshot().Open_vSwitch).toHaveLength(1)
      replica.close()
      await machine.ended()
    })

  it('takes the first socket that is there', async () => {
    const sockets = ['/nowhere/db.sock', server.socket]
    const replica = await openDatabase(localMachine('hypervisor'), 'Open_vSwitch', {
      deadlineMs: paced(5_000),
      sockets,
    })
    expect(replica.snapshot().Open_vSwitch).toHaveLength(1)
    replica.close()
  })

  it('says which socket is missing', async () => {
    const opened = openDatabase(localMachine('hypervisor'), 'Open_vSwitch', {
      deadlineMs: paced(5_000),
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

  it('says when a node has no program for it', async () => {
    const opened = openDatabase(machineWith(), 'Open_vSwitch', {
      deadlineMs: paced(5_000),
      sockets: [server.socket],
    })
    await expect(opened).rejects.toThrow(
      'hypervisor has none of perl, python3, socat and nc -U, and one is needed to ask its databases',
    )
  })

  it('says when nobody listens on the socket any more', async () => {
    const stale = await startServer('Open_vSwitch')
    await stale.kill()
    const opened = openDatabase(localMachine('hypervisor'), 'Open_vSwitch', {
      deadlineMs: paced(5_000),
      sockets: [stale.socket],
    })
    await expect(opened).rejects.toThrow(
      'the Open vSwitch database on hypervisor does not answer: Connection refused',
    )
    await stale.stop()
  })

  it('quotes the path of a socket', () => {
    expect(bridgeScript(["/tmp/it's"])).toContain(`for path in '/tmp/it'\\''s'; do`)
  })
})
