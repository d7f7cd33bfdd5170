import { join } from 'node:path'
import { checkout } from '../core/checkout.ts'
import { timedProcess } from './timed-process.ts'

/** The launcher, run as a process of its own: what a learner waits for, less npm itself. */
export const command = (...args: string[]) =>
  timedProcess(process.execPath, [join(checkout, 'harness/ovn-lab.mjs'), ...args], checkout)
