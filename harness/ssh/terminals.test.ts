import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSshd, type TestSshd, whyNoSshd } from './sshd.testing.ts'
import { terminalsOf } from './terminals.ts'

const why = whyNoSshd()
describe.skipIf(why)(`terminals over a real sshd${why ? ` (${why})` : ''}`, () => {
  let sshd: TestSshd
  beforeAll(async () => {
    sshd = await startSshd()
  })
  afterAll(() => sshd?.stop())

  const opened = async (terminals: ReturnType<typeof terminalsOf>) => {
    const terminal = await terminals.open({ cols: 90, rows: 20 })
    let said = ''
    terminal.stream.on('data', chunk => {
      said += chunk
    })
    return { terminal, said: () => said }
  }

  it('are root’s where the login is another user’s, through a jump host, in the size that is asked for', async () => {
    const jump = sshd.address
    const terminals = terminalsOf('far', { ...sshd.address, user: 'vagrant', jump })
    const { terminal, said } = await opened(terminals)
    terminal.stream.write('id -un; stty size; exit 7\n')
    expect(await terminal.ended).toEqual({ code: 7 })
    expect(said()).toMatch(/root\r\n20 90\r\n/)
    await terminals.close()
  })

  it('say why there is none: the words of sudo, and its exit code', async () => {
    const terminals = terminalsOf('near', { ...sshd.address, user: 'asks' })
    const { terminal, said } = await opened(terminals)
    expect(await terminal.ended).toMatchObject({ code: 1 })
    expect(said()).toContain('a password is required')
    await terminals.close()
  })

  it('are lost with a reason when the connection ends', async () => {
    const terminals = terminalsOf('near', sshd.address)
    const { terminal } = await opened(terminals)
    await terminals.close()
    const end = await terminal.ended
    expect(end).toMatchObject({ reason: { en: 'near: the ssh connection was lost' } })
    await expect(terminals.open({ cols: 80, rows: 24 })).rejects.toMatchObject({ name: 'CannotLook' })
  })
})
