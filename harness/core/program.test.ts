import { expect, it } from 'vitest'
import { ask, handOver } from './program.ts'

it('tells how a program ended, and what it said', async () => {
  const answer = await ask('sh', ['-c', 'echo out; echo err >&2; exit 7'])
  expect(answer).toEqual({ code: 7, stdout: 'out\n', stderr: 'err\n' })
})

it('knows a program that is not there, and ends one that is too slow', async () => {
  expect(await ask('there-is-no-such-program', [])).toBe(undefined)
  expect(await ask('sleep', ['60'], { timeoutMs: 50 })).toBe(undefined)
})

it.each([
  ['exit 3', 3],
  ['kill -TERM $$', 143],
  ['kill -INT $$', 130],
])('a program that has our terminal and does %s: exit code %i', async (script, code) => {
  expect(await handOver('sh', ['-c', script], { stdio: 'ignore' })).toBe(code)
})

it('passes on a wish that we end', async () => {
  const ended = handOver('sh', ['-c', 'exec sleep 60'], { stdio: 'ignore' })
  process.emit('SIGTERM')
  expect(await ended).toBe(143)
})

it('says where there is no such program', async () => {
  await expect(handOver('there-is-no-such-program', [])).rejects.toThrow('ENOENT')
})
