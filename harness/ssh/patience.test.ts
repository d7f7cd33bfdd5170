import { expect, it } from 'vitest'
import { factorOf, patient } from './patience.ts'

it('waits as long as the slowest needs', () => {
  expect(patient(2_000, {}, { patienceFactor: 4 }, { patienceFactor: 1.5 })).toBe(8_000)
})

it('waits as long as usual where nobody is slow', () => {
  expect(patient(2_000, {})).toBe(2_000)
  expect(factorOf([])).toBe(1)
})
