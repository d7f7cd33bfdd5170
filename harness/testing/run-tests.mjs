// npm test, after lint: the unit tests, the tests on real embedded labs, the proof of the course, then those in virtual machines. Arguments go to vitest.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { borrowTools, usersFor } from './borrow-tools.mjs'

const checkout = join(import.meta.dirname, '../..')
const filters = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'ovn-lab-tests-'))
const failures = []

/** Runs projects of the tests, side by side and behind `prefix`; true when all passed. What fails joins `failures`. */
function passes(projects, prefix) {
  const vitest = join(checkout, 'node_modules/.bin/vitest')
  const config = join(checkout, 'harness/testing/vitest.config.ts')
  const chosen = projects.flatMap(project => ['--project', project])
  const [program, ...args] = [...prefix, vitest, 'run', '--config', config, ...chosen, ...filters]
  const extra = filters.length > 0 ? ['--passWithNoTests'] : []
  const failed = join(folder, projects[0])
  const env = { ...process.env, OVN_LAB_FAILED_TESTS: failed }
  const { status } = spawnSync(program, [...args, ...extra], { cwd: checkout, stdio: 'inherit', env })
  if (status !== 0) failures.push(existsSync(failed) ? readFileSync(failed, 'utf8') : `Failed: ${projects}\n`)
  return status === 0
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
// Half an hour of output lies above it.
process.stderr.write(failures.join(''))
rmSync(folder, { recursive: true })
process.exitCode = results.every(Boolean) ? 0 : 1
