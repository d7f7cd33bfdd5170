import { getEventListeners } from 'node:events'
import { tmpdir } from 'node:os'
import { expect, it } from 'vitest'
import { BenchLabs } from './labs.ts'
import { timedProcess } from './timed-process.ts'

it('a measurement that is over begins nothing that would bring a lab up', async () => {
  const labs = new BenchLabs()
  await labs.close()
  await expect(labs.up('bench-over')).rejects.toThrow('abort')
  await expect(labs.command('check', 'day-06', '--lab', 'bench-over')).rejects.toThrow('abort')
})

it('a process that is measured is asked to end, and has ended when that is told', async () => {
  const stop = new AbortController()
  // Says so, and takes its time.
  const slow = `process.on('SIGTERM', () => setTimeout(() => process.exit(7), 200)); setInterval(() => 0, 1000); console.log(process.pid)`
  const running = timedProcess(process.execPath, ['-e', slow], tmpdir(), stop.signal)
  setTimeout(() => stop.abort(), 500)
  await expect(running).rejects.toThrow('abort')
})

it('many processes in a row leave nothing behind that waits for their end', async () => {
  const { signal } = new AbortController()
  for (let count = 0; count < 3; count++) await timedProcess('/bin/true', [], tmpdir(), signal)
  expect(getEventListeners(signal, 'abort')).toEqual([])
})
