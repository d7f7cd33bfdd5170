import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Makes a folder, and those on the way to it that are not there. Throws what mkdir(2) says. Node's own way never comes back
 * where a folder cannot be made although the one above it is there, as in /proc.
 */
export function makeFolder(folder: string): void {
  const isThere = () => statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true
  if (isThere()) return
  const above = dirname(folder)
  if (above !== folder) makeFolder(above)
  try {
    mkdirSync(folder)
  } catch (cause) {
    if (!isThere()) throw cause
  }
}
