import { afterEach, expect, it } from 'vitest'
import { localMachine } from './local-machine.ts'

const machine = localMachine('wires')
afterEach(() => machine.close())

it('is there again after its agent has ended, as one does that heard nothing while the computer slept', async () => {
  const said = async (words: string) => {
    const { stdout } = await machine.run(`echo ${words}`, { deadlineMs: 20_000 })
    return stdout.toString().trim()
  }
  expect(await said('before')).toBe('before')
  machine.hangUp()
  await machine.ended()
  expect(await said('after')).toBe('after')
})
