export { default } from './harness/testing/vitest.config.ts'
