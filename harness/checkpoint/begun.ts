import * as fs from 'node:fs'
import { dirname, join } from 'node:path'
import { stateFolder } from '../core/state-folder.ts'

/** A restore that has begun on a lab and is not known to have ended. */
export interface Begun {
  /** The checkpoint that is restored, and the one that what was there before was saved as. */
  name: string
  kept: string
}

/** No name of a checkpoint begins with a dot. */
const fileOf = (lab: string): string =>
  join(stateFolder(), 'checkpoints.d', `.begun-${Buffer.from(lab).toString('hex').slice(0, 200)}`)

/** Remembers that a restore begins: whatever ends us, what it leaves is known for what it is. */
export function noteBegun(lab: string, begun: Begun): void {
  fs.mkdirSync(dirname(fileOf(lab)), { recursive: true })
  fs.writeFileSync(fileOf(lab), JSON.stringify(begun), { mode: 0o600 })
}

/** It has ended. */
export const noteEnded = (lab: string): void => fs.rmSync(fileOf(lab), { force: true })

/** The restore that was interrupted on a lab, if one was. */
export function begunOn(lab: string): Begun | undefined {
  try {
    const { name, kept } = JSON.parse(fs.readFileSync(fileOf(lab), 'utf8')) as Begun
    return typeof name === 'string' && typeof kept === 'string' ? { name, kept } : undefined
  } catch {
    return undefined
  }
}
