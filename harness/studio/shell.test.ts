import { PassThrough } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, it, onTestFinished, vi } from 'vitest'
import type { Terminals } from '../ssh/terminals.ts'
import { Shell } from './shell.ts'

/** A terminal on which nothing runs but what a test says, and the sizes that it was told. */
async function openShell() {
  const printed = new PassThrough()
  const sizes: string[] = []
  const terminals: Terminals = {
    open: async () => ({
      stream: printed,
      resize: (cols, rows) => void sizes.push(`${cols}×${rows}`),
      ended: new Promise(() => {}),
      close: () => {},
    }),
    close: async () => {},
  }
  const shell = new Shell(1, { node: 'controller' }, terminals, () => {})
  onTestFinished(() => shell.close())
  await vi.waitFor(() => expect(shell.state).toBe('open'))
  return { shell, sizes, printed }
}

/** What a page is given: `[generation]` before a whole screen. */
function page() {
  const given: string[] = []
  return {
    given,
    isWaitedFor: true,
    output: (data: Buffer) => void given.push(data.subarray(8).toString()),
    screen: (_: number, __: number, data: string) => void given.push(`whole: ${data}`),
  }
}

it('is told one size after the other, and of several in a row the last, when it has drawn itself for the one before', async () => {
  const { shell, sizes, printed } = await openShell()
  for (const cols of [40, 100, 60, 90]) shell.resize(cols, 20)
  expect(sizes).toEqual(['40×20'])
  await pause(300)
  expect(sizes).toEqual(['40×20'])
  printed.write('drawn for 40')
  await vi.waitFor(() => expect(sizes).toEqual(['40×20', '90×20']))
  expect([shell.cols, shell.rows]).toEqual([90, 20])
})

it('gives a page its screen anew at another size, and behind it what was printed for that size', async () => {
  const { shell, printed } = await openShell()
  const viewer = page()
  await shell.show(viewer)
  printed.write('before ')
  await vi.waitFor(() => expect(viewer.given.join('|')).toContain('before'))
  shell.resize(40, 20)
  await pause(0)
  printed.write('after')
  await vi.waitFor(() => expect(viewer.given.at(-1)).toBe('after'))
  expect(viewer.given.at(-2)).toMatch(/^whole: before/)
})
