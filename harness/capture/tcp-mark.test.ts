import { expect, it } from 'vitest'
import { firstPortOf, tokensApart } from './tcp-mark.ts'

it('hands out tokens that have no port in common', () => {
  const token = tokensApart()
  const ports = Array.from({ length: 300 }, () => firstPortOf(token()))
  expect(new Set(ports).size).toBe(300)
})
