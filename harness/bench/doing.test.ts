import { expect, it } from 'vitest'
import { doing } from './doing.ts'

function said(isTerminal: boolean) {
  let nowMs = 0
  const all: string[] = []
  const place = { write: (words: string) => void all.push(words), isTerminal, nowMs: () => nowMs }
  const telling = doing(place)
  telling.say('making the lab bench')
  for (let flip = 0; flip < 40; flip++) {
    telling.say('changes that are told', flip, 40)
    nowMs += 500
  }
  telling.clear()
  return all
}

it('what is being measured is redrawn on a terminal, and taken away for a figure', () => {
  const all = said(true)
  expect(all.slice(0, 4)).toEqual([
    'making the lab bench',
    '\r\u001b[K',
    'changes that are told: 0 of 40',
    '\r\u001b[K',
  ])
  expect(all.at(-1)).toBe('\r\u001b[K')
})

it('elsewhere it is a line of its own, and another one now and then', () => {
  expect(said(false)).toEqual([
    'making the lab bench\n',
    'changes that are told: 0 of 40\n',
    'changes that are told: 20 of 40\n',
  ])
})
