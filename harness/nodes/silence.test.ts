import { expect, it } from 'vitest'
import { Silence } from './silence.ts'

it('lets experiments run side by side, and one that keeps silence alone', async () => {
  const silence = new Silence()
  const told: string[] = []
  const ends = new Map<string, () => void>()
  const begin = (name: string, isSilent: boolean) =>
    silence.around(isSilent, () => {
      told.push(`${name} begins`)
      return new Promise<void>(resolve => ends.set(name, resolve)).then(() => void told.push(`${name} ends`))
    })
  const turn = () => new Promise(resolve => setImmediate(resolve))
  const end = async (name: string) => {
    ends.get(name)!()
    await turn()
  }
  const all = [begin('one', false), begin('two', false), begin('silent', true), begin('three', false)]
  await turn()
  expect(told).toEqual(['one begins', 'two begins'])
  await end('two')
  expect(told).toHaveLength(3)
  await end('one')
  expect(told.slice(3)).toEqual(['one ends', 'silent begins'])
  await end('silent')
  expect(told.slice(5)).toEqual(['silent ends', 'three begins'])
  await end('three')
  await Promise.all(all)
})

it('goes on after one that could not be made', async () => {
  const silence = new Silence()
  const lost = silence.around(true, () => Promise.reject(new Error('lost')))
  await expect(lost).rejects.toThrow('lost')
  expect(await silence.around(true, async () => 'made')).toBe('made')
})
