import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkout } from '../core/checkout.ts'

/** The id of the lesson that stands for the course where none is named: in the demo, in what is measured, in examples. */
export const demoLesson = (): string => course().demo

const course = () =>
  JSON.parse(readFileSync(join(checkout, 'lessons/_course/course.json'), 'utf8')) as { demo: string }
