import { expect, it } from 'vitest'
import { together } from './together.ts'

it('asks once for all who ask within a moment, and anew for who asks later', async () => {
  const made: string[][] = []
  const ask = together(async keys => {
    made.push(keys)
    return keys.length
  })
  expect(await Promise.all([ask(['a', 'b']), ask(['b', 'c'])])).toEqual([3, 3])
  expect(await ask(['a'])).toBe(1)
  expect(made).toEqual([['a', 'b', 'c'], ['a']])
})

it('tells each of them where it failed', async () => {
  const ask = together(() => Promise.reject(new Error('no answer')))
  const asked = await Promise.allSettled([ask(['a']), ask(['b'])])
  expect(asked.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
})
