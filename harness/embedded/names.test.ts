import { expect, it } from 'vitest'
import { BadCall } from '../core/errors.ts'
import { checkLabName } from './names.ts'

it.each(['embedded', 'e-1', '7', 'a'.repeat(20)])('"%s" can name a lab', name => {
  expect(() => checkLabName(name)).not.toThrow()
})

it.each(['', '-x', 'Lab', 'a b', '../up', 'a/b', 'a'.repeat(21), 'x\n'])('"%s" cannot name a lab', name => {
  const sentence = `"${name}" cannot be the name of a lab: use 1 to 20 lower-case letters, digits and hyphens.`
  expect(() => checkLabName(name)).toThrow(BadCall)
  expect(() => checkLabName(name)).toThrow(sentence)
})
