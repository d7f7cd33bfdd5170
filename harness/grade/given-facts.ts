import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { dictatedFacts } from '../bundle/facts.ts'
import { courseFolder } from '../core/checkout.ts'
import type { Lesson } from '../lesson/lesson.ts'

/** Row UUIDs and MAC addresses that the lesson's and the course's own texts and commands have: whoever follows them has the same. */
export function givenFacts({ folder }: Lesson): Set<string> {
  const files = [folder, courseFolder].flatMap(place =>
    readdirSync(place, { recursive: true, encoding: 'utf8' })
      .filter(file => /\.(md|yaml|sh)$/.test(file))
      .map(file => join(place, file)),
  )
  return dictatedFacts(files.map(file => readFileSync(file, 'utf8')))
}
