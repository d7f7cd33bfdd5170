import { basename, dirname, join } from 'node:path'
import type { Plugin } from 'vitest/config'
import { checkout } from '../core/checkout.ts'

/** What the suite of a lesson is read from, beside its proofs: it runs again when one of these changes. */
const READ = ['./*.yaml', '../_course/{*,stages/*,causes/*}.yaml']

/** Makes a Vitest suite of each lesson's check.ts, by lesson-suite.ts; the proofs in it are the same file, asked for by another name. */
export const lessonsAsSuites = (): Plugin => ({
  name: 'lessons-as-suites',
  enforce: 'pre',
  load(id) {
    if (basename(id) !== 'check.ts' || dirname(dirname(id)) !== join(checkout, 'lessons')) return undefined
    return `
      import { lessonSuite } from '/harness/testing/lesson-suite.ts'
      import proofs from './check.ts?proofs'
      import.meta.glob(${JSON.stringify(READ)}, { query: '?raw', import: 'default', eager: true })
      await lessonSuite('${basename(dirname(id))}', proofs)
    `
  },
})
