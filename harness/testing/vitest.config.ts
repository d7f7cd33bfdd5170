import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { checkout } from '../core/checkout.ts'
import { lessonsAsSuites } from './lesson-plugin.ts'
import { measurePace, paced } from './paced.ts'
import { whatFailed } from './what-failed.ts'

const pace = await measurePace()
/** Two files at once keep two cores busy. Where two labs would only wait for each other, one is there at a time. */
const labsAtOnce = availableParallelism() < 2 || pace > 6 ? 1 : 2
/** Left to itself vitest keeps one core free, which of two is half. */
const filesAtOnce = availableParallelism()

const ON_LABS = ['**/*.{real,alone,machines,vagrant}.test.ts']
const unitTimes = {
  testTimeout: paced(30_000),
  hookTimeout: paced(30_000),
  expect: { poll: { timeout: paced(5_000) } },
}
/** Checks of tests are no progress of whoever runs them. */
process.env.OVN_LAB_PROGRESS = 'off'

/**
 * Seven kinds of test. `unit`: recorded evidence, loopback, namespaces of the test's own; runs anywhere.
 * `checks`: the same of what judges and of what is judged by it; files share loaded modules, so they replace none.
 * `real`: an embedded lab with real OVN, for which root and Debian are needed; skipped by name elsewhere.
 * `alone`: the same with as many labs as a machine can carry, and so beside nothing else.
 * `machines`: the same in virtual machines, on its own: where they are emulated they take all there is.
 * `vagrant`: virtual machines by Vagrant, minutes long, and so only by `npm run test:vagrant`.
 * `lessons`: each lesson as a suite, on the lab that is configured; for authors, by `npx vitest --project lessons day-06`.
 * Times are those of a machine of usual speed; `paced` makes of them what this one needs.
 */
export default defineConfig({
  root: checkout,
  test: {
    reporters: [
      'default',
      ...(process.env.GITHUB_ACTIONS ? ['github-actions'] : []),
      ...(process.env.OVN_LAB_FAILED_TESTS ? [whatFailed(process.env.OVN_LAB_FAILED_TESTS)] : []),
    ],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['harness/**/*.test.ts'],
          exclude: ON_LABS,
          maxWorkers: filesAtOnce,
          ...unitTimes,
        },
      },
      {
        extends: true,
        test: {
          name: 'checks',
          include: ['{checks,lessons}/**/*.test.ts'],
          exclude: ON_LABS,
          // Most of them read the same recordings: to load all anew for each file took three times as long.
          isolate: false,
          maxWorkers: filesAtOnce,
          ...unitTimes,
        },
      },
      {
        extends: true,
        test: {
          name: 'real',
          include: ['{harness,checks,lessons}/**/*.real.test.ts'],
          // Every file works on labs of its own.
          maxWorkers: labsAtOnce,
          testTimeout: paced(180_000),
          hookTimeout: paced(600_000),
          expect: { poll: { timeout: paced(30_000) } },
        },
      },
      {
        extends: true,
        test: {
          name: 'alone',
          include: ['{harness,checks,lessons}/**/*.alone.test.ts'],
          maxWorkers: 1,
          testTimeout: paced(1_800_000),
        },
      },
      {
        extends: true,
        test: {
          name: 'machines',
          include: ['{harness,checks,lessons}/**/*.machines.test.ts'],
          maxWorkers: 1,
          testTimeout: paced(300_000),
          hookTimeout: paced(900_000),
          expect: { poll: { timeout: paced(120_000) } },
        },
      },
      {
        extends: true,
        test: {
          name: 'vagrant',
          include: ['harness/vagrant/**/*.vagrant.test.ts'],
          testTimeout: paced(1_800_000),
          hookTimeout: paced(900_000),
        },
      },
      {
        extends: true,
        plugins: [lessonsAsSuites()],
        test: {
          name: 'lessons',
          include: ['lessons/*/check.ts'],
          // One lab for all.
          maxWorkers: 1,
          // A lab that is not up yet is started.
          hookTimeout: paced(600_000),
        },
      },
    ],
  },
})
