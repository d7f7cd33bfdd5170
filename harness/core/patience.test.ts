import { expect, it } from 'vitest'
import { factorOf, paceOf, patient } from './patience.ts'

it('waits as long as the slowest needs', () => {
  expect(patient(2_000, {}, { patienceFactor: 4 }, { patienceFactor: 1.5 })).toBe(8_000)
})

it('waits as long as usual where nobody is slow', () => {
  expect(patient(2_000, {})).toBe(2_000)
  expect(factorOf([])).toBe(1)
})

it('takes a machine for slow when both its login and its first process are late, and for no more than 5 times', () => {
  expect(paceOf(60, 40)).toBe(1)
  expect(paceOf(600, 400)).toBe(3)
  expect(paceOf(60, 6_000)).toBe(1)
  expect(paceOf(60_000, 60_000)).toBe(5)
})
