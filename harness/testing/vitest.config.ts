import { defineConfig } from 'vitest/config'
import { root } from '../root.ts'

/**
 * Four kinds of test. `unit`: recorded evidence, loopback, namespaces of the test's own; runs anywhere.
 * `real`: an embedded lab with real OVN, for which root and Debian are needed; skipped by name elsewhere.
 * `machines`: the same in virtual machines, on its own: where they are emulated they take all there is.
 * `vagrant`: virtual machines by Vagrant, minutes long, and so only by `npm run test:vagrant`.
 */
export default defineConfig({
  root,
  test: {
    reporters: process.env.GITHUB_ACTIONS ? ['default', 'github-actions'] : ['default'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{harness,checks,lessons}/**/*.test.ts'],
          exclude: ['**/*.real.test.ts', '**/*.machines.test.ts', '**/*.vagrant.test.ts'],
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'real',
          include: ['{harness,checks,lessons}/**/*.real.test.ts'],
          // Every file works on labs of its own; two at once keep both cores busy.
          maxWorkers: 2,
          testTimeout: 180_000,
          hookTimeout: 600_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'machines',
          include: ['{harness,checks,lessons}/**/*.machines.test.ts'],
          maxWorkers: 1,
          testTimeout: 300_000,
          hookTimeout: 900_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'vagrant',
          include: ['harness/vagrant/**/*.vagrant.test.ts'],
          testTimeout: 1_800_000,
          hookTimeout: 900_000,
        },
      },
    ],
  },
})
