import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Makes a folder, and those on the way to it that are not there. Throws what mkdir(2) says. Node's own way never comes back
 * where a folder cannot be made although the one above it is there, as in /proc. `mode`: of those that are made.
 */
export function makeFolder(folder: string, mode = 0o777): void {
  const isThere = () => statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true
  if (isThere()) return
  const above = dirname(folder)
  if (above !== folder) makeFolder(above, mode)
  try {
    mkdirSync(folder, { mode })
  } catch (cause) {
    if (!isThere()) throw cause
  }
}
