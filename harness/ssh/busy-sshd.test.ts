import { createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectMachine } from './connect.ts'
import { startSshd, type TestSshd, whyNoSshd } from './sshd.testing.ts'

const why = whyNoSshd()

describe.skipIf(why)(`an sshd that refuses logins at random${why ? ` (skipped: ${why})` : ''}`, () => {
  let sshd: TestSshd
  beforeAll(async () => {
    // Half of those that come while two are not over yet, and all while four are (sshd_config(5)).
    sshd = await startSshd('MaxStartups 2:50:4')
  })
  afterAll(() => sshd.stop())

  it('lets everybody in who comes again: a node of a busy machine is no unknown', async () => {
    const opened = await Promise.all(
      Array.from({ length: 12 }, () =>
        connectMachine('controller', sshd.address, { connectDeadlineMs: 60_000 }),
      ),
    )
    const said = await Promise.all(opened.map(one => one.run('echo works', { deadlineMs: 60_000 })))
    expect(said.map(({ stdout }) => String(stdout))).toEqual(opened.map(() => 'works\n'))
    await Promise.all(opened.map(one => one.close()))
  })

  it('what never lets anybody in is told by what it does, within the time for connecting', async () => {
    let times = 0
    const warned: Error[] = []
    const onWarning = (warning: Error) => warned.push(warning)
    process.on('warning', onWarning)
    const server = createServer(socket => {
      times += 1
      socket.end()
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    const address = { ...sshd.address, port }
    const reason = await connectMachine('hypervisor', address, { connectDeadlineMs: 60_000 }).catch(
      thrown => thrown.reason.en,
    )
    server.close()
    process.off('warning', onWarning)
    expect(warned).toEqual([])
    expect(reason).toContain('closed the connection before any SSH banner')
    expect(times).toBeGreaterThan(1)
  })
})
