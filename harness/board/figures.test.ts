import { expect, it } from 'vitest'
import { exampleClass, student } from './class.test-data.ts'
import { classLines } from './class-lines.ts'
import { namesById } from './figures.ts'

it('tells two students of one name apart by their ids, and nobody else', () => {
  const names = namesById([
    student('s01', '陳小明', 'whole'),
    student('s02', 'Ada', 'whole'),
    student('s03', '陳小明', 'half'),
  ])
  expect([...names.values()]).toEqual(['陳小明 (s01)', 'Ada', '陳小明 (s03)'])
})

it('says on the screen how many have the machine of another', () => {
  expect(classLines(exampleClass(), 'en')).toContain('\n  2 with the machine or commands of another')
  expect(classLines({ ...exampleClass(), students: [student('s01', 'A', 'whole')] }, 'en')).not.toContain(
    'another',
  )
})
