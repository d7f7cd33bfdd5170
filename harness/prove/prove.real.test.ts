import { describe, expect, it } from 'vitest'
import { status } from '../embedded/index.ts'
import { noLabReason } from '../testing/real-lab.ts'
import { ended, labsIn, proveCommand } from './command.testing.ts'

describe.skipIf(noLabReason !== '')(`prove, the command${noLabReason}`, () => {
  it('takes its labs away when it is interrupted', async () => {
    const child = proveCommand(['day-06', '--jobs', '1'])
    const end = ended(child)
    const opening = await new Promise<string>(resolve =>
      child.stdout?.once('data', data => resolve(`${data}`)),
    )
    child.kill('SIGINT')
    expect((await end).code).toBe(130)
    const labs = labsIn(opening)
    expect(labs).toHaveLength(1)
    expect((await status(labs[0]!)).isUp).toBe(false)
  })

  it('refuses a fault there is not, before any lab is brought up', async () => {
    const { code, said } = await ended(proveCommand(['day-06', '--fault', 'eth2-dwn']))
    expect(code).toBe(3)
    expect(said).toContain(
      'day-06 has no fault, variation or lie "eth2-dwn". Did you mean "eth2-down"? It has: ',
    )
  })
})
