import { execFileSync } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { CannotLook } from '../core/errors.ts'
import { connectMachine } from './connect.ts'
import type { Machine } from './machine.ts'
import { startSshd, type TestSshd } from './sshd.testing.ts'

/** For commands that end at once, on whatever machine tests run. */
export const deadlineMs = 10_000

/** A real sshd for the tests of a `describe`, and machines reached through it, closed after each test. */
export function machinesOverSsh() {
  const open: Machine[] = []
  const over = {
    sshd: {} as TestSshd,
    async machineOf(user: string, more: { patienceFactor?: number } = {}): Promise<Machine> {
      const machine = await connectMachine('controller', { ...over.sshd.address, user, ...more })
      open.push(machine)
      return machine
    },
  }
  beforeAll(async () => {
    over.sshd = await startSshd()
  })
  afterEach(async () => {
    await Promise.all(open.splice(0).map(machine => machine.close()))
  })
  afterAll(() => over.sshd.stop())
  return over
}

/** The CannotLook something came to. */
export async function refusalOf(promise: Promise<unknown>): Promise<CannotLook> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(CannotLook)
  return error as CannotLook
}

/** Processes of this machine that have the word in their command line, each with its number in front. */
export const processesWith = (word: string): string[] =>
  execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' })
    .split('\n')
    .filter(line => line.includes(word))

/** Waits, without an own deadline (the test has one), until no such process is left. */
export async function allGone(word: string): Promise<void> {
  while (processesWith(word).length > 0) await sleep(20)
}
