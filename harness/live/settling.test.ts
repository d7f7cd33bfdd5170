import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Settling } from './settling.ts'

let looked: string[][]
let sent: number
let [isProbing, hasLost] = [false, false]
let settling: Settling
beforeEach(() => {
  vi.useFakeTimers()
  ;[looked, sent, isProbing, hasLost] = [[], 0, false, false]
  settling = new Settling({
    factor: () => 1,
    isProbing: () => isProbing,
    lookAgain: keys => void looked.push([...keys]),
    hasLost: () => hasLost,
    sendAgain: () => void sent++,
  })
})
afterEach(() => {
  settling.close()
  vi.useRealTimers()
})

it('looks once more at what was let go, two seconds after the last change, and then no more', () => {
  settling.changed(['a'])
  vi.advanceTimersByTime(1_500)
  settling.changed(['b'])
  vi.advanceTimersByTime(1_999)
  expect(looked).toEqual([])
  vi.advanceTimersByTime(1)
  expect(looked).toEqual([['a', 'b']])
  expect(settling.isDue).toBe(false)
  vi.advanceTimersByTime(60_000)
  expect([looked.length, sent]).toEqual([1, 0])
})

it('waits for packets that are on their way, and not for ever', () => {
  isProbing = true
  settling.changed(['a'])
  vi.advanceTimersByTime(2_500)
  expect(looked).toEqual([])
  isProbing = false
  vi.advanceTimersByTime(100)
  expect(looked).toEqual([['a']])
  isProbing = true
  settling.changed(['b'])
  vi.advanceTimersByTime(7_100)
  expect(looked).toEqual([['a'], ['b']])
})

it('sends once more what was lost then', () => {
  hasLost = true
  settling.changed(['a'])
  vi.advanceTimersByTime(6_999)
  expect(sent).toBe(0)
  vi.advanceTimersByTime(1)
  expect(sent).toBe(1)
  settling.lookLate()
  vi.advanceTimersByTime(60_000)
  expect(sent).toBe(1)
})
