import { afterEach, expect, it } from 'vitest'
import { type HeldName, holdLabNames } from './lab-name.ts'

const held: HeldName[] = []
afterEach(() => held.splice(0).forEach(({ release }) => void release()))
const hold = async (count: number) => {
  const names = await holdLabNames('prove', count)
  held.push(...names)
  return names.map(({ name }) => name)
}

it('two proofs at once have labs of different names, and a name is free again when it is released', async () => {
  const first = await hold(2)
  const second = await hold(2)
  expect(new Set([...first, ...second]).size).toBe(4)
  for (const name of [...first, ...second]) expect(name).toMatch(/^prove-[1-9]\d*$/)
  held.splice(0, 2).forEach(({ release }) => void release())
  expect(await hold(2)).toEqual(first)
})
