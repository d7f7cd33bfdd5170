import { expect, it } from 'vitest'
import { closings } from './class.test-data.ts'
import { forStudent } from './student-report.ts'

const verdictsOf = (closing: ReturnType<typeof forStudent>) =>
  closing?.stages.flatMap(({ claims }) => claims.map(({ judgement }) => judgement.verdict)) ?? []

it('with none there is no report, with full there is all of it', () => {
  expect(forStudent(closings.half, 'none')).toBeUndefined()
  expect(forStudent(closings.half, 'full')).toBe(closings.half)
})

it('with first nothing is said of what comes after the first claim that fails', () => {
  const told = verdictsOf(forStudent(closings.half, 'first'))
  expect(told.indexOf('fails')).toBe(told.length - 1)
  expect(told.length).toBeLessThan(verdictsOf(closings.half).length)
})
