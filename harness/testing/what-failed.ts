import { writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import type { Reporter, SerializedError, TestModule } from 'vitest/node'
import { checkout } from '../core/checkout.ts'

/** What each of the errors says at its beginning. */
const BEGINNING_CHARS = 500

/** Writes what failed in a run of tests to a file, a paragraph each, for whoever runs several and tells it once more at the end. */
export const whatFailed = (file: string): Reporter => ({
  onTestRunEnd(modules, unhandled) {
    const failed = [
      ...modules.flatMap(failedIn),
      ...unhandled.map(error => paragraph('outside of any test', [error])),
    ]
    writeFileSync(file, failed.join(''))
  },
})

/** Files and groups fail by what is done before and after their tests. */
function failedIn(module: TestModule): string[] {
  const parts = [...module.children.allSuites(), ...module.children.allTests('failed')]
  const name = relative(checkout, module.moduleId)
  return [
    { name, errors: module.errors() },
    ...parts.map(part => ({
      name: `${name} > ${part.fullName}`,
      errors: part.type === 'suite' ? part.errors() : (part.result().errors ?? []),
    })),
  ].flatMap(({ name, errors }) => (errors.length > 0 ? [paragraph(name, errors)] : []))
}

const paragraph = (name: string, errors: readonly Pick<SerializedError, 'message'>[]): string =>
  `Failed: ${name}\n${errors.map(({ message }) => `    ${message.slice(0, BEGINNING_CHARS).replaceAll('\n', '\n    ')}\n`).join('')}`
