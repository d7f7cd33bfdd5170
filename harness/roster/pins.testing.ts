import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, expect } from 'vitest'
import { CannotLook } from '../core/errors.ts'
import { fingerprintOf, parseHostKey } from '../inventory/host-key.ts'
import type { NodeAddress } from '../inventory/inventory.ts'
import { connectMachine } from '../ssh/connect.ts'
import { newIdentity, newKey, startServer, type TestServer } from './host-keys.testing.ts'
import { type ClassPins, pinHostKeys } from './pin-host-keys.ts'
import type { Roster } from './roster.ts'

const top = mkdtempSync(join(tmpdir(), 'ovn-lab-pins-'))
const identityFile = newIdentity(join(top, 'id'))
// What whoever runs this knows of hosts decides nothing.
const home = process.env.HOME
process.env.HOME = top
afterAll(() => {
  if (home === undefined) delete process.env.HOME
  else process.env.HOME = home
  rmSync(top, { recursive: true })
})

/** The class of one test: nobody in it, and no lock file yet. */
export const here = { folder: '', lock: '', roster: undefined as unknown as Roster }
const servers: TestServer[] = []
beforeEach(() => {
  here.folder = mkdtempSync(join(top, 'class-'))
  here.roster = {
    file: join(here.folder, 'class.yaml'),
    lessons: [],
    lessonPlaces: {},
    students: [],
    digest: '',
  }
  here.lock = `${here.roster.file}.lock`
})
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})

/** A server for this test. */
export const start = async (keys = [newKey()], options = {}): Promise<TestServer> => {
  const server = await startServer(keys, options)
  servers.push(server)
  return server
}
export const at = (port: number, more: Partial<NodeAddress> = {}): NodeAddress => ({
  host: '127.0.0.1',
  port,
  user: 'vagrant',
  identityFile,
  ...more,
})
/** The pins of this test's class, opened anew. */
export const pinned = (more: Partial<Parameters<typeof pinHostKeys>[1]> = {}): ClassPins =>
  pinHostKeys(here.roster, { isStrict: false, ...more })

/** True, or the CannotLook that reaching it came to. */
export async function reach(
  pins: ClassPins,
  address: NodeAddress,
  student = 's01',
): Promise<true | CannotLook> {
  try {
    const machine = await connectMachine('controller', address, {
      connectDeadlineMs: 10_000,
      pins: pins.of(student),
    })
    await machine.close()
    return true
  } catch (error) {
    expect(error).toBeInstanceOf(CannotLook)
    return error as CannotLook
  }
}
/** `reached`, or why not. */
export const reason = async (outcome: Promise<true | CannotLook>) => {
  const refused = await outcome
  return refused === true ? 'reached' : refused.reason.en
}
/** The lines of the lock file, without comments. */
export const lines = () =>
  readFileSync(here.lock, 'utf8')
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('#'))
export const fingerprint = (key: string) => fingerprintOf(parseHostKey(key))
