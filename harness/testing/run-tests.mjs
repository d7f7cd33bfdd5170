// npm test, after lint: the unit tests, the tests on real embedded labs, the proof of the course, then those in virtual machines. Arguments go to vitest.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { borrowTools, usersFor } from './borrow-tools.mjs'

const checkout = join(import.meta.dirname, '../..')
const filters = process.argv.slice(2)
const failures = []

/** Runs projects of the tests, side by side and behind `prefix`; true when all passed. What fails joins `failures`. */
function passes(projects, prefix) {
  const vitest = join(checkout, 'node_modules/.bin/vitest')
  const config = join(checkout, 'harness/testing/vitest.config.ts')
  const chosen = projects.flatMap(project => ['--project', project])
  const [program, ...args] = [...prefix, vitest, 'run', '--config', config, ...chosen, ...filters]
  const extra = filters.length > 0 ? ['--passWithNoTests'] : []
  const results = join(mkdtempSync(join(tmpdir(), 'ovn-lab-tests-')), 'results.json')
  const env = { ...process.env, OVN_LAB_TEST_RESULTS: results }
  const { status } = spawnSync(program, [...args, ...extra], { cwd: checkout, stdio: 'inherit', env })
  if (status !== 0) failures.push(...failuresIn(results, projects))
  rmSync(dirname(results), { recursive: true })
  return status === 0
}

/** A line for each test and file that failed, with the beginning of why: half an hour of output lies above it. */
function failuresIn(results, projects) {
  if (!existsSync(results)) return [`${projects}: ended before it could tell what failed`]
  const files = JSON.parse(readFileSync(results, 'utf8')).testResults.filter(
    ({ status }) => status === 'failed',
  )
  const lines = files.flatMap(({ name, message, assertionResults }) => {
    const failed = assertionResults.filter(({ status }) => status === 'failed')
    const own = message === '' && failed.length > 0 ? [] : [['', message]]
    return [...own, ...failed.map(test => [test.fullName, test.failureMessages.join('\n')])].map(
      ([test, why]) =>
        `${relative(checkout, name)} ${test}\n    ${why.slice(0, 500).replaceAll('\n', '\n    ')}`,
    )
  })
  return lines.length > 0 ? lines : [`${projects}: an error outside of any test`]
}

const borrowed = borrowTools()
const withTools = existsSync(borrowed ?? '')
  ? // A view of /usr and /etc with the tools added, that only the tests see and that ends with them.
    [
      'unshare',
      '--mount',
      '--propagation',
      'private',
      'sh',
      '-c',
      `mount -t overlay -o ro,lowerdir=/usr:${borrowed}/usr overlay /usr &&
       mount -t overlay -o ro,lowerdir=${usersFor(borrowed)}:/etc:${borrowed}/etc overlay /etc && exec "$@"`,
      'sh',
    ]
  : []
const results = [
  passes(['unit', 'checks'], withTools),
  passes(['real'], []),
  passes(['alone'], []),
  passes(['machines'], []),
]
for (const failure of failures) console.error(`Failed: ${failure}`)
process.exitCode = results.every(Boolean) ? 0 : 1
